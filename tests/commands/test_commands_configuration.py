"""Which configuration counts for a workbook, and what is said of one that cannot be followed."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from tracker.commands.configuration import MOST, Configurations, configuration_of
from tracker.commands.keys import Validate, on_another_server
from tracker.errors import UsageError


def written(folder: Path, text: str, name: str = "tracker.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def selected(path: Path) -> tuple[str, ...]:
    return configuration_of(path).validate.select


def error(path: Path) -> str:
    """What is said of a configuration, without its own name."""
    with pytest.raises(UsageError) as caught:
        found = configuration_of(path)
        _ = (found.keep, found.validate)
    text = str(caught.value)
    assert "\n" not in text
    file, _, said = text.partition(": ")
    assert file.endswith((".toml",))
    return said


def test_without_a_configuration_all_is_as_by_default(tmp_path: Path) -> None:
    found = configuration_of(tmp_path / "shop.xlsx")
    assert found.file is None and found.validate == Validate() and found.keep.folder is None


def test_the_nearest_file_counts_as_a_whole(tmp_path: Path) -> None:
    written(tmp_path, '[validate]\nselect = ["D"]\nfail-on = "never"\n')
    written(tmp_path / "a" / "b", '[validate]\nselect = ["V"]\n')
    assert selected(tmp_path / "shop.xlsx") == selected(tmp_path / "a" / "shop.xlsx") == ("D",)
    near = configuration_of(tmp_path / "a" / "b" / "c" / "shop.xlsx").validate
    assert near.select == ("V",) and near.fail_on == "error"
    assert selected(tmp_path / "a" / "b") == ("V",)  # of what is in a folder


def test_a_project_file_counts_where_it_speaks_of_us_and_ours_comes_first(tmp_path: Path) -> None:
    written(tmp_path, '[tool.tracker.validate]\nselect = ["D"]\n', "pyproject.toml")
    written(tmp_path / "a", "[tool.other]\nx = 1\n", "pyproject.toml")
    written(tmp_path / "b", "[tool.other] # of a tracker\nx = 1\n", "pyproject.toml")
    written(tmp_path / "c", "no TOML at all", "pyproject.toml")
    written(tmp_path / "d", '[tool.tracker.validate]\nselect = ["V"]\n', "pyproject.toml")
    written(tmp_path / "d", '[validate]\nselect = ["K"]\n')
    found = [selected(tmp_path / name / "shop.xlsx") for name in "abcd"]
    assert found == [("D",), ("D",), ("D",), ("K",)]


def test_the_current_folder_is_not_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "here", '[validate]\nselect = ["D"]\n')
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert selected(tmp_path / "there" / "shop.xlsx") == ("ALL",)
    assert selected(Path("shop.xlsx")) == ("D",)


@pytest.mark.skipif(os.name != "posix", reason="links need rights there")
def test_a_link_leads_to_the_folder_of_the_file_itself(tmp_path: Path) -> None:
    written(tmp_path / "there", '[validate]\nselect = ["D"]\n')
    (tmp_path / "there" / "shop.xlsx").touch()
    (tmp_path / "shop.xlsx").symlink_to(tmp_path / "there" / "shop.xlsx")
    (tmp_path / "ring.xlsx").symlink_to(tmp_path / "ring.xlsx")
    assert selected(tmp_path / "shop.xlsx") == ("D",) and selected(tmp_path / "ring.xlsx") == ("ALL",)


def test_a_name_no_disk_could_bear_has_no_configuration(tmp_path: Path) -> None:
    assert selected(tmp_path / ("x" * 5000) / "shop.xlsx") == ("ALL",)


def test_each_folder_is_looked_into_once(tmp_path: Path) -> None:
    file = written(tmp_path, '[validate]\nselect = ["D"]\n')
    run = Configurations()
    first = run.of(tmp_path / "a" / "shop.xlsx")
    file.write_text('[validate]\nselect = ["V"]\n', encoding="utf-8")
    assert run.of(tmp_path / "a" / "b" / "shop.xlsx") is first and Configurations().of(tmp_path).validate.select == (
        "V",
    )


def test_one_may_be_named_for_all_or_none_be_wanted(tmp_path: Path) -> None:
    written(tmp_path, "[validate]\nnonsense = 1\n")
    other = written(tmp_path / "other", '[validate]\nselect = ["K"]\n', "company.toml")
    assert Configurations(other).of(tmp_path / "shop.xlsx").validate.select == ("K",)
    assert Configurations(search=False).of(tmp_path / "shop.xlsx").file is None
    for name in ("absent.toml", "."):
        with pytest.raises(UsageError, match=r"there is no such file. Name another one\.$"):
            Configurations(tmp_path / name)
    project = written(tmp_path, "[tool.other]\n", "pyproject.toml")
    with pytest.raises(UsageError, match=r"there is no \[tool.tracker\] in it"):
        Configurations(project)


VALIDATE = "[validate]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "\nx = nope\n",
            "it cannot be read as TOML on line 2, at character 5: a text stands in quotes, yes is true, "
            "and no is false. Mend it, or remove it.",
        ),
        ("[validate\n", "it cannot be read as TOML on line 1, at character 10: a ] is missing. Mend it"),
        (
            f"{VALIDATE}select = ['V1'\njobs = 1",
            "it cannot be read as TOML on line 3, at character 1: a ] or a comma",
        ),
        (f"{VALIDATE}fail-on: 'error'", "it cannot be read as TOML on line 2, at character 8: a = is missing"),
        (f"{VALIDATE}jobs = 1\njobs = 2\n", "it cannot be read as TOML on line 3, at character 9: the same key stands"),
        (
            f"{VALIDATE}fail-on = 'S3CRET",
            "it cannot be read as TOML at its end: the closing quote of a text",
        ),
        (
            'keep.folder = "C:\\server"',
            "it cannot be read as TOML on line 1, at character 20: write \\\\ or /",
        ),
        ("a = " + "[" * 5000, "it cannot be read as TOML. Mend it, or remove it."),
        ("x" * (MOST + 1), "it is larger than a configuration may be. Mend it, or remove it."),
        ("validate = 1", "validate is no section. Write [validate], and its keys on the lines below."),
        ("[valdate]\n", "there is no section 'valdate'. Did you mean [validate]?"),
        ("select = ['V1']\n", "there is no section 'select'. There are [keep] [validate] [standard]."),
        ("[[validate]]\n", "validate is no section. Write [validate], and its keys on the lines below."),
        (f"{VALIDATE}selct = []", "[validate] has no key 'selct'. Did you mean select?"),
        (f"{VALIDATE}fail_on = 'error'", "[validate] has no key 'fail_on'. Did you mean fail-on?"),
        (f'{VALIDATE}"a\\nb" = 1', "[validate] has no key 'a·b'. It has "),
        (
            f"{VALIDATE}select = 'V1'",
            "[validate] select is no list of codes. A text in quotes stands there, not a list. "
            'Write it as select = ["V106", "D"].',
        ),
        (f"{VALIDATE}select = [1]", '[validate] select is no list of codes. Write it as select = ["V106", "D"].'),
        (f"{VALIDATE}ignore = ['']", '[validate] ignore is no list of codes. Write it as ignore = ["V106", "D"].'),
        (f"{VALIDATE}ignore = ['V16']", "[validate] ignore: There is no finding 'V16'. Did you mean V1"),
        (f"{VALIDATE}fail-on = 'warn'", "[validate] fail-on is none of error, warning, never. Did you mean warning?"),
        (f"{VALIDATE}fail-on = 1", "[validate] fail-on is none of error, warning, never."),
        (
            f"{VALIDATE}include = '*'",
            "[validate] include is no list of globs. A text in quotes stands there, not a list. Write it as include",
        ),
        (
            f"{VALIDATE}standard = ''",
            '[validate] standard is no name of a file. Write it as standard = "company.xlsx".',
        ),
        (
            f"{VALIDATE}severity = 1",
            "[validate] severity is no table. A number stands there, not a table. Write it as severity",
        ),
        (f"{VALIDATE}severity = {{ Q = 'error' }}", "[validate] severity: There is no finding 'Q'."),
        (
            f"{VALIDATE}severity = {{ V1 = 'eror' }}",
            "[validate] severity of V1 is none of error, warning, info, off. Did you mean error?",
        ),
        (
            f"{VALIDATE}per-sheet-ignores = []",
            "[validate] per-sheet-ignores is no table of lists of codes. A list stands there, not a table. Write",
        ),
        (f"{VALIDATE}per-sheet-ignores = {{ a = 'V' }}", "[validate] per-sheet-ignores is no table of lists of codes."),
        (f"{VALIDATE}per-file-ignores = {{ a = ['Q'] }}", "[validate] per-file-ignores: There is no finding 'Q'."),
        (f"{VALIDATE}jobs = 0", "[validate] jobs is no number from 1 to 256. Write it as jobs = 2."),
        (f"{VALIDATE}jobs = 257", "[validate] jobs is no number from 1 to 256."),
        (f"{VALIDATE}jobs = true", "[validate] jobs is no number from 1 to 256."),
        (f"{VALIDATE}jobs = 2.0", "[validate] jobs is no number from 1 to 256."),
        (
            f"{VALIDATE}timeout-per-file = 0",
            "[validate] timeout-per-file is no number of seconds, a day of them at most. Write it as",
        ),
        (f"{VALIDATE}timeout-per-file = 86401", "[validate] timeout-per-file is no number of seconds"),
        (f"{VALIDATE}timeout-per-file = nan", "[validate] timeout-per-file is no number of seconds"),
        (f"{VALIDATE}timeout-per-file = inf", "[validate] timeout-per-file is no number of seconds"),
        (f"{VALIDATE}timeout-per-file = true", "[validate] timeout-per-file is no number of seconds"),
        (f"{VALIDATE}timeout-per-file = '30'", "[validate] timeout-per-file is no number of seconds"),
        (
            f"{VALIDATE}cache = 0",
            "[validate] cache is neither true nor false. A number stands there, not true or false. Write it as",
        ),
        (f"{VALIDATE}baseline = ['a']", "[validate] baseline is no name of a file."),
        (f"{VALIDATE}standard = 'a'\n[standard.settings]\n", "both [standard] and the key standard of [validate]."),
    ],
)
def test_what_cannot_be_followed_is_said_in_a_line(text: str, said: str, tmp_path: Path) -> None:
    written(tmp_path, text)
    assert error(tmp_path / "shop.xlsx").startswith(said)


def test_of_a_project_file_the_same_is_said(tmp_path: Path) -> None:
    written(tmp_path, "[tool.tracker.valdate]\n", "pyproject.toml")
    assert error(tmp_path) == "there is no section 'valdate'. Did you mean [validate]?"
    written(tmp_path, "[tool]\ntracker = 1\n", "pyproject.toml")
    assert error(tmp_path) == "tool.tracker is no section. Write [tool.tracker.validate], and its keys below."


def test_no_error_quotes_a_value(tmp_path: Path) -> None:
    for line in (
        "select = 'S3CRET'",
        "standard = ['S3CRET']",
        "fail-on = 'S3CRET'",
        "x = 'S3CRET",
        "severity = {V='S3CRET'}",
    ):
        written(tmp_path, f"{VALIDATE}{line}\n")
        assert "S3CRET" not in error(tmp_path)


def test_paths_begin_at_the_folder_of_the_file(tmp_path: Path) -> None:
    written(tmp_path, '[keep]\nfolder = "kept"\n[validate]\nstandard = "../company.xlsx"\n')
    found = configuration_of(tmp_path / "a" / "shop.xlsx")
    assert found.keep.folder == tmp_path / "kept" and found.validate.standard == tmp_path / ".." / "company.xlsx"
    written(tmp_path, f"[keep]\nfolder = '{tmp_path / 'elsewhere'}'\n")
    assert configuration_of(tmp_path).keep.folder == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("path", "folder", "elsewhere"),
    [
        (r"\\evil\share\company.xlsx", r"C:\shop", True),
        (r"//evil/share/company.xlsx", r"C:\shop", True),
        (r"\\?\UNC\evil\share\a", r"C:\shop", True),
        (r"\\evil\share\company.xlsx", r"\\SRV\books\shop", True),
        (r"\\srv\books\company.xlsx", r"\\SRV\books\shop", False),
        (r"\\srv\other\company.xlsx", r"\\SRV\books\shop", True),
        (r"Z:\company.xlsx", r"\\SRV\books\shop", False),
        (r"..\company.xlsx", r"\\SRV\books\shop", False),
        (r"D:\company.xlsx", r"C:\shop", False),
    ],
)
def test_another_server_is_told_from_a_drive(path: str, folder: str, elsewhere: bool) -> None:
    assert on_another_server(PureWindowsPath(path), PureWindowsPath(folder)) is elsewhere
    assert not on_another_server(PurePosixPath("//srv/company.xlsx"), PurePosixPath("/shop"))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_where_everybody_may_write_a_strangers_file_is_not_followed(tmp_path: Path) -> None:
    file = written(tmp_path / "open", '[keep]\nfolder = "kept"\n')
    os.chown(file, 12345, 12345)
    assert configuration_of(file.parent).keep.folder == file.parent / "kept"
    file.parent.chmod(0o1777)
    assert error(file.parent).startswith("it is somebody else's, in a folder where everybody may write")
    assert Configurations(file).of(file.parent).file == file  # named, and so vouched for
    os.chown(file.parent, 12345, 12345)
    assert configuration_of(file.parent).file == file  # of whoever the folder belongs to


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a link away")
def test_where_everybody_may_write_a_strangers_link_is_not_followed(tmp_path: Path) -> None:
    mine = written(tmp_path / "mine", '[keep]\nfolder = "kept"\n')
    share = tmp_path / "open"
    share.mkdir()
    share.chmod(0o1777)
    (share / mine.name).symlink_to(mine)
    assert configuration_of(share).keep.folder == share / "kept"
    os.lchown(share / mine.name, 12345, 12345)  # it would make my own file speak of the stranger's folder
    assert error(share).startswith("it is somebody else's, in a folder where everybody may write")


def test_a_workbook_is_no_configuration(tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(b"PK" + b"\0" * (MOST + 1))
    with pytest.raises(UsageError, match=r"it is a workbook, not a configuration\. Did you mean --standard\?"):
        Configurations(book).of(book)


def test_a_file_that_is_named_is_told_of_all_its_slips(tmp_path: Path) -> None:
    named = written(tmp_path, "[keep]\nfolder = 5\n", "company.toml")
    said = 'folder is no name of a folder. A number stands there, not a text in quotes. Write it as folder = "backups".'
    with pytest.raises(UsageError) as caught:
        Configurations(named)
    assert str(caught.value) == f"{named}: [keep] {said}"
