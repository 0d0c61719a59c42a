"""The tables the tool rebuilds: the follow-ups, the problems, the history of tags; and the decisions it keeps."""

from __future__ import annotations

from tracker.schema.column import Column, Kind, Owner, Privacy, Table
from tracker.schema.customers import BY_ID

ENDED = "ended"  # the verdict of a decision that no longer holds
NOT_SAME = frozenset({"not_same", "not the same person"})  # kinds of decisions: key_a and key_b are two customers

TOOL, INPUT, PERSONAL, FREE = Owner.TOOL, Owner.INPUT, Privacy.PERSONAL, Privacy.FREE_TEXT

# Links look the row up by ID, so that they survive sorting; {customers} is the sheet's name in quotes.
CUSTOMER_LINK = (
    'IF([customer_id]="","",IFERROR(HYPERLINK("#{customers}!A"&'
    f"ROW(INDEX(Customers[customer_id],{BY_ID})),INDEX(Customers[display_name],{BY_ID})),[customer_id]))"
)
# A doubled apostrophe is how a sheet's name is quoted, also by staff who call a sheet Tom's.
CELL_LINK = 'IF([cell_ref]="","",HYPERLINK("#\'"&SUBSTITUTE([sheet],"\'","\'\'")&"\'!"&[cell_ref],[cell_ref]))'

FOLLOWUPS = Table(
    "FollowUps",
    sheet="followups",
    key="followup_id",
    top=6,
    left=2,
    tool_rows=True,
    columns=(
        Column("state", owner=TOOL, width=92),
        Column("days_late", Kind.LATE, TOOL, width=66),
        Column("customer", Kind.LINK, TOOL, privacy=PERSONAL, width=146),
        Column("phone", Kind.PHONE, TOOL, privacy=PERSONAL, width=122),
        Column("what", owner=TOOL, width=90),
        Column("why", Kind.LONG, TOOL, privacy=FREE, width=240),
        Column("last_summary", Kind.LONG, TOOL, privacy=FREE, width=214),
        Column("owner", owner=TOOL, width=80),
        Column("channel", Kind.LONG, TOOL, width=88),  # with the quiet hours
        Column("escalation", owner=TOOL, width=88),
        Column("done_on", Kind.DATE, INPUT, width=94),
        Column("result", Kind.LONG, INPUT, privacy=FREE, width=168),
        Column("next_date", Kind.DATE, INPUT, width=94),
        Column("channel_used", Kind.CHOICE, INPUT, choices="channel", width=94),
        Column("snooze", Kind.DATE, INPUT, width=94),
        Column("due", Kind.DATE, TOOL, folded=True, width=92),
        Column("customer_id", Kind.REFERENCE, TOOL, refers_to="Customers", folded=True, width=112),
        Column("followup_id", Kind.ID, TOOL, folded=True, width=180),
    ),
)
PROBLEMS = Table(
    "Problems",
    sheet="problems",
    top=6,
    left=2,
    tool_rows=True,
    columns=(
        Column("severity", owner=TOOL, width=92),
        Column("code", Kind.ID, TOOL, width=66),
        Column("sheet", owner=TOOL, width=104),
        Column("cell", Kind.LINK, TOOL, width=76),
        Column("value", owner=TOOL, privacy=FREE, width=246),
        Column("problem", Kind.LONG, TOOL, privacy=FREE, width=340),
        Column("remedy", Kind.LONG, TOOL, width=330),
        Column("cell_ref", Kind.ID, TOOL, folded=True, width=76),  # what the link is made of
    ),
)
TAG_HISTORY = Table(
    "TagHistory",
    sheet="taghistory",
    tool_rows=True,
    hidden=True,
    columns=(
        Column("customer_id", Kind.REFERENCE, TOOL, refers_to="Customers"),
        Column("dimension", owner=TOOL),
        Column("from_tag", owner=TOOL),
        Column("to_tag", owner=TOOL),
        Column("changed_on", Kind.DATE, TOOL),
    ),
)
DECISIONS = Table(
    "Decisions",
    sheet="decisions",
    hidden=True,
    columns=(
        Column("kind"),
        Column("key_a", Kind.ID),
        Column("key_b", Kind.ID),
        Column("verdict"),
        Column("by"),
        Column("decided_on", Kind.DATE),
        Column("reason", privacy=FREE),
        Column("until", Kind.DATE),
    ),
)
