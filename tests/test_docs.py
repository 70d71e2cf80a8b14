"""What the documents tell people to type works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [str(p.relative_to(ROOT)) for p in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_shell_blocks_run(page: Path, tmp_path: Path) -> None:
    """Run all blocks of a page one after the other, in one empty folder."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash")
    script = "\n".join([f'huxue() {{ "{sys.executable}" -m cli "$@"; }}', "set -euo pipefail", *blocks])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    ran = subprocess.run(
        [bash, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr


def test_make_targets_that_the_pages_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        named = set(re.findall(r"\bmake ([a-z]+)\b(?=`|\s*#|\n)", page.read_text("utf-8")))
        assert named <= targets, page


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_both_readmes_show_the_same() -> None:
    """The same number of headings, code blocks and links, in either language."""
    english, chinese = (p.read_text("utf-8") for p in PAGES[:2])
    for pattern in (r"^#+ ", r"^```", r"\]\(", r"^\|", r"^- "):
        count = len(re.findall(pattern, english, re.MULTILINE))
        assert len(re.findall(pattern, chinese, re.MULTILINE)) == count, pattern


def test_the_workbook_page_follows_the_table_of_sheets() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    script = ROOT / "docs" / "workbook.py"
    printed = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, check=True
    ).stdout
    assert printed.decode("utf-8").splitlines() == (script.with_suffix(".md")).read_text("utf-8").splitlines()
