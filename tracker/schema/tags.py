"""The default Rules: how tags are given until a team lead decides otherwise.

Order matters: inside a dimension the first row that holds wins.
"""

from __future__ import annotations

from dataclasses import dataclass

DIMENSIONS = ("stage", "value", "behaviour", "care", "need")  # those with a column of their own
OWN_TAGS = "tag_own"  # the column of Customers that holds the tags of all others, which leads add in Rules


@dataclass(frozen=True)
class Rule:
    """One row of the Rules sheet."""

    dimension: str
    tag: str
    condition: str
    cadence_days: float | None = None
    channel: str = ""
    team: str = ""
    action: str = ""
    note: str = ""
    row: int | None = None


RULES: tuple[Rule, ...] = (
    Rule("stage", "at_risk", "deals >= 1 and months_since_touch >= churn_months", 14, "phone"),
    Rule("stage", "prospect", "deals = 0", 30, "email"),
    Rule("stage", "new", "months_since(first_purchase) <= new_months", 14, "email"),
    Rule("stage", "existing", "otherwise"),
    Rule("value", "vip", "spend(12m) > vip_spend", 30, "phone"),
    Rule(
        "value",
        "high",
        "spend(12m) >= high_value_spend or (spend(12m) > 0 and spend_rank(12m) <= high_value_percent)",
        30,
        "phone",
    ),
    Rule("value", "potential", "spend(6m to 12m) > 0 and growth(6m) >= growth_percent", 30),
    Rule("value", "medium", "spend(12m) >= medium_spend", 90),
    Rule("value", "low", "spend(12m) > 0", 180, "email"),
    Rule("behaviour", "never_contacted", "contacts(all) = 0 and deals = 0"),
    Rule("behaviour", "dormant", "months_since_touch >= dormant_months"),
    Rule("behaviour", "frequent", "contacts(frequent_days) >= frequent_contacts"),
    Rule("behaviour", "active", "otherwise"),
    Rule("care", "complaint_open", "open_complaints >= 1", 3, "phone"),
    Rule("care", "complained", "complaints(complaint_months) >= 1"),
    Rule("need", "urgent", 'need_priority = "high" or need_by within urgent_days or open_urgent >= 1', 7),
    Rule("need", "routine", "core_need is not blank"),
)

# Facts a condition may name beside the columns, the settings and staff's own headers.
PLAIN_FACTS = frozenset(
    {"deals", "months_since_touch", "days_since_touch", "days_since_contact", "open_complaints", "open_urgent"}
)
# Columns of Customers that follow from the tags, or from what the tags make due: a rule that asked for one of them
# would change its own answer from refresh to refresh.
AFTER_RULES = frozenset(
    {
        "tags",
        "tag_why",
        *(f"tag_{name}" for name in DIMENSIONS),
        OWN_TAGS,
        "cadence_days",
        "followup_due",
        "followup_state",
        "followup_why",
        "days_overdue",
    }
)
WINDOWED_FACTS = frozenset({"spend", "orders", "contacts", "complaints"})
