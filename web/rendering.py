"""Templates: one environment a language, in which nothing unknown is passed over in silence."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api.accounts.identity import Permission
from web import assets
from web.language import alternates, words_in
from web.shell.places import places

if TYPE_CHECKING:
    from web.language import Language

HERE = Path(__file__).resolve().parent


def rendered(template: str, language: Language, /, **values: object) -> str:
    """Return a template, filled in.

    Parameters
    ----------
    template
        Its path below ``web``.
    """
    return environment(language).get_template(template).render(values)


@cache
def environment(language: Language) -> Environment:
    """Return the environment of a language."""
    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    words = words_in(language)
    made.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "asset": assets.address,
        "icon": icon,
        "language": language,
        "languages": alternates(),
        "places": places,
        "words": words,
        "P": Permission,
    }
    return made


def icon(name: str, label: str = "") -> Markup:
    """Return an icon of Bootstrap's by its name.

    Parameters
    ----------
    label
        What it says where nothing beside it says so.
    """
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>').format(
        spoken, assets.address("icons.svg"), name
    )
