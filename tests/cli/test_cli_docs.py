"""docs/cli.md says what the commands say."""

from __future__ import annotations

from tracker.cli.docs import EXIT_CODES, PAGE, page
from tracker.errors import Exit


def test_the_page_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tracker.cli.docs"


def test_every_exit_code_is_explained() -> None:
    assert set(EXIT_CODES) == set(Exit)
