"""The company's standard as a workbook and as TOML, and workbooks of a run beside it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from books import new_book

from tracker.checks.standard import Kept, Standard
from tracker.cli.run import run
from tracker.commands import standard as reading
from tracker.commands.configuration import Configurations
from tracker.commands.standard import standard_at, standard_in
from tracker.commands.validate import validate
from tracker.errors import UsageError
from tracker.schema.tags import Rule

DAY = date(2026, 11, 18)
COMPANY = """
[standard.settings]
vip_spend = 120_000
sla_hours = 12.5
workdays = "Mon-Sat"
purchase_is_touch = false
period = "Quarter"

[standard.lists]
channel = ["phone", { code = " email ", meaning = "two_way" }, { code = "fax", active = false }]
item = []

[[standard.rules]]
dimension = "stage"
tag = "new"
condition = "months_since(first_purchase) <= new_months"
cadence_days = 14
channel = "email"
"""


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder with two workbooks, one of which has another threshold, and a workbook beside it to go by."""
    (tmp_path / "share").mkdir()
    for name, spend in (("share/alike.xlsx", 120_000), ("share/other.xlsx", 90_000), ("company.xlsx", 120_000)):
        (tmp_path / name).write_bytes(new_book(DAY, vip_spend=spend))
    return tmp_path / "share"


def differing(share: Path, **said: object) -> dict[str, tuple[int | None, list[str]]]:
    """Of each file how many settings differ, and what is said beside a standard."""
    files = validate([share], DAY, **said).report.files  # type: ignore[arg-type]
    codes = ("K115", "K116", "K117")
    return {
        Path(one.path).name: (one.settings_differ, [f.code for f in one.findings if f.code in codes]) for one in files
    }


def test_without_a_standard_settings_are_counted_against_the_defaults_and_nothing_is_said(share: Path) -> None:
    assert differing(share) == {"alike.xlsx": (1, []), "other.xlsx": (1, [])}


def test_a_workbook_as_the_standard(share: Path) -> None:
    expected = {"alike.xlsx": (0, []), "other.xlsx": (1, ["K115"])}
    assert differing(share, standard=share.parent / "company.xlsx") == expected
    (share / "tracker.toml").write_text('[validate]\nstandard = "../company.xlsx"\n', encoding="utf-8")
    assert differing(share) == expected
    assert differing(share, ignore=["K115"]) == {"alike.xlsx": (0, []), "other.xlsx": (1, [])}
    found = validate([share / "other.xlsx"], DAY, select=["K115"]).report.files[0].findings
    assert [(one.value, one.suggestion, one.place.cell) for one in found] == [("90000", "120000", "C21")]


