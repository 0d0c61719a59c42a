"""The tables that team leads keep: settings, rules, lists, campaigns, goals, team."""

from __future__ import annotations

from tracker.schema.column import Column, Kind, Owner, Privacy, Table

SETTINGS_TABLE = Table(
    "Settings",
    sheet="settings",
    key="key",
    top=4,
    left=2,
    columns=(
        Column("key", Kind.ID, required=True, unique=True, width=170),
        Column("value", owner=Owner.INPUT, width=260),
        Column("unit", width=106),
        Column("range", width=280),
        Column("meaning", width=420),
    ),
)
RULES_TABLE = Table(
    "Rules",
    sheet="rules",
    top=4,
    left=2,
    columns=(
        Column("dimension", required=True, width=100),
        Column("tag", required=True, width=130),
        Column("condition", Kind.LONG, required=True, width=470),
        Column("cadence_days", Kind.INTEGER, low=1, high=730, width=94),
        Column("channel", Kind.CHOICE, choices="channel", width=84),
        Column("team", width=84),
        Column("action", width=120),
        Column("note", Kind.LONG, width=260),
    ),
)
LISTS_TABLE = Table(
    "Lists",
    sheet="lists",
    top=4,
    left=2,
    columns=(
        Column("list", required=True, width=140),
        Column("code", width=150),
        Column("label", width=180),
        Column("order", Kind.INTEGER, width=70),
        Column("active", Kind.FLAG, choices="yes_no", width=70),
        Column("meaning", Kind.CHOICE, width=120),
    ),
)
CAMPAIGNS = Table(
    "Campaigns",
    sheet="campaigns",
    key="name",
    top=4,
    left=2,
    columns=(
        Column("name", required=True, unique=True, width=220),
        Column("start", Kind.DATE, width=100),
        Column("end", Kind.DATE, width=100),
        Column("cost", Kind.MONEY, low=0, width=110),
        Column("sent", Kind.INTEGER, low=0, width=90),
        Column("opened", Kind.INTEGER, low=0, width=90),
        Column("clicked", Kind.INTEGER, low=0, width=90),
    ),
)
GOALS = Table(
    "Goals",
    sheet="goals",
    top=4,
    left=2,
    columns=(
        Column("metric", required=True, width=220),
        Column("baseline", Kind.NUMBER, width=100),
        Column("target", Kind.NUMBER, width=100),
        Column("unit", width=100),
        Column("due", Kind.DATE, width=100),
    ),
)
TEAM = Table(
    "Team",
    sheet="team",
    key="name",
    top=4,
    left=2,
    columns=(
        Column("name", required=True, unique=True, privacy=Privacy.PERSONAL, width=160),
        Column("email", Kind.EMAIL, privacy=Privacy.PERSONAL, width=220),
        Column("role", width=130),
        Column("team", width=110),
        Column("lead", privacy=Privacy.PERSONAL, width=130),
        Column("daily_capacity", Kind.INTEGER, low=0, high=500, width=110),
        Column("active", Kind.FLAG, choices="yes_no", width=80),
    ),
)
