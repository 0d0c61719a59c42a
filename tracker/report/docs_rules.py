"""docs/rules.md: the language of conditions for team leads, every fact and setting it knows, and how to read explain.

The prose stands here, what can be counted comes from the schema; a test reads every example. Written by
`tracker.report.docs`.
"""

from __future__ import annotations

from collections.abc import Iterator

from tracker.rules.nodes import FROM_SPEND, TODAY
from tracker.rules.parser import SINCE
from tracker.schema.base import BASE
from tracker.schema.settings import SETTINGS
from tracker.schema.tags import AFTER_RULES, PLAIN_FACTS, RULES, WINDOWED_FACTS
from tracker.words import Words

LANGUAGE = """# Rules, explanations and searches

The sheet Rules says how tags are given: a row has a dimension, a tag and a condition, and perhaps a cadence in days, a
channel, a team and an action. In each dimension the first row that holds wins. Add rows, tags and dimensions as you
like; the next refresh uses them. Who moved in a dimension of yours is told from its second refresh on: *Own tags* in
Customers remembers it, as `club=gold; tier=silver`. `tracker find` takes the same conditions.

## Conditions

A condition compares two things and joins comparisons with `and`, `or`, `not` and brackets:

```text
spend(12m) > vip_spend
need_priority = "high" or need_by within urgent_days
country in ("DE", "AT") and not (email is blank)
core_need contains "coffee" and orders(6m) >= 2
[Membership] = "Gold" and [Renewal] within 30d
growth(6m) >= 50% or spend_rank(12m) <= 10
last_purchase < today - 3m and first_purchase + 12m > today
otherwise
```

| sign | means |
|---|---|
| `=` `<>` | is, is not; text without regard to case and outer spaces |
| `<` `<=` `>` `>=` | below, at most, above, at least; numbers at 15 digits, dates by their day |
| `in (…)`, `not in (…)` | is one of, none of |
| `contains` | a text holds another |
| `is blank`, `is not blank` | an empty cell, or a filled one |
| `within` | a date up to so many days or months ahead, or past: `need_by within 14`, `need_by within 2m` |
| `+` `-` `*` `/` `%` | arithmetic; `date + 30`, `date - 3m` (the same day of the month, or its last) |
| `otherwise` | holds for everybody; the last row of a dimension |

Columns are named by key (docs/columns.md), those of your own by header in brackets. Choices may be written by label or
by code, dates as `"2024-07-31"`, truth values as `true` and `false`. A blank text is empty text, so `country <> "DE"`
holds for it; a blank number or date makes every comparison false. Text in a column of numbers counts as blank.

A time stands in the brackets of a fact: `12m` are twelve calendar months, `30d` thirty days, `6m to 12m` the half year
before the last, `all` ever; or the name of a setting in days or months: `contacts(frequent_days)`. Both ends of a
window are days: `(day − 12 months, day]`.

A rule that cannot be read is a finding that points into it (K103), and the others still run. No rule can ask for what
follows from the rules ({after}), nor for a column of your own whose formula does: it would change
its own answer from refresh to refresh. Searches can.
"""

READING = """
## Reading `tracker explain`

`tracker explain BOOK CUSTOMER` takes an ID, e-mail, phone, or a name that only one customer has. For each dimension:

- **because …** the rule that holds, with the cell it stands in; below it what it asks, `+` where it holds and `-` where
  it does not, the value, and how far that is from the boundary. *10,000 to spare*: it may fall by so much. *412
  missing*: so much more makes it hold; *more than 412 missing*: the boundary itself does not count.
- the rows behind a figure: how many purchases or contacts, from when to when, and their IDs where they are few.
- **Leaves High on 2027-10-25, in 341 days, if nothing happens**: the first day on which the rules say something else
  because time passes, for this customer and all others. It is looked for a year ahead; what the workbook holds for
  days ahead has not happened. Who falls from a value tag within thirty days stands on Home and Segments, with this day.
- **not VIP: …** each rule further up, the nearest first, with what is missing.
- a tag set by hand with its last day and reason, and what the rules would say.

Then the follow-up: what decides the day (agreed, action or cadence) and what comes later, why there is none, when it
was moved to a working day, who must know when if nobody acts, and every line of Follow-ups about the customer. What is
said is what the next refresh would write; nothing is written. `--format json` gives the same as data: `dimensions`
(each with `rule`, `above`, `change`), `followup` (with `duties`, `cadences`, `lines`), days as text, blanks as null;
its schema is docs/schemas/explain-1.json.

## Trying rules out

`tracker rules what-if BOOK vip_spend=120000 --rule 'value.high=spend(12m) >= 60000'` says who would move from which tag
to which, and with what money. `tracker rules list` counts the customers of each rule, `check` says what is wrong,
`doc` writes the rules in words. None of them writes into the workbook.

## Searches and mailings

`tracker find BOOK 'tag_value = "VIP" and spend(30d) > 500' --columns display_name,phone,spend(30d)` lists customers. A
row in Lists with the list `search`, a name as code and the condition as label keeps a search:
`tracker find BOOK --saved NAME`.

`--mailing email` takes only customers with consent given, for that channel where channels are named, without opt-out,
not closed or merged, with an address, and each address once; it says how many are left out and why. In csv and xlsx no
cell becomes a formula: csv holds such text down with an apostrophe.
"""


def rules_page(words: Words, made: str) -> Iterator[str]:
    """The lines of the page; ``made`` says what made it."""
    yield made
    after = ", ".join(f"`{key}`" for key in BASE["Customers"].keys if key in AFTER_RULES)
    yield from LANGUAGE.format_map({"after": after}).rstrip("\n").split("\n")
    yield ""
    yield "## Facts"
    yield ""
    yield "| fact | what it counts |"
    yield "|---|---|"
    for name in facts():
        yield f"| `{spelled(name)}` | {words.at('fact', name)} |"
    yield ""
    yield "## Settings"
    yield ""
    yield "Every setting can be named; those with a unit are numbers. Defaults and ranges stand in docs/settings.md."
    yield ""
    yield ", ".join(f"`{one.key}`" for one in SETTINGS if one.default is not None) + "."
    yield ""
    yield "## The default rules"
    yield ""
    yield "| dimension | tag | condition | cadence | channel |"
    yield "|---|---|---|---|---|"
    for rule in RULES:
        label = words.choice(f"tag_{rule.dimension}", rule.tag)
        cadence = f"{rule.cadence_days:g}" if rule.cadence_days else ""
        channel = words.choice("channel", rule.channel) if rule.channel else ""
        dimension = words.choice("dimension", rule.dimension)
        yield f"| {dimension} | {label} | `{rule.condition}` | {cadence} | {channel} |"
    yield from READING.rstrip("\n").split("\n")


def facts() -> tuple[str, ...]:
    """Every fact a condition may name: those over a time, the plain ones, those of a date, the day."""
    return (*sorted(WINDOWED_FACTS | FROM_SPEND), *sorted(PLAIN_FACTS), *SINCE, TODAY)


def spelled(name: str) -> str:
    """A fact as it is written, with an example in its brackets."""
    if name in SINCE:
        return f"{name}(first_purchase)"
    if name == "growth":
        return f"{name}(6m)"
    return f"{name}(12m)" if name in WINDOWED_FACTS | FROM_SPEND else name
