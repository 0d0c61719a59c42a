"""The Customers table: who they are, whom to call, what they spend, how they are tagged."""

from __future__ import annotations

from tracker.schema import figures
from tracker.schema.column import Column, Derive, Kind, Owner, Privacy, Table

TOOL, PERSONAL, SENSITIVE, FREE = Owner.TOOL, Privacy.PERSONAL, Privacy.SENSITIVE, Privacy.FREE_TEXT

NAME_LENGTH, EMAIL_LENGTH, PHONE_LENGTH, INTEREST_LENGTH = 50, 100, 20, 100

DISPLAY_NAME = Derive(
    'IFERROR(IF([last_name]="",IF([company]="",[first_name]&"",[company]&""),'
    'IF(name_order="family-given",TRIM([last_name]&" "&[first_name]),TRIM([first_name]&" "&[last_name]))),"")',
    figures.display_name,
)
# An ID that was pasted as a number is found by its text as well: COUNTIFS of some programs and MATCH of all tell them
# apart, and what refers to it is always text.
MINE = 'Interactions[customer_id],[customer_id]&""'
BOUGHT = 'Purchases[customer_id],[customer_id]&""'
BY_ID = "IFERROR(MATCH([customer_id],Customers[customer_id],0),MATCH(VALUE([customer_id]),Customers[customer_id],0))"
BY_NOW = 'Purchases[purchased_at],"<"&figures_day+1'
PAID = f'{BOUGHT},Purchases[net_amount],">0",{BY_NOW}'


def among(text: str, words: str) -> str:
    """Whether a text is one of the words of a list; MATCH would take ``*``, ``?`` and ``~`` in it for patterns.

    An error is none of them, as a blank cell is: both end in a division that is no number.
    """
    return f'ISNUMBER(1/SUMPRODUCT(({words}<>"")*({words}=TRIM({text}))))'


def _present(count: str, value: str) -> str:
    return f'IF([customer_id]="","",IF({count}=0,"",{value}))'


LAST_CONTACT = Derive(
    _present(
        f"COUNTIFS({MINE},Interactions[counts],1)",
        f"INT(MAXIFS(Interactions[started_at],{MINE},Interactions[counts],1))",
    ),
    figures.last_contact,
    aggregates=True,
)
NEXT_CONTACT = Derive(
    _present(
        f"COUNTIFS({MINE},Interactions[counts],2)",
        f"INT(MINIFS(Interactions[started_at],{MINE},Interactions[counts],2))",
    ),
    figures.next_contact,
    aggregates=True,
)
OPEN = f'{MINE},Interactions[action_done_on],"",Interactions[action_due],">0"'
NEXT_ACTION = Derive(
    _present(f"COUNTIFS({OPEN})", f"INT(MINIFS(Interactions[action_due],{OPEN}))"), figures.next_action, aggregates=True
)
CONTACTS_30D = Derive(
    f'IF([customer_id]="","",COUNTIFS({MINE},Interactions[counts],1,Interactions[started_at],">="&figures_day-29))',
    figures.contacts_30d,
    aggregates=True,
)
FIRST_PURCHASE = Derive(
    _present(f"COUNTIFS({PAID})", f"INT(MINIFS(Purchases[purchased_at],{PAID}))"),
    figures.first_purchase,
    aggregates=True,
)
LAST_PURCHASE = Derive(
    _present(f"COUNTIFS({PAID})", f"INT(MAXIFS(Purchases[purchased_at],{PAID}))"),
    figures.last_purchase,
    aggregates=True,
)
LIFETIME_SPEND = Derive(
    f'IF([customer_id]="","",ROUND(SUMIFS(Purchases[net_amount],{BOUGHT},{BY_NOW}),2))',
    figures.lifetime_spend,
    aggregates=True,
)
SPEND_12M = Derive(
    """IF([customer_id]="","",ROUND(SUMIFS(Purchases[net_amount],"""
    f"""{BOUGHT},Purchases[purchased_at],">="&spend_from,{BY_NOW}),2))""",
    figures.spend_12m,
    aggregates=True,
)
# The earliest of: next_followup while it is later than the last contact, an open action, the cadence. A planned
# contact silences the cadence; with a customer nobody spoke to yet it counts from the last purchase, else from the
# day the row was made. Who is closed, or wants no contact, has no cadence; what was agreed or promised stays. Moved to
# a working day: no day is so late as NEVER, which makes WORKDAY.INTL an error and the cell blank.
NEVER = "10^99"  # 1E+99 is spelled another way by a program that saves it
CLOSED = f"{among('[status]', 'closed_words')},{among('[opt_out]', 'no_contact_words')}"
FOLLOWUP_DUE = Derive(
    'IFERROR(IF([customer_id]="","",WORKDAY.INTL(MIN('
    f"IF(N([next_followup])>N([last_contact]),INT(N([next_followup])),{NEVER}),"
    f"IF(N([next_action])>0,N([next_action]),{NEVER}),"
    f"IF(OR(N([cadence_days])=0,N([next_contact])>0,{CLOSED}),{NEVER},"
    "MAX(IF(N([last_contact])>0,[last_contact],MAX(INT(N([created_on])),N([last_purchase])))+[cadence_days],"
    "N(cadence_from),INT(N([paused_until]))))"
    ')-1,1,workday_mask,holiday_list)),"")',
    figures.followup_due,
)
FOLLOWUP_STATE = Derive(
    'IF(N([followup_due])=0,"",IF([followup_due]<today_live,"{overdue}",IF([followup_due]=today_live,"{today}",'
    'IF([followup_due]<=today_live+upcoming_days,"{upcoming}",""))))',
    figures.followup_state,
)
DAYS_OVERDUE = Derive(
    'IF(N([followup_due])=0,"",MAX(0,today_live-[followup_due]))',
    figures.days_overdue,
)


