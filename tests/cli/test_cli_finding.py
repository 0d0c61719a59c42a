"""``tracker finding``: one page on the screen, and a slip is one line."""

from __future__ import annotations

import pytest

from tracker.cli.run import run
from tracker.errors import Exit
from tracker.schema.findings import FINDINGS


@pytest.mark.parametrize("word", ["V104", "v104", "not-an-email"])
def test_a_code_or_a_name_prints_its_page(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["finding", word]) == Exit.CLEAN
    said = capsys.readouterr()
    assert said.err == "" and said.out.startswith("V104 not-an-email (Error)\n")
    assert "is not an e-mail address." in said.out and "<- V104 email" in said.out


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("V999", "There is no finding 'V999'"),
        ("same-emial", "Did you mean same-email?"),
        ("L", "findings, L101 to "),
        (" ", "the name is empty"),
    ],
)
def test_a_slip_is_one_line(word: str, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["finding", word]) == Exit.USAGE
    said = capsys.readouterr()
    assert said.out == "" and says in said.err and said.err.count("\n") == 1


def test_without_one_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["finding"]) == Exit.CLEAN
    heads, *lines, last = capsys.readouterr().out.splitlines()
    assert heads.split() == ["name", "severity", "mended", "by"]
    assert [line.split()[:2] for line in lines] == [[one.code, one.name] for one in FINDINGS]
    mends = {line.split()[0]: " ".join(line.split()[3:]) for line in lines}
    assert mends["V111"] == "tracker fix" and mends["V127"] == "tracker fix --unsafe, a guess"
    assert (mends["W113"], mends["V103"]) == ("the next refresh", "")
    assert last.startswith(f"{len(FINDINGS)} kinds of findings.")
