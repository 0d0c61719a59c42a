"""Running the checks: every finding once, in the order of the workbook, and one that fails never hides the others."""

from checks_world import checked

from tracker.checks import CHECKS, run_checks
from tracker.checks import columns as column_checks
from tracker.model.finding import Place
from tracker.schema.findings import FINDING_SPECS, finding, lasting

DRAWING = """
Customers
customer_id | last_name | email | owner | next_followup
C1          | Marsh     | x     | Anna  | soon
C1          | Silva     |       |       |
"""


def test_findings_of_reading_and_of_the_checks_come_once_and_in_order():
    _, snapshot, findings = checked(DRAWING)
    assert [(one.code, one.place.cell) for one in findings] == [
        ("V104", "C2"),
        ("V101", "E2"),
        ("D101", "A3"),
        ("V123", "C3"),
        ("V124", "D3"),
    ]
    assert run_checks(snapshot, (*CHECKS, *CHECKS)) == findings


def test_a_check_that_fails_is_a_finding_that_keeps_the_secret():
    _, snapshot, findings = checked(DRAWING)

    def check_badly(_):
        yield finding("W109", Place(), value="seen before the fall")
        raise ValueError("marsh@b.example")

    found = run_checks(snapshot, (check_badly, *CHECKS))
    failed = [one for one in found if one.code == "W199"]
    assert [one.details for one in failed] == [{"check": "check_badly"}]
    assert "marsh" not in repr(failed)
    assert {(one.code, one.place) for one in findings} <= {(one.code, one.place) for one in found}


def test_a_column_test_that_fails_names_its_code_and_the_other_tests_run(monkeypatch):
    def fail(text):
        raise ValueError(text)

    monkeypatch.setattr(column_checks.emails, "is_email", fail)
    _, _, findings = checked(DRAWING + 'C3 | " Okoro" | y | Anna |')
    assert [(one.place.key, one.details) for one in findings if one.code == "W199"] == [("email", {"check": "V104"})]
    assert {"V111", "D101", "V101"} <= {one.code for one in findings}
    assert "'y'" not in repr([one for one in findings if one.code == "W199"])


def test_rows_carry_their_key_so_that_sorting_does_not_change_a_finding():
    _, _, findings = checked(DRAWING)
    assert {one.place.row_key for one in findings if one.place.table == "Customers"} == {"C1"}


def test_an_empty_workbook_has_nothing_wrong():
    assert checked("")[2] == ()


def test_what_a_refresh_mends_itself_is_not_lasting():
    one, other = finding("W113", Place()), finding("V104", Place())
    assert lasting((one, other)) == (other,)
    assert {code for code, spec in FINDING_SPECS.items() if spec.mended} == {"W106", "W109", "W110", "W113", "W114"}


def test_a_missing_column_silences_the_checks_that_need_it():
    _, _, findings = checked(
        """
Customers (only)
customer_id | last_name
C1          | Marsh
C1          | Silva

Purchases (only)
purchase_id | customer | purchased_at
P1          | C1       | today+3d
"""
    )
    assert {one.code for one in findings} == {"W103", "D101", "L106"}


def test_references_into_a_table_without_its_key_are_not_judged():
    _, _, findings = checked(
        """
Customers (only)
last_name | email       | owner | referrer_id
Marsh     | m@b.example | Anna  | C7
"""
    )
    assert {one.code for one in findings} == {"W103"}


def test_leads_who_are_kept_elsewhere_are_not_judged():
    team = "Team\nname | lead\nAnna | Boss\nBen | Bos"
    assert checked(team)[2] == ()
    assert [one.code for one in checked(team + "\nBoss |")[2]] == ["R107"]
