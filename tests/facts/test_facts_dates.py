"""What a day typed as text may mean: all of it, and nothing else."""

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.facts.dates import is_dated, moments_in

ONE = {
    "2026-05-03": "2026-05-03",
    "2026-5-3": "2026-05-03",
    "2026/5/3": "2026-05-03",
    "2026.05.03": "2026-05-03",
    "2026-05-03.": "2026-05-03",
    "'2026-05-05": "2026-05-05",
    "2026-05-03 14:30": "2026-05-03 14:30",
    "2026-05-03T14:30:00Z": "2026-05-03 14:30",
    "2026-05-03T14:30:15.250+02:00": "2026-05-03 14:30:15",
    "2026-05-03 00:00:00": "2026-05-03",
    "13.05.2026 14:30": "2026-05-13 14:30",
    "13.05.2026, 2:30 PM": "2026-05-13 14:30",
    "13/05/2026 12:05 a.m.": "2026-05-13 00:05",
    "03.04.2026": "2026-04-03",  # with dots the day stands first, wherever they are used
    "13.04.26": "2026-04-13",
    "3.4.29": "2029-04-03",
    "3.4.30": "1930-04-03",
    "05/05/2026": "2026-05-05",
    "3-Apr-26": "2026-04-03",
    "03-APR-2026": "2026-04-03",
    "5 May 2026": "2026-05-05",
    "3rd of May 2026": "2026-05-03",
    "5. Mai 2026": "2026-05-05",
    "18 novembre 2026": "2026-11-18",
    "5 de mayo de 2026": "2026-05-05",
    "1. März 26": "2026-03-01",
    "May 3, 2026": "2026-05-03",
    "Sunday, May 3, 2026": "2026-05-03",
    "So., 3. Mai 2026": "2026-05-03",
    "2026-May-03": "2026-05-03",
    "20260503": "2026-05-03",
    "2026年5月3日": "2026-05-03",
    "2026年5月3日 14:30": "2026-05-03 14:30",
    "２０２６年５月３日": "2026-05-03",
    "１２.05.2026": "2026-05-12",
    "13．05．2026": "2026-05-13",
    "29.02.2028": "2028-02-29",
    "Sat 3/4/27": "2027-04-03",  # the fourth of March is a Thursday
}


@pytest.mark.parametrize(("text", "moment"), ONE.items())
def test_a_text_that_can_mean_one_day_only(text, moment):
    assert moments_in(text) == {moment}


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("03/04/2026", {"2026-04-03", "2026-03-04"}),
        ("03-04-2026", {"2026-04-03", "2026-03-04"}),
        ("3/4/26", {"2026-04-03", "2026-03-04"}),
        ("3/4/26 8:15", {"2026-04-03 08:15", "2026-03-04 08:15"}),
        ("13/04/26", {"2026-04-13", "2013-04-26"}),  # the year first, as in East Asia
        ("03-04-05", {"2005-04-03", "2005-03-04", "2003-04-05"}),
    ],
)
def test_a_text_that_can_mean_several(text, moments):
    assert moments_in(text) == moments


@pytest.mark.parametrize(
    "text", ["31.02.2026", "2026-13-01", "29.02.2026", "13.13.26", "2026-05-03 25:00", "Mon, 3 May 2026"]
)
def test_a_day_that_never_is(text):
    assert moments_in(text) == set()
    assert is_dated(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "May",
        "May 2026",
        "2026-05",
        "2026",
        "12345678",
        "1026050",
        "3.5",
        "1.2.3",
        "5 Maybe 2026",
        "3 of 26",
        "14:30",
        "Peter, 3.5.2026",
        "3.5.2026 or later",
        "3/5-2026",
        "1" * 30_000,
        "1 " * 15_000 + "May 2026",
    ],
)
def test_a_text_that_is_no_day(text):
    assert moments_in(text) == set()
    assert not is_dated(text)


@settings(deadline=None)
@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2049, 12, 31)),
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%SZ", "%d %B %Y %H:%M:%S", "%A, %B %d, %Y, %I:%M:%S %p"]),
)
def test_what_a_program_writes_is_read_as_that_moment(moment, form):
    (read,) = moments_in(moment.strftime(form))
    assert datetime.fromisoformat(read) == moment.replace(microsecond=0)


@settings(deadline=None)
@given(st.dates(datetime(2000, 1, 1).date(), datetime(2029, 12, 31).date()), st.sampled_from(["/", "-", "."]))
def test_the_day_that_was_meant_is_always_among_those_read(day, mark):
    for form in ("%d %m %Y", "%d %m %y", *(("%m %d %Y", "%m %d %y", "%y %m %d") if mark != "." else ())):
        assert str(day) in moments_in(day.strftime(form).replace(" ", mark))
