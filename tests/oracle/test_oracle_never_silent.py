"""A missing LibreOffice is said: by a skip with its reason on somebody's machine, by a failure where CI=true."""

from __future__ import annotations

import pytest
from libreoffice import without


@pytest.mark.parametrize(
    ("ci", "outcome"), [("true", pytest.fail.Exception), ("1", pytest.fail.Exception), ("", pytest.skip.Exception)]
)
def test_want_of_a_program_never_passes_for_success(ci, outcome, monkeypatch):
    monkeypatch.setenv("CI", ci)
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match="soffice") as said:
        without("soffice")
    assert said.type is outcome
