"""The lists that cells are picked from: their codes, and what the engine makes of some of them.

Labels are words of the locale. Staff change the Lists sheet; what stands here fills a new workbook.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ListSpec:
    """One list: closed lists take no stranger (an error), open ones warn with the nearest value."""

    name: str
    codes: tuple[str, ...] = ()
    closed: bool = False
    meanings: tuple[tuple[str, str], ...] = ()
    on_sheet: bool = True  # False: fixed by the tool, not offered for editing


LISTS: tuple[ListSpec, ...] = (
    ListSpec(
        "channel",
        ("phone", "email", "visit", "chat", "message", "video", "event", "newsletter", "social"),
        closed=True,
        meanings=(
            ("phone", "two_way"),
            ("email", "two_way"),
            ("visit", "two_way"),
            ("chat", "two_way"),
            ("message", "two_way"),
            ("video", "two_way"),
            ("event", "two_way"),
        ),
    ),
    ListSpec("direction", ("outbound", "inbound"), closed=True, meanings=(("inbound", "inbound"),)),
    ListSpec(
        "status",
        ("active", "paused", "closed", "merged"),
        closed=True,
        meanings=(("closed", "closed"), ("merged", "closed")),
    ),
    ListSpec("sentiment", ("positive", "neutral", "negative"), closed=True),
    ListSpec("need_priority", ("high", "normal", "low"), closed=True),
    ListSpec("consent", ("given", "refused", "withdrawn"), closed=True),
    ListSpec("opt_out", ("none", "marketing", "all"), closed=True, meanings=(("all", "closed"),)),
    ListSpec(
        "currency", ("USD", "EUR", "GBP", "CHF", "CNY", "TWD", "JPY", "UAH", "PLN", "SEK", "CAD", "AUD"), closed=True
    ),
    ListSpec("gender", ("female", "male", "other"), closed=False),
    ListSpec(
        "purpose",
        ("enquiry", "quote", "order", "delivery", "check_in", "complaint", "support", "visit", "payment", "marketing"),
        meanings=(("complaint", "complaint"), ("enquiry", "enquiry")),
    ),
    ListSpec(
        "source", ("referral", "website", "trade_fair", "cold_call", "newsletter", "social_media", "import", "other")
    ),
    ListSpec(
        "industry",
        (
            "manufacturing",
            "retail",
            "hospitality",
            "construction",
            "services",
            "technology",
            "finance",
            "health",
            "public",
        ),
    ),
    ListSpec(
        "deal_stage",
        ("prospecting", "qualified", "quote", "negotiation", "won", "lost"),
        meanings=(("won", "closed"), ("lost", "closed")),
    ),
    ListSpec("item"),
    ListSpec("category"),
    ListSpec("payment_method", ("invoice", "card", "cash", "transfer", "direct_debit")),
    ListSpec("sales_channel", ("direct", "online", "shop", "partner", "phone")),
    ListSpec("owner"),
    ListSpec("yes_no", ("yes", "no"), closed=True, on_sheet=False),
    ListSpec("tag_stage", ("at_risk", "prospect", "new", "existing"), on_sheet=False),
    ListSpec("tag_value", ("vip", "high", "potential", "medium", "low"), on_sheet=False),
    ListSpec("tag_behaviour", ("never_contacted", "dormant", "frequent", "active"), on_sheet=False),
    ListSpec("tag_care", ("complaint_open", "complained"), on_sheet=False),
    ListSpec("tag_need", ("urgent", "routine"), on_sheet=False),
)
LIST_SPECS = {spec.name: spec for spec in LISTS}
MEANINGS = ("two_way", "inbound", "complaint", "enquiry", "closed")
SEARCH_LIST = "search"  # rows that keep a search: code = its name, label = its condition
ALIAS_LIST = "alias"  # rows that name renamed headers: code = Table.key, label = the header in this workbook
