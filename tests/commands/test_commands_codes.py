"""Codes, their beginnings and names all mean findings; what means none, or several, is said with what was meant."""

from __future__ import annotations

import pytest

from tracker.commands.codes import codes, one_finding
from tracker.errors import UsageError
from tracker.schema.findings import FINDINGS


@pytest.mark.parametrize("spec", FINDINGS, ids=lambda spec: spec.code)
def test_a_code_and_a_name_mean_their_finding_however_they_are_typed(spec) -> None:  # type: ignore[no-untyped-def]
    for word in (spec.code, spec.code.lower(), spec.name, f" {spec.name.upper()} "):
        assert one_finding(word) is spec
        assert codes([word]) == {spec.code}


def test_a_beginning_means_all_that_begin_so() -> None:
    duplicates = {spec.code for spec in FINDINGS if spec.code.startswith("D")}
    assert codes(["d"]) == duplicates >= {"D101", "D102", "D103", "D104"}
    assert codes(["D10", "K101"]) == {code for code in duplicates if code.startswith("D10")} | {"K101"}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("not-an-emal", "There is no finding 'not-an-emal'. Did you mean not-an-email?"),
        ("v104x", "There is no finding 'v104x'. Did you mean V104?"),
        ("zzz", "There is no finding 'zzz'."),
    ],
)
def test_what_means_no_finding_or_several_is_said(word: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        one_finding(word)
    assert str(caught.value) == said


def test_a_beginning_of_several_is_no_one_finding() -> None:
    several = sorted(codes(["D"]))
    with pytest.raises(UsageError) as caught:
        one_finding(" D ")
    said = f"D means {len(several)} findings, {several[0]} to {several[-1]}. Name one of them."
    assert str(caught.value) == said
