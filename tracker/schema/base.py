"""The base schema as a value; a profile extends it."""

from __future__ import annotations

from tracker.schema.column import Schema
from tracker.schema.customers import CUSTOMERS
from tracker.schema.interactions import INTERACTIONS
from tracker.schema.leads import CAMPAIGNS, GOALS, LISTS_TABLE, RULES_TABLE, SETTINGS_TABLE, TEAM
from tracker.schema.purchases import PURCHASES
from tracker.schema.worklist import DECISIONS, FOLLOWUPS, PROBLEMS, TAG_HISTORY

SCHEMA_VERSION = 1

BASE = Schema(
    SCHEMA_VERSION,
    (
        CUSTOMERS,
        INTERACTIONS,
        PURCHASES,
        FOLLOWUPS,
        SETTINGS_TABLE,
        RULES_TABLE,
        LISTS_TABLE,
        CAMPAIGNS,
        GOALS,
        TEAM,
        PROBLEMS,
        TAG_HISTORY,
        DECISIONS,
    ),
)

# The tabs from left to right, in the thirds of the link row: read, type, set up.
SHEETS = (
    "home",
    "followups",
    "summary",
    "segments",
    "customers",
    "interactions",
    "purchases",
    "rules",
    "settings",
    "lists",
    "team",
    "campaigns",
    "goals",
    "problems",
    "guide",
)
VERY_HIDDEN = ("state", "choices", "taghistory", "decisions")
