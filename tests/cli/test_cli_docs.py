"""docs/cli.md says what the commands say, docs/configuration.md what the keys do."""

from __future__ import annotations

import re

import pytest

from tracker.cli.docs import DOCS, EXIT_CODES, pages
from tracker.commands.keys import keys
from tracker.errors import Exit


@pytest.mark.parametrize("name", ["cli.md", "configuration.md"])
def test_the_page_is_what_the_commands_say(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "run: python -m tracker.cli.docs"


def test_every_key_is_on_the_page_once_with_what_it_means() -> None:
    page = pages()["configuration.md"]
    for key in keys():
        assert len(re.findall(rf"^\| `{key.name}` \|.*{re.escape(key.meaning)} \|$", page, re.MULTILINE)) == 1


def test_every_exit_code_is_explained() -> None:
    assert set(EXIT_CODES) == set(Exit)
