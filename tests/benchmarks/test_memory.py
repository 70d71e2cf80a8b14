"""Memory is summed over a process and its children, whoever holds it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.memory import can_sample, pss_kib, sampled_peak, tree

pytestmark = pytest.mark.skipif(not can_sample(), reason="this system tells no proportional set sizes")

# The parent holds next to nothing; its forked child fills 200 MB and waits.
PARENT = """
import os, sys
sys.stdin.readline()
reads, writes = os.pipe()
if os.fork() == 0:
    held = b"x" * 200_000_000
    os.write(writes, b"1")
    sys.stdin.read()
    os._exit(0)
os.read(reads, 1)
print("held", flush=True)
sys.stdin.read()
os.wait()
"""


def test_a_childs_memory_counts() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        with sampled_peak(parent.pid) as peak:
            assert tree(parent.pid) == [parent.pid]
            parent.stdin.write("go\n")
            parent.stdin.flush()
            assert parent.stdout.readline() == "held\n"
            assert len(tree(parent.pid)) == 2
        # The sampler looks once more when the block is left, and the child still holds it then.
        assert pss_kib(parent.pid) < 100_000
        parent.stdin.close()
    # 200,000,000 bytes are 190.7 MiB; two bare interpreters take less than 60 more.
    assert 190 <= peak.mib < 250
    assert peak.processes == 2
    assert peak.samples >= 2


def test_an_ended_process_has_no_memory() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert pss_kib(process.pid) == 0
