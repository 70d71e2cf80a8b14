"""``huxue swap`` as people and programs use it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from cli.main import main
from formats.files import load_roster
from models import Clearing, Partners, Roster, SwapWishes, Trial

if TYPE_CHECKING:
    from pathlib import Path

MORNING, NOON = "school/2026-11-30/morning_arrival", "school/2026-11-30/noon_dismissal"
LAST = "school/2026-12-01/noon_dismissal"
GIVE = ["--give", MORNING, "staff", "C"]
WISHES = {
    "wishes": [
        {"assignee": "C", "give": {"shift": MORNING, "role": "staff"}, "take": [{"shift": NOON}]},
        {"assignee": "D", "give": {"shift": NOON, "role": "staff"}, "take": [{"weekday": 1}]},
    ]
}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the small school, its roster and some wishes."""
    folder = tmp_path_factory.mktemp("swap")
    assert main(["example", "school", "-o", str(folder / "school.json")]) == 0
    assert main(["solve", str(folder / "school.json"), "-o", str(folder / "roster.json")]) == 0
    (folder / "wishes.json").write_text(json.dumps(WISHES), "utf-8")
    return folder


class Swap:
    """Runs the command; uncaught exceptions fail the test."""

    def __init__(
        self, school: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.chdir(school)
        monkeypatch.setenv("LC_ALL", "C.UTF-8")
        self._capfd = capfd

    def __call__(self, *args: str) -> tuple[int, str, str]:
        self._capfd.readouterr()
        try:
            status = main(["swap", "school.json", "roster.json", *args])
        except SystemExit as leaving:  # argparse
            status = int(leaving.code or 0)
        out, err = self._capfd.readouterr()
        return status, out, err


@pytest.fixture
def swap(school: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Swap:
    """Return the command in the school's folder."""
    return Swap(school, monkeypatch, capfd)


def test_an_exchange_is_written_as_a_workbook_too(school: Path, swap: Swap, tmp_path: Path) -> None:
    for name in ("new.json", "new.xlsx"):
        status, out, _ = swap(*GIVE, "--for", NOON, "staff", "D", "-o", str(tmp_path / name))
        assert status == 0
        assert out.rstrip().endswith(str(tmp_path / name))
    assert load_roster(tmp_path / "new.xlsx") == load_roster(tmp_path / "new.json")
    rows = CalamineWorkbook.from_path(tmp_path / "new.xlsx").get_sheet_by_name("改动 changes").to_python()
    assert [row[6:] for row in rows[3:]] == [
        ["教师丙（C）", "教师丁（D）"],
        ["教师丁（D）", "教师丙（C）"],
    ]


def holders(path: Path, shift: str, role: str) -> list[str]:
    roster = Roster.model_validate_json(path.read_bytes())
    return [a.assignee for a in roster.assignments if (a.shift, a.role) == (shift, role)]


def test_an_exchange_is_written_and_verified(school: Path, swap: Swap, tmp_path: Path) -> None:
    new = tmp_path / "new.json"
    status, out, _ = swap(*GIVE, "--for", NOON, "staff", "D", "-o", str(new))
    assert status == 0
    assert out.startswith(
        f"exchange: 河畔小学 2026-11-30 Morning arrival ({MORNING}) Staff: 教师丙 (C) -> 教师丁 (D)"
    )
    assert "Legal: no rule is broken" in out
    assert holders(new, MORNING, "staff") == ["A", "D"]
    assert holders(new, NOON, "staff") == ["B", "C"]
    assert main(["verify", str(school / "school.json"), str(new)]) == 0


def test_an_illegal_swap_is_named_in_both_languages_and_not_written(swap: Swap, tmp_path: Path) -> None:
    new = tmp_path / "new.json"
    for language, words in (("en", ["Not legal", "  other role: "]), ("zh", ["不可以", "  角色不符："])):
        status, out, _ = swap(*GIVE, "--to", "L2", "-o", str(new), "--language", language)
        assert status == 1
        assert all(word in out for word in words)
    assert not new.exists()
    status, out, _ = swap(*GIVE, "--to", "L2", "--json")
    trial = Trial.model_validate_json(out)
    assert (status, trial.kind, {v.rule for v in trial.violations}) == (1, "give_away", {"role"})


def test_a_cover_costs_what_a_give_away_costs(swap: Swap) -> None:
    give = ["--give", MORNING, "duty_leader", "L1", "--json"]
    given, covered = (Trial.model_validate_json(swap(*give, how, "L2")[1]) for how in ("--to", "--cover"))
    assert (given.kind, covered.kind) == ("give_away", "cover")
    assert (given.handovers, given.levels) == (covered.handovers, covered.levels)
    # 30 points more for L2, who works half time: k goes from 1 to 2 and weighs 120; L1's from 3 to 2 at 60.
    fairness = {level.name: level for level in given.levels}["fairness"]
    assert fairness.rise == 120 * (4 - 1) * 30 + 60 * (4 - 9) * 30


def test_partners_and_the_first_of_them_written(swap: Swap, tmp_path: Path) -> None:
    status, out, _ = swap(*GIVE)
    assert status == 0
    assert "0 could take it, 2 exchanges are possible" in out
    assert "教师甲 (A): take it: in the shift already; exchange: in the shift already 1" in out
    new = tmp_path / "new.json"
    status, out, _ = swap(*GIVE, "--json", "-o", str(new))
    partners = Partners.model_validate_json(out)
    assert partners.exchanges[0].handovers[1].duty.assignee == "D"
    assert partners.blocked == {"one_holder": 1}
    assert holders(new, MORNING, "staff") == ["A", "D"]


def test_nobody_can_take_it(swap: Swap) -> None:
    status, out, _ = swap("--give", LAST, "volunteer", "V2", "--longest", "4", "--language", "zh")
    assert status == 1
    assert "其余 2 人不能接：未报名 1、资质无效 1" in out
    assert "至多 4 人的环和链：0 种" in out


def test_wishes_are_cleared_and_proven(school: Path, swap: Swap, tmp_path: Path) -> None:
    new = tmp_path / "new.json"
    status, out, _ = swap("--wishes", "wishes.json", "-o", str(new))
    assert status == 0
    assert "2 wishes: 2 duties change hands, 2 at most: proven the most" in out
    assert holders(new, MORNING, "staff") == ["A", "D"]
    assert main(["verify", str(school / "school.json"), str(new)]) == 0
    status, out, _ = swap("--wishes", "wishes.json", "--json")
    clearing = Clearing.model_validate_json(out)
    assert [way.wishes for way in clearing.settled] == [(0, 1)]
    assert clearing.status == "optimal"


def test_the_roster_can_go_to_stdout(swap: Swap) -> None:
    status, out, err = swap(*GIVE, "--for", NOON, "staff", "D", "-o", "-")
    assert status == 0
    assert len(Roster.model_validate_json(out).assignments) == 32
    assert "Legal" in err


@pytest.mark.parametrize(
    "args",
    [
        [],
        [*GIVE, "--wishes", "wishes.json"],
        [*GIVE, "--to", "A", "--cover", "B"],
        ["--wishes", "wishes.json", "--to", "A"],
        [*GIVE, "--longest", "1"],
        [*GIVE, "--to", "D", "--at", "soon"],
        [*GIVE, "--to", "D", "-o", "new.pdf"],
        [*GIVE, "--to", "D", "-o", "-", "--json"],
    ],
)
def test_bad_usage(args: list[str], swap: Swap) -> None:
    status, out, err = swap(*args)
    assert (status, out) == (2, "")
    assert "error: " in err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ["--give", "nowhere", "staff", "C", "--to", "D"],
            "nobody holds such a duty: nowhere Staff 教师丙 (C)",
        ),
        ([*GIVE, "--to", "nobody"], "there is no person or crew nobody"),
        ([*GIVE, "--to", "C"], "is theirs already"),
        ([*GIVE, "--at", "2026-12-01T00:00+08:00"], "began before --at"),
        ([*GIVE, "--at", "2026-11-30T07:30"], "began before --at"),
        (["--wishes", "absent.json"], "absent.json"),
    ],
)
def test_bad_input(args: list[str], message: str, swap: Swap) -> None:
    status, out, err = swap(*args)
    assert (status, out) == (1, "")
    assert message in err


def test_wishes_have_a_schema(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["schema", "swap-wishes"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["title"] == "SwapWishes"
    with pytest.raises(ValueError, match="neither gives nor takes"):
        SwapWishes.model_validate({"wishes": [{"assignee": "C"}]})
