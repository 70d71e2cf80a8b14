"""The fixtures of the pages' tests stand in `web_fixtures`: there mypy checks them too."""

from web_fixtures import (
    browser,
    city,
    empty_database,
    filled_database,
    morning,
    published,
    published_database,
    web_state,
)

__all__ = [
    "browser",
    "city",
    "empty_database",
    "filled_database",
    "morning",
    "published",
    "published_database",
    "web_state",
]
