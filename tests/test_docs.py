"""What the documents tell people to type works."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
NAMES = [str(p.relative_to(ROOT)) for p in PAGES]


TOOLS = ("curl", "jq")
"""What pages use besides the command itself."""

END_ALL = "set +e; for job in $(jobs -p); do kill $job; done; wait"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_shell_blocks_run(page: Path, tmp_path: Path) -> None:
    """Run all blocks of a page one after the other, in one empty folder; what they started is ended with them."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    script = "\n".join([f"set -euo pipefail; trap '{END_ALL}' EXIT", *blocks])
    wanted = ["bash", *(tool for tool in TOOLS if re.search(rf"\b{tool} ", script))]
    if missing := [tool for tool in wanted if shutil.which(tool) is None]:
        pytest.skip(f"{page.name} is not tried out: there is no {', '.join(missing)}")
    folder, commands = tmp_path / "folder", tmp_path / "commands"
    folder.mkdir()
    commands.mkdir()
    # A command of its own, not a function: in the background it has to be the process that is ended.
    huxue = commands / "huxue"
    huxue.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n', "utf-8")
    huxue.chmod(0o755)
    port = str(_free_port())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUXUE_")} | {
        "PATH": os.pathsep.join([str(commands), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
        "HUXUE_PORT": port,
    }
    with subprocess.Popen(
        ["bash", "-c", script.replace("127.0.0.1:8000", f"127.0.0.1:{port}")],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as ran:
        try:
            _, errors = ran.communicate(timeout=600)
        except subprocess.TimeoutExpired:
            os.killpg(ran.pid, signal.SIGKILL)
            raise
    assert ran.returncode == 0, errors
    assert "Traceback" not in errors


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


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
