"""The house stands as DESIGN says: its names are its own, its walls hold, its texts are clean."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("models", "solver", "formats", "api", "web", "cli", "examples")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TEXTS = {".md", ".py", ".toml", ".lock", ".yaml", ".yml", ".json", ".txt", ".cfg", ".sh", ".svg", ".ics", ""}

# Written in pieces, so that this file doesn't find itself.
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home|Users|tm" + r"p)/\w")
REGISTRY = re.compile(
    "|".join(("pypi" + r"\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "npm" + r"mirror\.com"))
    + r"|--(?:extra-)?index"
    + "-url [a-z]+:"
)


def _committed() -> list[Path]:
    """Return the files under version control, or all that are not ignored without git."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
        return [ROOT / name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()]
    outside = {".git", ".venv", "build", "dist", "demo", "__pycache__"}
    return [
        p
        for p in ROOT.rglob("*")
        if p.is_file() and not any(x in outside or x.endswith("_cache") for x in p.relative_to(ROOT).parts)
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_owns_a_room(room: str) -> None:
    assert set(packages_distributions().get(room, ())) <= {"huxue"}
    module = importlib.import_module(room)
    assert module.__file__ is not None, f"{room} has no __init__.py"
    assert Path(module.__file__).resolve().is_relative_to(ROOT)


def test_import_contracts_cover_the_rooms() -> None:
    linter = PROJECT["tool"]["importlinter"]
    assert set(linter["root_packages"]) >= set(ROOMS)
    layers = next(c["layers"] for c in linter["contracts"] if c["type"] == "layers")
    assert layers.index("models") > layers.index("solver | formats") > layers.index("cli")
    forbidden = {m for c in linter["contracts"] if c["type"] == "forbidden" for m in c["source_modules"]}
    assert {"models", "solver.verify"} <= forbidden


def test_every_room_is_shipped() -> None:
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) >= set(ROOMS)


def test_texts_name_no_machine_path_and_no_registry() -> None:
    found = []
    for path in _committed():
        if path.suffix in TEXTS:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                if MACHINE_PATH.search(line) or REGISTRY.search(line):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {line[:120]}")
    assert not found, "\n".join(found)


def test_changelog_speaks_of_this_version() -> None:
    versions = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert versions[0] == PROJECT["project"]["version"]


def test_lock_holds_every_dependency_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    locked: dict[str, set[str]] = {}
    for line in text.splitlines():
        requirement, *hashes = line.split(" --hash=")
        assert hashes, f"no hash: {line}"
        pinned = Requirement(requirement)
        (specifier,) = pinned.specifier
        assert specifier.operator == "=="
        locked.setdefault(canonicalize_name(pinned.name), set()).add(specifier.version)
    project = PROJECT["project"]
    for wanted in map(Requirement, project["dependencies"] + project["optional-dependencies"]["dev"]):
        versions = locked.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not in the lock: make lock"
        assert all(v in wanted.specifier for v in versions), f"{wanted} doesn't fit {versions}: make lock"
    build = {canonicalize_name(Requirement(r).name) for r in PROJECT["build-system"]["requires"]}
    assert build <= locked.keys()