def test_a_workbook_that_only_a_configuration_names_is_read_by_a_child(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[Path] = []
    honest = reading._of_workbook
    monkeypatch.setattr(reading, "_of_workbook", lambda place: (here.append(place), honest(place))[1])
    company = share.parent / "company.xlsx"
    assert standard_at(company) == standard_at(company, vouched=True)
    assert here == [company]


def test_the_standard_may_stand_in_the_configuration_and_the_command_line_beats_it(share: Path) -> None:
    (share / "tracker.toml").write_text("[standard.settings]\nvip_spend = 90_000\n", encoding="utf-8")
    assert differing(share) == {"alike.xlsx": (1, ["K115"]), "other.xlsx": (0, [])}
    toml = share.parent / "company.toml"
    toml.write_text("[standard.lists]\nsentiment = ['positive', 'neutral']\n", encoding="utf-8")
    # It says nothing of settings: those are counted against the defaults.
    assert differing(share, standard=toml) == {"alike.xlsx": (1, ["K117"]), "other.xlsx": (1, ["K117"])}


def test_a_standard_in_toml_is_what_it_says(tmp_path: Path) -> None:
    place = tmp_path / "company.toml"
    place.write_text(COMPANY, encoding="utf-8")
    assert standard_at(place) == Standard(
        {
            "vip_spend": 120_000.0,
            "sla_hours": 12.5,
            "workdays": "Mon-Sat",
            "purchase_is_touch": "no",
            "period": "quarter",
        },
        (Rule("stage", "new", "months_since(first_purchase) <= new_months", 14.0, "email"),),
        {
            "channel": (Kept("phone", None, None), Kept("email", None, "two_way"), Kept("fax", False, None)),
            "item": (),
        },
    )


def test_what_a_standard_does_not_name_it_says_nothing_of(tmp_path: Path) -> None:
    (tmp_path / "tracker.toml").write_text("[standard]\n", encoding="utf-8")
    assert standard_in(Configurations().of(tmp_path)) == Standard({}, None, {})
    (tmp_path / "tracker.toml").write_text("", encoding="utf-8")
    assert standard_in(Configurations().of(tmp_path)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no [standard] in it. A standard is a workbook of tracker, or a TOML with [standard]"),
        ("standard = 1", "standard is no section. Write [standard], and its keys below."),
        ("[standard.setings]", "[standard] has no key 'setings'. Did you mean settings?"),
        ("[standard]\nsettings = 1", "standard.settings is no section. Write [standard.settings], and its keys below."),
        ("[standard.settings]\nvip_spent = 1", "[standard.settings] has no key 'vip_spent'. Did you mean vip_spend?"),
        ("[standard.settings]\nas_of = 1", "[standard.settings] as_of is each workbook's own. Leave it out."),
        ("[standard.settings]\nworkbook_id = 'x'", "[standard.settings] workbook_id is each workbook's own."),
        ("[standard.settings]\nnew_months = 99", "[standard.settings] new_months cannot be used. Allowed is 1 – 24"),
        ("[standard.settings]\nnew_months = '3 or so'", "[standard.settings] new_months cannot be used."),
        ("[standard.settings]\nnew_months = nan", "[standard.settings] new_months cannot be used."),
        (f"[standard.settings]\nnew_months = {10**400}", "[standard.settings] new_months cannot be used."),
        ("[standard.settings]\nnew_months = [3]", "[standard.settings] new_months cannot be used."),
        (
            "[standard.settings]\nperiod = 'week'",
            "[standard.settings] period cannot be used. Allowed is month, quarter",
        ),
        (
            "[standard.settings]\nworkdays = 'never'",
            "[standard.settings] workdays cannot be used. Write it such as ",
        ),
        ("[standard.lists]\nchanel = []", "[standard.lists] has no key 'chanel'. Did you mean channel?"),
        ("[standard.lists]\nyes_no = []", "[standard.lists] has no key 'yes_no'."),
        (
            "[standard.lists]\nchannel = 'phone'",
            "[standard.lists] channel is no list of codes. Write it as channel = [",
        ),
        ("[standard.lists]\nchannel = [1]", "[standard.lists] channel is no list of codes."),
        ("[standard.lists]\nchannel = ['']", "[standard.lists] channel is no list of codes."),
        ("[standard.lists]\nchannel = [{label = 'x'}]", "[standard.lists] channel is no list of codes."),
        ("[standard.lists]\nchannel = [{code = 'x', active = 'no'}]", "[standard.lists] channel is no list of codes."),
        ("[standard.lists]\nchannel = [{code = 'x', meaning = 1}]", "[standard.lists] channel is no list of codes."),
        ("[standard]\nrules = 1", "[standard.rules] is no list of rules. Write [[standard.rules]] above each."),
        ("[standard]\nrules = [1]", "standard.rules is no section."),
        ("[[standard.rules]]\ntag = 'x'", "[standard.rules] 1: dimension, tag and condition must be there, as text."),
        ("[[standard.rules]]\ntagg = 'x'", "[standard.rules] has no key 'tagg'. Did you mean tag?"),
        (
            "[[standard.rules]]\ndimension = 'a'\ntag = 'b'\ncondition = 'otherwise'\ncadence_days = 1.5",
            "[standard.rules] 1: cadence_days is no whole number of days.",
        ),
        (
            "[[standard.rules]]\ndimension = 'a'\ntag = 'b'\ncondition = '[Own] = 1'\n"
            "[[standard.rules]]\ndimension = 'a'\ntag = 'c'\ncondition = 'spendd(12m) > 5'",
            "[standard.rules] 2: condition cannot be read at character 1: “spendd” is not a fact that takes a time in "
            "brackets. Perhaps “spend” is meant.",
        ),
    ],
)
def test_a_standard_that_cannot_be_followed_is_said_in_a_line(text: str, said: str, tmp_path: Path) -> None:
    place = tmp_path / "company.toml"
    place.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        standard_at(place)
    file, _, rest = str(caught.value).partition(": ")
    assert file == f"--standard {place}" and rest.startswith(said) and "\n" not in rest


@pytest.mark.parametrize("vouched", [True, False])
@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "company.xlsx: does not exist. A standard is a workbook of tracker, or a TOML with [standard]"),
        (b"vip_spend = S3CRET", "company.xlsx: the file is plain text"),
    ],
)
def test_a_standard_that_is_no_workbook_is_said_without_what_it_holds(
    data: bytes | None, said: str, vouched: bool, tmp_path: Path
) -> None:
    place = tmp_path / "company.xlsx"
    if data is not None:
        place.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        standard_at(place, vouched)
    assert str(caught.value).startswith(f"--standard {place}: ") and "S3CRET" not in str(caught.value)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_standard_that_cannot_be_read_ends_the_run_or_leaves_out_the_files_it_is_for(
    share: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["validate", str(share), "--standard", str(share / "absent.xlsx")]) == 2
    (share / "odd").mkdir()
    (share / "odd" / "tracker.toml").write_text('[validate]\nstandard = "absent.xlsx"\n', encoding="utf-8")
    (share / "odd" / "shop.xlsx").write_bytes(new_book(DAY))
    capsys.readouterr()
    assert run(["validate", str(share), "--format", "json", "--today", "2026-11-18"]) == 3
    files = {Path(one["path"]).name: one for one in json.loads(capsys.readouterr().out)["files"]}
    odd = share / "odd"
    assert files["shop.xlsx"]["error"].startswith(
        f"{odd / 'tracker.toml'}: [validate] standard: {odd / 'absent.xlsx'}: does not exist. A standard is"
    )
    assert files["shop.xlsx"]["settings_differ"] is None
    assert files["alike.xlsx"]["error"] is None and files["alike.xlsx"]["settings_differ"] == 1
