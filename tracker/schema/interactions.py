"""The Interactions table: one row a call, visit or message, done or planned."""

from __future__ import annotations

from tracker.schema import figures
from tracker.schema.column import Column, Derive, Kind, Owner, Privacy, Table
from tracker.schema.customers import among, customer_name

TOOL, PERSONAL, FREE = Owner.TOOL, Privacy.PERSONAL, Privacy.FREE_TEXT

MINUTES = Derive(
    'IF(AND(ISNUMBER([started_at]),ISNUMBER([ended_at])),ROUND(([ended_at]-[started_at])*86400,0)/60,"")',
    figures.minutes,
)
# 1 a counted contact, 2 a plan, 0 neither. Hangs on figures_day, never on TODAY().
COUNTS = Derive(
    f'IFERROR(IF(OR([customer_id]="",N([started_at])=0),"",IF(NOT({among("[channel]", "two_way_channels")}),0,'
    "IF([started_at]>=figures_day+1,"
    'IF(AND([response]="",[responded_at]="",[minutes]="",[action_done_on]=""),2,0),'
    f'IF(AND({among("[direction]", "inbound_words")},[response]="",[responded_at]=""),0,1)))),"")',
    figures.counts,
)
ACTION_STATE = Derive(
    'IFERROR(IF(OR(N([action_due])=0,[action_done_on]<>""),"",IF(INT([action_due])<today_live,"{overdue}",'
    'IF(INT([action_due])=today_live,"{today}",IF(INT([action_due])<=today_live+upcoming_days,"{upcoming}","")))),"")',
    figures.action_state,
)
ACTION_LATE = Derive(
    'IFERROR(IF(OR(N([action_due])=0,[action_done_on]<>""),"",MAX(0,today_live-INT([action_due]))),"")',
    figures.action_days_overdue,
)

INTERACTIONS = Table(
    "Interactions",
    sheet="interactions",
    key="interaction_id",
    prefix="I",
    columns=(
        Column("interaction_id", Kind.ID, unique=True, group="who", width=112),
        Column(
            "customer", Kind.CUSTOMER, required=True, refers_to="Customers", privacy=PERSONAL, group="who", width=146
        ),
        Column(
            "customer_name", owner=TOOL, privacy=PERSONAL, derive=customer_name("Interactions"), group="who", width=146
        ),
        Column("started_at", Kind.DATETIME, required=True, group="what", width=112),
        Column("channel", Kind.CHOICE, required=True, choices="channel", group="what", width=84),
        Column("direction", Kind.CHOICE, choices="direction", group="what", width=90),
        Column("purpose", Kind.CHOICE, choices="purpose", group="what", width=96),
        Column("summary", Kind.LONG, privacy=FREE, group="what", width=320),
        Column("urgent", Kind.FLAG, choices="yes_no", group="what", width=78),
        Column("action", privacy=FREE, group="action", width=120),
        Column("action_owner", Kind.CHOICE, choices="owner", group="action", width=108),
        Column("action_due", Kind.DATE, group="action", width=94),
        Column("action_done_on", Kind.DATE, group="action", width=94),
        Column("followup_state", owner=TOOL, derive=ACTION_STATE, group="action", width=96),
        Column("logged_by", Kind.CHOICE, choices="owner", group="more", width=94),
        Column("customer_id", Kind.REFERENCE, TOOL, refers_to="Customers", group="more", folded=True, width=112),
        Column("ended_at", Kind.DATETIME, group="more", folded=True, width=112),
        Column("time_zone", group="more", folded=True),
        Column("minutes", Kind.INTEGER, TOOL, derive=MINUTES, group="more", folded=True),
        Column("counts", Kind.INTEGER, TOOL, derive=COUNTS, group="more", folded=True),
        Column("concerns", privacy=FREE, group="more", folded=True, width=160),
        Column("response", privacy=FREE, group="more", folded=True, width=160),
        Column("responded_at", Kind.DATETIME, group="more", folded=True, width=112),
        Column("commitments", privacy=FREE, group="more", folded=True, width=160),
        Column("reaction", privacy=FREE, group="more", folded=True, width=160),
        Column("sentiment", Kind.CHOICE, choices="sentiment", group="more", folded=True),
        Column("csat", Kind.INTEGER, low=1, high=5, group="more", folded=True, width=76),
        Column("nps", Kind.INTEGER, low=0, high=10, group="more", folded=True, width=76),
        Column("resolved_on", Kind.DATE, group="more", folded=True),
        Column("campaign", refers_to="Campaigns", group="more", folded=True, width=120),
        Column("days_overdue", Kind.INTEGER, TOOL, derive=ACTION_LATE, group="more", folded=True, width=84),
    ),
)
