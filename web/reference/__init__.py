"""The API's documentation as a page."""