def customer_name(table: str) -> Derive:
    """The display name of the customer whose ID stands in a row of another table."""
    excel = f'IF([customer_id]="","",IFERROR(INDEX(Customers[display_name],{BY_ID})&"",""))'
    return Derive(excel, figures.customer_name(table), aggregates=True)


CUSTOMERS = Table(
    "Customers",
    sheet="customers",
    key="customer_id",
    prefix="C",
    one_of=("last_name", "company"),
    columns=(
        Column("customer_id", Kind.ID, unique=True, group="who", width=112),
        Column("first_name", privacy=PERSONAL, length=NAME_LENGTH, group="who", width=88),
        Column("last_name", privacy=PERSONAL, length=NAME_LENGTH, group="who", width=104),
        Column("company", group="who", length=100, width=168),
        Column("followup_state", owner=TOOL, derive=FOLLOWUP_STATE, group="today", width=96),
        Column("followup_due", Kind.DATE, TOOL, derive=FOLLOWUP_DUE, group="today", width=92),
        Column("followup_why", owner=TOOL, privacy=FREE, group="today", width=322),
        Column("tags", owner=TOOL, group="today", width=206),
        Column("phone", Kind.PHONE, privacy=PERSONAL, length=PHONE_LENGTH, group="reach", width=124),
        Column("email", Kind.EMAIL, unique=True, privacy=PERSONAL, length=EMAIL_LENGTH, group="reach", width=278),
        Column("owner", Kind.CHOICE, choices="owner", group="work", width=90),
        Column("next_followup", Kind.DATE, group="work", width=116),
        Column("core_need", privacy=FREE, length=200, group="work", width=196),
        Column("need_priority", Kind.CHOICE, choices="need_priority", group="work", width=108),
        Column("source", Kind.CHOICE, choices="source", group="work", width=96),
        Column("status", Kind.CHOICE, choices="status", group="work", width=84),
        Column("notes", Kind.LONG, privacy=FREE, group="work", width=190),
        Column("last_contact", Kind.DATE, TOOL, derive=LAST_CONTACT, group="work", width=110),
        Column("spend_12m", Kind.MONEY, TOOL, derive=SPEND_12M, group="work", width=108),
        Column("city", privacy=PERSONAL, group="contact", width=92),
        Column("job_title", group="contact", folded=True, width=110),
        Column("phone2", Kind.PHONE, privacy=PERSONAL, length=PHONE_LENGTH, group="contact", folded=True, width=124),
        Column("preferred_channel", Kind.CHOICE, choices="channel", group="contact", folded=True, width=136),
        Column("quiet_hours", group="contact", folded=True),
        Column("preferred_language", group="contact", folded=True),
        Column("street", privacy=PERSONAL, group="contact", folded=True, width=140),
        Column("state", privacy=PERSONAL, group="contact", folded=True, width=90),
        Column("postal_code", Kind.ID, privacy=PERSONAL, group="contact", folded=True, width=98),
        Column("country", group="contact", folded=True),
        Column("territory", group="contact", folded=True),
        Column("industry", Kind.CHOICE, choices="industry", group="person", width=112),
        Column("gender", Kind.CHOICE, choices="gender", privacy=SENSITIVE, group="person", folded=True, width=90),
        Column("age_range", privacy=SENSITIVE, group="person", folded=True, width=90),
        Column("interests", length=INTEREST_LENGTH, group="person", folded=True, width=140),
        Column("special_needs", privacy=SENSITIVE, group="person", folded=True, width=140),
        Column("decision_role", group="person", folded=True),
        Column("company_size", group="person", folded=True),
        Column("referrer_id", Kind.REFERENCE, refers_to="Customers", group="person", folded=True, width=112),
        Column("deal_stage", Kind.CHOICE, choices="deal_stage", group="need", width=100),
        Column("need_by", Kind.DAY_OR_MONTH, group="need", folded=True),
        Column("closed_reason", group="need", folded=True, width=120),
        Column("paused_until", Kind.DATE, group="need", folded=True),
        Column("opt_out", Kind.CHOICE, choices="opt_out", group="consent", width=90),
        Column("consent", Kind.CHOICE, choices="consent", group="consent", folded=True),
        Column("consent_channels", Kind.CHOICES, choices="channel", group="consent", folded=True, width=134),
        Column("consent_method", group="consent", folded=True, width=130),
        Column("consent_date", Kind.DATE, group="consent", folded=True),
        Column("opt_out_on", Kind.DATE, group="consent", folded=True),
        Column("created_on", Kind.DATE, group="control", width=92),
        Column("verified_on", Kind.DATE, group="control", folded=True),
        Column("entered_by", Kind.CHOICE, choices="owner", group="control", folded=True),
        Column("verified_by", Kind.CHOICE, choices="owner", group="control", folded=True),
        Column("merged_into", Kind.REFERENCE, refers_to="Customers", group="control", folded=True, width=112),
        Column("lifetime_spend", Kind.MONEY, TOOL, derive=LIFETIME_SPEND, group="figures", width=126),
        Column(
            "display_name", owner=TOOL, privacy=PERSONAL, derive=DISPLAY_NAME, group="figures", folded=True, width=140
        ),
        Column("next_contact", Kind.DATE, TOOL, derive=NEXT_CONTACT, group="figures", folded=True),
        Column("next_action", Kind.DATE, TOOL, derive=NEXT_ACTION, group="figures", folded=True),
        Column("contacts_30d", Kind.INTEGER, TOOL, derive=CONTACTS_30D, group="figures", folded=True),
        Column("first_purchase", Kind.DATE, TOOL, derive=FIRST_PURCHASE, group="figures", folded=True),
        Column("last_purchase", Kind.DATE, TOOL, derive=LAST_PURCHASE, group="figures", folded=True),
        Column("days_overdue", Kind.INTEGER, TOOL, derive=DAYS_OVERDUE, group="figures", folded=True),
        Column("orders_12m", Kind.INTEGER, TOOL, group="figures", folded=True),
        Column("last_summary", Kind.TEXT, TOOL, privacy=FREE, group="figures", folded=True, width=226),
        Column("cadence_days", Kind.INTEGER, TOOL, group="figures", folded=True),
        Column("completeness", Kind.PERCENT, TOOL, group="figures", folded=True),
        Column("tag_why", owner=TOOL, group="tags", width=230),
        Column("tag_stage", Kind.CHOICE, TOOL, choices="tag_stage", group="tags", folded=True),
        Column("tag_value", Kind.CHOICE, TOOL, choices="tag_value", group="tags", folded=True),
        Column("tag_behaviour", Kind.CHOICE, TOOL, choices="tag_behaviour", group="tags", folded=True, width=120),
        Column("tag_care", Kind.CHOICE, TOOL, choices="tag_care", group="tags", folded=True, width=120),
        Column("tag_need", Kind.CHOICE, TOOL, choices="tag_need", group="tags", folded=True),
        Column("tag_own", owner=TOOL, group="tags", folded=True, width=140),  # of dimensions that leads added in Rules
        Column("tag_override", privacy=FREE, group="tags", folded=True, width=140),
        Column("tag_until", Kind.DATE, group="tags", folded=True),
        Column("tag_reason", privacy=FREE, group="tags", folded=True, width=140),
    ),
)
