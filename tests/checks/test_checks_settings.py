"""Settings, rules and lists as wholes: what no single row of a drawing shows."""

import pytest
from checks_world import checked

from tracker.schema.settings import Settings, weekend_mask
from tracker.words import load
from tracker.words.sentences import message, remedy


def found(drawing, **more):
    _, snapshot, findings = checked(drawing, **more)
    return [(one.code, one.value, one.suggestion) for one in findings], snapshot, findings


def test_a_list_that_lost_its_meanings_is_told():
    drawing = "Lists\nlist | code | label | meaning\nchannel | phone | Phone |\nchannel | email | Mail |"
    codes, _, _ = found(drawing)
    assert codes == [("K112", "two_way", "")]
    assert found(drawing.replace("Phone |", "Phone | two_way"))[0] == []


def test_no_public_holidays_of_a_country_nobody_knows():
    assert found("", settings={"holidays": "Atlantis"})[0] == [("K107", "Atlantis", "")]
    assert found("", settings={"holidays": "DE"})[0] == []


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"dormant_months": 6, "churn_months": 6}, []),
        ({"dormant_months": 7, "churn_months": 6}, ["K108"]),
        ({"churn_months": 2}, ["K108"]),
        ({"high_value_spend": 100_000.01}, ["K108"]),
        ({"medium_spend": 60_000}, ["K108"]),
        ({"escalate_lead": 8}, ["K108"]),
        ({"sla_hours": 73}, ["K108"]),
        ({"dormant_months": 99}, ["K101"]),  # out of range: the default is used, which agrees
    ],
)
def test_thresholds_must_agree(settings, expected):
    assert [code for code, _, _ in found("", settings=settings)[0]] == expected


@pytest.mark.parametrize(
    ("fields", "strange"),
    [
        ("email or phone; owner; core_need", []),
        ("email OR phone;OWNER", []),
        ("E-mail; Company", []),  # headers will do
        ("emial; owner", ["emial"]),
        ("x, y", ["x", "y"]),
    ],
)
def test_key_fields_are_columns(fields, strange):
    assert [value for code, value, _ in found("", settings={"key_fields": fields})[0] if code == "K113"] == strange


@pytest.mark.parametrize(
    ("condition", "at", "says", "suggestion"),
    [
        ("spend(12m) > vip_spent", "14", "vip_spent", "vip_spend"),
        ("deals >", "8", "too early", ""),
        ("deals", "1", "not a condition", ""),
        ('[Membership] = "gold"', "1", "Membership", ""),
    ],
)
def test_an_unreadable_rule_is_pointed_into(condition, at, says, suggestion):
    _, snapshot, findings = found(f"Rules\ndimension | tag | condition\nvalue | vip | {condition}")
    assert [one.code for one in findings] == ["K103"]
    text = message(snapshot.words, findings[0])
    assert f"at character {at}:" in text
    assert says in text
    assert findings[0].suggestion == suggestion
    assert suggestion in remedy(snapshot.words, findings[0])


def test_a_rule_over_a_column_of_staffs_own_is_read():
    drawing = """
Customers
customer_id | last_name | email       | owner | Membership
C1          | Marsh     | m@b.example | Anna  | gold

Rules
dimension | tag  | condition
value     | gold | [Membership] = "gold"
"""
    assert found(drawing)[0] == []


def test_the_default_rules_and_lists_are_clean():
    from tracker.schema.lists import LISTS
    from tracker.schema.tags import RULES

    words = load()
    rules = "\n".join(f"{r.dimension} | {r.tag} | {r.condition} | {r.channel}" for r in RULES)
    meanings = {spec.name: dict(spec.meanings) for spec in LISTS}
    lists = "\n".join(
        f"{spec.name} | {code} | {words.choice(spec.name, code)} | {meanings[spec.name].get(code, '')}"
        for spec in LISTS
        if spec.on_sheet
        for code in spec.codes
    )
    drawing = f"Rules\ndimension | tag | condition | channel\n{rules}\n\nLists\nlist | code | label | meaning\n{lists}"
    assert found(drawing)[0] == []


def test_a_setting_without_a_range_names_examples():
    _, _, odd = checked("", settings={"workdays": "never"})
    (one,) = [each for each in odd if each.code == "K101"]
    said = message(load(), one)
    assert said == "workdays is “never”, which cannot be read; it is written such as Mon-Fri, Sun-Thu, or Mon,Wed,Fri."
    for example in ("Mon-Fri", "Sun-Thu", "Mon,Wed,Fri"):
        assert example in said and weekend_mask(example) is not None


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("phone_region", ("US", "de", "UK", "TW", ""), ("XX", "Germany", "+49", "none", "49")),
        ("time_zone", ("local", "Local", "UTC", "Europe/Berlin", ""), ("Europe/Berln", "Berlin", "../UTC", "Europe")),
        ("currency", ("USD", "EUR", "uah", ""), ("Dollar", "$", "US", "EURO", "ＵＳＤ")),
        ("backup_keep", ("20 / 30d / 12m", "5/0D/0m", ""), ("lots", "20", "-1 / 30d / 12m", "20 / 30 / 12", "5/5m/5d")),
    ],
)
def test_a_setting_that_is_text_is_still_not_any_text(key, good, bad):
    """What cannot be read is a finding that names how it is written, and the default counts."""
    for text in good:
        assert [one for one in found("", settings={key: text})[0] if one[0] == "K101"] == [], text
    for text in bad:
        odd, snapshot, findings = found("", settings={key: text})
        assert [code for code, value, _ in odd] == ["K101"], text
        assert getattr(snapshot.settings, key) == getattr(Settings(), key)
        assert "it is written such as" in message(snapshot.words, findings[0])


@pytest.mark.parametrize(
    ("key", "typed", "read"),
    [("currency", "eur", "EUR"), ("time_zone", "europe/berlin", "Europe/Berlin"), ("phone_region", "uk", "GB")],
)
def test_capitals_of_a_setting_are_no_matter(key, typed, read):
    _, snapshot, findings = found("", settings={key: typed})
    assert (getattr(snapshot.settings, key), findings) == (read, ())


def test_with_a_region_nobody_knows_phones_are_still_judged():
    drawing = "Customers\ncustomer_id | last_name | email | owner | phone\nC1 | Marsh | m@b.example | Anna | 030 123456"
    codes = [code for code, _, _ in found(drawing, settings={"phone_region": "Germany"})[0]]
    assert codes == ["V114", "K101"]
