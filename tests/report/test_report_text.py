"""A report as people read it: greppable lines, hints, counts, colour only where it is wanted."""

import io

import click
import pytest

from tracker.errors import Exit
from tracker.model.finding import Place
from tracker.report import Compared, FileReport, Report, as_text, wants_colour
from tracker.report.as_text import total
from tracker.schema.findings import finding
from tracker.words import load
from tracker.words.sentences import message, remedy

ROWS = {"Customers": 1, "Interactions": 0, "Purchases": 4238}


def place(row, key="email", column=3):
    return Place("Customers", "Customers", row, column, key, "E-mail", f"C{row}")


def emails(count):
    return tuple(finding("V104", place(row), value=f"mail {row}") for row in range(2, 2 + count))


def report(*findings, **more):
    return Report([FileReport("shop.xlsx", findings, ROWS, 1, "2026-11-17", **more)])


def lines(*findings, **options):
    return as_text(report(*findings), load(), **options).splitlines()


def test_one_finding_is_one_line_a_hint_and_a_summary():
    assert lines(finding("V104", place(48), value="a@b", suggestion="a@b.de")) == [
        "shop.xlsx: Customers!C48 error V104 not-an-email: “a@b” is not an e-mail address.",
        "    → Correct it; perhaps a@b.de is meant.",
        "shop.xlsx: 1 error (1 customer, 0 interactions, 4,238 purchases; figures of 2026-11-17)",
        "1 fixable with `tracker fix --unsafe`.",
    ]


def test_what_can_be_fixed_is_counted_below_the_summary():
    guess = finding("V127", place(2), value="a@gmial.com", suggestion="a@gmail.com")
    sure = finding("V111", place(3), value=" a@b.de", suggestion="a@b.de")
    key = finding("V113", Place("Customers", "Customers", 4, 1, "customer_id"), value="C２", suggestion="C2")
    choose = finding("V119", place(5), value="03/04/2026", suggestion="2026-04-03 / 2026-03-04")
    assert lines(sure, sure, guess, key, choose)[-1] == "[*] 2 fixable with `tracker fix`, 2 more with `--unsafe`."
    assert lines(sure)[-1] == "[*] 1 fixable with `tracker fix`."
    marked = [" [*] " in line for line in lines(sure, guess, key, choose) if line.startswith("shop.xlsx: Customers")]
    assert marked == [True, False, False, False]
    assert lines(finding("V111", place(3), value="  "), choose)[-1].startswith("shop.xlsx: ")
    two = as_text(Report([*report(sure).files, *report(guess).files]), load()).splitlines()
    assert [line for line in two[3:] if "fixable" in line] == [two[-1]]


def test_nothing_wrong_is_one_line():
    assert lines() == ["shop.xlsx: nothing wrong (1 customer, 0 interactions, 4,238 purchases; figures of 2026-11-17)"]


def test_a_file_that_somebody_has_open_says_so():
    held = FileReport("shop.xlsx", (), ROWS, 1, "2026-11-17", open_in="Excel (Anna)")
    alone = as_text(Report([held]), load())
    assert "figures of 2026-11-17; open in Excel (Anna), read as last saved)" in alone
    said = as_text(Report([held, held]), load())
    assert "nothing wrong; open in Excel (Anna), read as last saved\n" in said


def test_what_many_cells_say_is_said_once_with_their_count():
    same = [finding("V124", place(row, "owner", 11)) for row in range(2, 8)]
    said = lines(*same)
    assert said[0] == (
        "shop.xlsx: Customers!K2 warning V124 unowned-customer: The customer has no owner. [6 cells: K2, K3, K4, K5, …]"
    )
    assert len(said) == 3
    assert said[2].startswith("shop.xlsx: 6 warnings")


def test_of_one_kind_the_first_few_are_shown_and_the_rest_is_counted():
    said = lines(*emails(1200))
    assert [line for line in said if "V104 not" in line] == [
        line for line in said if "mail" in line and "V104 not" in line
    ]
    assert len([line for line in said if "V104 not-an-email" in line]) == 5
    assert "    … and 1,195 more of V104 in this column; --show all lists them" in said
    assert said[-1].startswith("shop.xlsx: 1,200 errors")


