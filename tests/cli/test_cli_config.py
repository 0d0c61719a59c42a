"""``tracker config show`` says what holds and where it is said; validate's own words beat it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from books import new_book, type_rows

from tracker.cli.run import run
from tracker.commands.keys import keys

TEXT = """\
[keep]
folder = "kept"
[validate]
ignore = ["V111", "D"]
fail-on = "error"
[validate.severity]
V106 = "off"
[validate.per-sheet-ignores]
"Old customers" = ["V1"]
"a\\"b\\u001b" = []
[standard.settings]
vip_spend = 7
[standard.lists]
channel = [{code = "phone", active = true}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tracker.toml").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_it_says_every_key_as_toml_would(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", str(folder / "a" / "shop.xlsx")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f'keep.folder = "{folder / "kept"}"',
        'validate.select = ["ALL"]',
        "validate.extend-select = []",
        'validate.ignore = ["V111", "D"]',
        'validate.fail-on = "error"',
        "validate.include = []",
        "validate.exclude = []",
        "validate.standard = (not set)",
        'validate.severity.V106 = "off"',
        'validate.per-sheet-ignores."Old customers" = ["V1"]',
        'validate.per-sheet-ignores."a\\"b\\u001b" = []',
        "validate.per-file-ignores = {}",
        "validate.baseline = (not set)",
        "validate.jobs = (not set)",
        "validate.timeout-per-file = (not set)",
        "validate.cache = true",
        "standard.settings.vip_spend = 7",
        'standard.lists.channel = [{ code = "phone", active = true }]',
    ]
    tomllib.loads("\n".join(line for line in lines if not line.endswith(" = (not set)")))


def test_with_the_origin_of_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", str(folder), "--origin"]) == 0
    said = dict(line.split("\t")[::-1] for line in capsys.readouterr().out.splitlines())
    file = str(folder / "tracker.toml")
    assert said['validate.select = ["ALL"]'] == "default"
    assert said['validate.fail-on = "error"'] == file  # although it is the default, too
    assert said["standard.settings.vip_spend = 7"] == said['validate.severity.V106 = "off"'] == file


def test_as_json_for_programs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", str(folder), "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    values = {one["key"]: one for one in document["values"]}
    assert document["version"] == 1
    assert values["validate.ignore"] == {
        "key": "validate.ignore",
        "value": ["V111", "D"],
        "origin": str(folder / "tracker.toml"),
    }
    assert values["validate.standard"]["value"] is None and values["validate.standard"]["origin"] is None
    assert {key.full for key in keys()} <= {*values, "validate.severity", "validate.per-sheet-ignores"}


def test_without_a_path_it_is_about_the_current_folder(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert run(["config", "show"]) == 0
    assert 'validate.ignore = ["V111", "D"]' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[validate]\nselct = 1\n", "[validate] has no key 'selct'. Did you mean select?"),
        ("[standard.settings]\nx = 1\n", "[standard.settings] has no key 'x'."),
    ],
)
def test_what_is_wrong_with_it_is_said(text: str, said: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "tracker.toml").write_text(text, encoding="utf-8")
    assert run(["config", "show", str(folder)]) == 2
    assert capsys.readouterr().err == f"tracker: {folder / 'tracker.toml'}: {said}\n"


def test_validate_asks_it_and_its_own_words_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = tmp_path / "shop.xlsx"
    book.write_bytes(type_rows(new_book(), "Customers", [{"last_name": "Marsh", "email": "marsh@"}]))
    (tmp_path / "tracker.toml").write_text("[validate]\nselect = ['D']\n[validate.severity]\nV104 = 'warning'\n")
    (tmp_path / "company.toml").write_text("[validate]\nselect = ['V104']\nfail-on = 'warning'\n")

    def codes(*more: str) -> tuple[int, list[str]]:
        code = run(["validate", str(book), "--today", "2026-11-18", "--format", "csv", *more])
        return code, [line.split(",")[3] for line in capsys.readouterr().out.splitlines()[1:]]

    assert codes() == (0, [])
    assert codes("--extend-select", "V104,V124") == (0, ["V104", "V124"])
    assert codes("--extend-select", "V104", "--fail-on", "warning") == (1, ["V104"])
    assert codes("--select", "V104", "--ignore", "V") == (0, ["V104"])
    assert codes("--config", str(tmp_path / "company.toml")) == (1, ["V104"])
    assert codes("--no-config", "--select", "V104") == (1, ["V104"])
    assert codes("--no-config", "--config", "x")[0] == 2


def test_a_path_that_is_not_there_is_said_to_be_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "show", str(tmp_path / "sharee")]) == 0
    assert "sharee does not exist; this is what would hold for it." in capsys.readouterr().err


def test_a_file_kept_elsewhere_can_be_looked_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    company = folder / "company.toml"
    company.write_text('[validate]\nfail-on = "never"\n')
    assert run(["config", "show", str(folder), "--config", str(company)]) == 0
    assert 'validate.fail-on = "never"' in capsys.readouterr().out
    assert run(["config", "show", str(folder), "--no-config"]) == 0
    assert 'validate.fail-on = "error"' in capsys.readouterr().out
