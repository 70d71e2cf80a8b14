"""The pages: what dispatchers, schools and members see, rendered here and served with the API.

A room for each kind of page holds its routes, templates, styles and script: ``shell`` what is around every page,
``desk`` what dispatchers do. ``features`` lists them.
"""