def test_all_shows_each_finding_on_a_line_of_its_own():
    same = [finding("V124", place(row, "owner", 11)) for row in range(2, 8)]
    said = lines(*emails(20), *same, show_all=True)
    assert len([line for line in said if "V104 not-an-email" in line]) == 20
    assert len([line for line in said if "V124" in line]) == 6
    assert not any("…" in line or "cells" in line for line in said)


def test_lines_with_one_hint_share_it():
    said = lines(*emails(3))
    assert [line.startswith("    →") for line in said] == [False, False, False, True, False]


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        (Place(), "shop.xlsx: info W108 dates-of-1904:"),
        (Place("Customers", "Customers"), "shop.xlsx: Customers info W108"),
        (Place("Customers", "Customers", 7), "shop.xlsx: Customers!7 info W108"),
        (Place("Customers", "Customers", None, 3, "email", "E-mail"), "shop.xlsx: Customers[E-mail] info W108"),
        (Place(table="Goals"), "shop.xlsx: Goals info W108"),
    ],
)
def test_a_place_is_said_as_far_as_it_is_known(where, shown):
    assert lines(finding("W108", where))[0].startswith(shown)


def test_a_file_that_could_not_be_checked_and_the_sum_of_a_folder():
    files = [
        FileReport("a.xlsx", rows=ROWS),
        FileReport("b.xlsx", emails(1), ROWS, exit=Exit.FINDINGS),
        FileReport("c.xlsx", error="it is not a workbook.", exit=Exit.UNREADABLE),
    ]
    said = as_text(Report(files, skipped=2), load()).splitlines()
    assert "c.xlsx: not checked: it is not a workbook." in said
    assert said[-1] == "3 files: 1 clean, 1 with findings, 1 not checked, 2 skipped (not tracker workbooks)."


def test_colour_only_where_it_is_wanted():
    plain, coloured = ("\n".join(lines(*emails(9), colour=colour)) for colour in (False, True))
    assert "\x1b" not in plain
    assert click.unstyle(coloured) == plain != coloured


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "environment", "wanted"),
    [
        (Terminal(), {}, True),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (Terminal(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_who_wants_colour(monkeypatch, stream, environment, wanted):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(stream) is wanted


def test_a_value_never_breaks_the_line_nor_is_it_a_template():
    one = finding("V104", place(2), value="{header}\nerror V999 {0} \x1b[31m" + "x" * 5000)
    said = lines(one)
    assert len(said) == 3
    assert "{header}·error V999 {0} ·[31m" in said[0]
    assert all(len(line) < 250 for line in said)


def test_sentences_leave_no_gap_when_a_finding_has_no_header():
    one = finding("K113", Place(table="Settings", key="key_fields"), value="fone", suggestion="phone")
    assert message(load(), one) == "key_fields names “fone”, which is no column of Customers."
    assert remedy(load(), one) == "Perhaps “phone” is meant."


def known(**more):
    return as_text(Report([FileReport("shop.xlsx", (), ROWS, 1, "2026-11-17", known=2, waived=1)], **more), load())


def test_what_is_known_or_waived_is_counted_and_not_called_clean():
    assert known().startswith(
        "shop.xlsx: nothing new (1 customer, 0 interactions, 4,238 purchases; figures of 2026-11-17"
    )
    assert "; 1 waived)" in known()
    two = Report([FileReport("a.xlsx", known=1), FileReport("b.xlsx")])
    assert [line.split("  ")[-1].strip() for line in as_text(two, load()).splitlines()[1:3]] == [
        "nothing new",
        "nothing wrong",
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"baseline": Compared(1, 0, 0)}, "1 known finding is hidden by the baseline."),
        (
            {"baseline": Compared(1037, 0, 2)},
            "1,037 known findings are hidden by the baseline. 2 of its findings are gone: write it anew with",
        ),
        ({"since_last": Compared(0, 3, 0)}, "This is the first run with --since-last over these paths"),
        (
            {"since_last": Compared(37, 5, 3, "2026-11-26 07:00")},
            "5 new, 3 gone since 2026-11-26 07:00. 37 known findings are not shown.",
        ),
    ],
)
def test_what_a_run_was_compared_with_is_its_last_line(more, said):
    assert known(**more).splitlines()[-1].startswith(said)
    assert said in total(Report([FileReport("shop.xlsx")], **more), load())
    assert (
        as_text(Report([FileReport("shop.xlsx")], **more), load(), summary_only=True).splitlines()[-1].startswith(said)
    )
