"""Typed columns of a table: what is blank, what is handed out, rows picked and put together."""

from __future__ import annotations

import numpy as np
import pytest

from tracker.model.frame import Frame


@pytest.fixture
def frame() -> Frame:
    """Two rows, in sheet rows 2 and 5."""
    return Frame(np.array([2, 5]), {"name": np.array(["Ada", ""], object), "spend": np.array([1.5, np.nan])})


def test_a_column_that_is_not_there_is_blank(frame):
    assert "email" not in frame and "name" in frame and len(frame) == 2
    assert frame.text("email").tolist() == ["", ""]
    np.testing.assert_array_equal(frame.number("email"), [np.nan, np.nan])


def test_numbers_as_texts_stay_numbers_and_blanks_are_empty(frame):
    assert frame.text("spend").tolist() == [1.5, ""]
    assert frame.text("name").tolist() == ["Ada", ""]


def test_nobody_writes_to_what_is_handed_out(frame):
    with pytest.raises(ValueError, match="read-only"):
        frame.text("name")[0] = "Bo"
    with pytest.raises(ValueError, match="read-only"):
        frame.number("spend")[0] = 2.0


def test_what_it_was_made_of_can_still_be_written_to():
    spend = np.array([1.0])
    Frame(np.array([2]), {"spend": spend})
    spend[0] = 2.0


def test_columns_set_anew_leave_the_frame_before_as_it_was(frame):
    later = frame.having({"name": np.array(["Bo", "Cy"], object), "owner": np.array(["A", "B"], object)})
    assert later.text("name").tolist() == ["Bo", "Cy"] and later.text("owner").tolist() == ["A", "B"]
    assert frame.text("name").tolist() == ["Ada", ""] and "owner" not in frame


@pytest.mark.parametrize("at", [[1], slice(1, 2), np.array([False, True]), np.array([1])])
def test_some_rows_keep_their_sheet_rows(frame, at):
    some = frame.take(at)
    assert some.rows.tolist() == [5] and some.text("name").tolist() == [""] and len(some) == 1


def test_only_some_columns_in_the_order_asked_for(frame):
    assert list(frame.only(["spend", "email", "name"]).columns) == ["spend", "name"]


def test_rows_below_others_are_blank_where_only_the_others_have_a_column(frame):
    both = frame.followed_by(Frame(np.array([6]), {"name": np.array(["Bo"], object), "day": np.array([3.0])}))
    assert both.rows.tolist() == [2, 5, 6]
    assert both.text("name").tolist() == ["Ada", "", "Bo"]
    np.testing.assert_array_equal(both.number("spend"), [1.5, np.nan, np.nan])
    np.testing.assert_array_equal(both.number("day"), [np.nan, np.nan, 3.0])


def test_rows_below_none_are_these_rows(frame):
    for both in (Frame().followed_by(frame), frame.followed_by(Frame())):
        assert both.rows.tolist() == [2, 5] and both.text("name").tolist() == ["Ada", ""]
        np.testing.assert_array_equal(both.number("spend"), [1.5, np.nan])
