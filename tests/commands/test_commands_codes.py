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
    assert codes(["d"]) == {"D101", "D102", "D103", "D104"}
    assert codes(["K11", "same-id"]) == {"K110", "K111", "K112", "K113", "K114", "D101"}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("not-an-emal", "There is no finding 'not-an-emal'. Did you mean not-an-email?"),
        ("v104x", "There is no finding 'v104x'. Did you mean V104?"),
        ("zzz", "There is no finding 'zzz'."),
        ("D1", "D1 means 4 findings, D101 to D104. Name one of them."),
    ],
)
def test_what_means_no_finding_or_several_is_said(word: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        one_finding(word)
    assert str(caught.value) == said
