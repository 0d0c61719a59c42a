"""Whatever the terminal says is written in the locale file, and nothing is written there that nobody says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.cli import show
from tracker.cli.fixing import REASONS as REASONS_FIX
from tracker.cli.progress import STEPS
from tracker.commands.backup import FAULTS
from tracker.commands.doctor import BY_FOLDER, BY_MARK, BY_TYPE
from tracker.commands.trust import ANSWERS
from tracker.engine.search import LEFT_OUT
from tracker.engine.since import ADDED, REMOVED
from tracker.engine.undo import REASONS as REASONS_LEFT
from tracker.sources import REASONS
from tracker.words import load

CLI = Path(show.__file__).parent
COMPOSED = {
    *(f"reject_{reason}" for reason in REASONS),
    *(f"part_{name}" for name, _ in (*BY_TYPE, *BY_FOLDER, *BY_MARK)),
    *(f"import_{name}" for name in ("added", "updated", "unchanged", "rejected", "filtered", "repeated")),
    *(f"step_{name}" for name in STEPS),
    *(f"fault_{name}" for name in FAULTS),
    *(f"fix_{name}" for name in REASONS_FIX),
    *(f"left_{name}" for name in REASONS_LEFT),
    *(f"undo_{name}" for name in ("cells", "taken_away", "brought_back")),
    *(f"left_out_{name}" for name in LEFT_OUT),
    *(f"log_{name}" for name in ("changed", ADDED, REMOVED)),
    *(f"trust_{program}_{answer}" for program, answers in ANSWERS.items() for answer in answers),
    "error",
    "warning",
    "info",
}


def said() -> set[str]:
    """Every key in the source that is handed to ``say``."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in CLI.glob("*.py"))
    calls = re.findall(r"say\(\s*\"(\w+)\"(?: if \w+ else \"(\w+)\")?", source)
    return {key for pair in calls for key in pair if key} | COMPOSED


def test_every_sentence_is_written_and_every_one_written_is_said() -> None:
    written = set(load().section("cli"))
    singular = {key for key in written if key.endswith("_1") and key.removesuffix("_1") in written}
    assert said() - written == set()
    assert written - singular - said() == set()


@pytest.mark.parametrize(("count", "text"), [(1, "1 error"), (2, "2 errors"), (1_000_000, "1,000,000 errors")])
def test_a_count_has_its_form(count: int, text: str) -> None:
    assert show.say("error", count=count) == text


def test_text_of_a_workbook_is_never_itself_a_template() -> None:
    assert show.say("doctor_open", who="{count} {who}") == "It is open in {count} {who}."


def test_columns_line_up_in_every_script(capsys: pytest.CaptureFixture[str]) -> None:
    show.table([("陈伟", "x"), ("Anna", "x"), ("Zoë", "x")], "")
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["陈伟  x", "Anna  x", "Zoë   x"]
