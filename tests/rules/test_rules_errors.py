"""What is wrong with a rule, where, and what was probably meant."""

import pickle
from dataclasses import replace

import pytest
from rules_world import VOCABULARY

from tracker.rules import MESSAGES, RuleError, parse

#   condition, the place marked by ^ below it            code            suggestion
WRONG = [
    ("", "empty", 0, "otherwise"),
    ("   ", "empty", 0, "otherwise"),
    ("deals = 1" + " " * 2000, "too_long", 2000, None),
    ("deals = 1" + "+1" * 300, "too_many_parts", 506, None),
    ("(" * 51 + "deals = 1" + ")" * 51, "too_deep", 50, None),
    ("not " * 51 + "deals = 1", "too_deep", 200, None),
    ("deals = " + "-" * 51 + "1", "too_deep", 58, None),
    ("vip_spnd > 1", "unknown_name", 0, "vip_spend"),
    ("deals = 1 and cuntry = 'DE'", "unknown_name", 14, "country"),
    ("spendrank > 1", "unknown_name", 0, "spend_rank"),
    ("blorp > 1", "unknown_name", 0, None),
    ("(blorp) > 1", "unknown_name", 1, None),
    ("country = France", "unquoted", 10, None),
    ("country contains Fran", "unquoted", 17, None),
    ("country in ('DE', Blorp)", "unquoted", 18, None),
    ("country in (Blorp)", "unquoted", 12, None),
    ("spend(12m) > vip_spnd", "unknown_name", 13, "vip_spend"),
    ("z" * 1000 + " > 1", "unknown_name", 0, None),
    ("[Membershp] = 'x'", "unknown_header", 0, "[Membership]"),
    ("[vip_spend] = 1", "unknown_header", 0, None),
    ("deals = 1 and [Customer  ID] = 'x'", "our_header", 14, "customer_id"),
    ("spent(12m) > 1", "unknown_fact", 0, "spend"),
    ("month_since(first_purchase) > 1", "unknown_fact", 0, "months_since"),
    ("spend > 1", "needs_window", 0, "spend(12m)"),
    ("deals(12m) > 1", "no_window", 0, "deals"),
    ("spend() > 1", "bad_window", 6, "12m"),
    ("spend(12) > 1", "bad_window", 6, "12m"),
    ("spend(1300m) > 1", "bad_window", 6, "12m"),
    ("spend(6m to) > 1", "bad_window", 6, "12m"),
    ("spend(12x) > 1", "unreadable", 6, None),
    ("spend(churn_mnths) > 1", "window_setting", 6, "churn_months"),
    ("spend(vip_spend) > 1", "window_setting", 6, None),
    ("growth(all) > 1", "one_length", 7, "6m"),
    ("growth(6m to 12m) > 1", "one_length", 7, "6m"),
    ("12m > deals", "stray_window", 0, None),
    ("12m", "stray_window", 0, None),
    ("deals = 12m", "stray_window", 8, None),
    ("deals + 3m > 1", "stray_window", 8, None),
    ("first_purchase * 3m > 1", "stray_window", 17, None),
    ("first_purchase in (3m)", "stray_window", 19, None),
    ("-3m = 1", "stray_window", 1, None),
    ("3m is blank", "stray_window", 0, None),
    ("need_by within 1300m", "bad_window", 15, "12m"),
    ("need_by within 0d", "bad_window", 15, "12m"),
    ("today > 3", "kinds_differ", 8, None),
    ("today(12m) > 3", "no_window", 0, "today"),
    ("deals = 1 and tag_value = 'vip'", "circular", 14, None),
    ("[Mine] = 1", "circular_header", 0, None),
    ("1 = [round]", "own_circle", 4, None),
    ("deals", "not_a_condition", 0, None),
    ("deals = 1 and email", "not_a_condition", 14, None),
    ("not deals", "not_a_condition", 4, None),
    ("deals + 1 or deals = 1", "not_a_condition", 0, None),
    ("(deals = 1) + 1 = 2", "not_a_value", 1, None),
    ("(deals = 1) = (deals = 2)", "not_a_value", 1, None),
    ("-(deals = 1) = 2", "not_a_value", 2, None),
    ("deals = 'one'", "kinds_differ", 8, None),
    ("country > 3", "kinds_differ", 10, None),
    ("country in ('DE', 3)", "kinds_differ", 18, None),
    ("[Score] = 'high'", "kinds_differ", 10, None),
    ("currency = 1", "kinds_differ", 11, None),
    ("first_purchase > 3", "kinds_differ", 17, None),
    ("first_purchase = deals", "kinds_differ", 17, None),
    ("first_purchase > 'soon'", "bad_date", 17, None),
    ("first_purchase > '1850-01-01'", "bad_date", 17, None),
    ("deals contains 'x'", "not_for_text", 0, None),
    ("email contains 3", "not_for_text", 15, None),
    ("email + 1 = 2", "not_for_arithmetic", 8, None),
    ("deals * email = 2", "not_for_arithmetic", 8, None),
    ("first_purchase + need_by = 2", "not_for_arithmetic", 17, None),
    ("first_purchase * 2 = 2", "not_for_arithmetic", 17, None),
    ("2 - first_purchase = 2", "not_for_arithmetic", 4, None),
    ("-email = 2", "not_for_arithmetic", 1, None),
    ("months_since(deals) > 1", "needs_date", 13, None),
    ("deals within 3", "needs_date", 0, None),
    ("need_by within email", "needs_days", 15, None),
    ("need_by within churn_months", "needs_days", 15, None),
    ("1 < deals < 3", "chained", 10, None),
    ("deals in (1) in (2)", "chained", 13, None),
    ("deals = 1 not in (2)", "chained", 10, None),
    ("otherwise and deals = 1", "otherwise_alone", 0, None),
    ("deals = 1 or otherwise", "otherwise_alone", 13, None),
    ("spend(12m) > 50,000", "thousands", 13, "50000"),
    ("deals = " + "9" * 400, "number_too_large", 8, None),
    ("deals == 1", "unreadable", 6, "="),
    ("deals => 1", "unreadable", 6, ">="),
    ("deals = 1 && deals = 2", "unreadable", 10, "and"),
    ("deals = 1 || deals = 2", "unreadable", 10, "or"),
    ("deals ** 2 = 4", "unreadable", 6, None),
    ("deals.real = 4", "unreadable", 5, None),
    ("deals = 1; deals = 2", "unreadable", 9, None),
    ('country = "DE', "open_text", 10, None),
    ("country = 'DE", "open_text", 10, None),
    ("[Membership = 1", "open_header", 0, None),
    ("deals =", "ended", 7, None),
    ("(deals = 1", "ended", 10, ")"),
    ("deals in (1, 2", "ended", 14, ")"),
    ("email is", "ended", 8, "blank"),
    ("deals in 1", "expected", 9, "("),
    ("email is empty", "expected", 9, "blank"),
    ("deals = 1 deals = 2", "unexpected", 10, None),
    ("deals = 1)", "unexpected", 9, None),
    ("deals = = 1", "unexpected", 8, None),
    ("and deals = 1", "unexpected", 0, None),
    ("+deals = 1", "unexpected", 0, None),
    ("deals in ()", "unexpected", 10, None),
]


@pytest.mark.parametrize(("condition", "code", "position", "suggestion"), WRONG)
def test_wrong(condition, code, position, suggestion):
    with pytest.raises(RuleError) as caught:
        parse(condition, VOCABULARY)
    error = caught.value
    assert (error.code, error.position, error.suggestion) == (code, position, suggestion)
    assert error.message == str(error)
    assert "\n" not in error.message
    assert "{" not in error.message
    assert len(error.message) < 160


def test_every_message_is_shown_here():
    assert {code for _, code, _, _ in WRONG} | {"empty_value"} == set(MESSAGES)


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("vip_spnd > 1", "“vip_spnd” is not a column, a setting or a fact."),
        ("deals", "This is a value, not a condition; compare it with something, such as deals >= 1."),
        ("email", "This is a value, not a condition; compare it with something, such as email is not blank."),
        ("deals = 'x'", "A number cannot be compared with a text."),
        ("[a\n\x00{b}] = 1", "No column is called “a··{b}”."),
        ("[" + "a" * 99 + "] = 1", f"No column is called “{'a' * 39}…”."),
    ],
)
def test_messages_are_plain_words(condition, message):
    with pytest.raises(RuleError) as caught:
        parse(condition, VOCABULARY)
    assert caught.value.message == message


@pytest.mark.parametrize(
    "condition",
    [
        "(" * 50 + "deals = 1" + ")" * 50,
        "deals = 0" + " + 1" * 245,
        "deals = 1" + " or deals=1" * 120,
        "not " * 50 + "1=1",
    ],
)
def test_the_limits_leave_room(condition):
    parse(condition, VOCABULARY)


def test_where_a_node_stands_does_not_count():
    assert parse("deals   = 1", VOCABULARY) == parse("(DEALS=1)", VOCABULARY)
    assert parse("deals = 1", VOCABULARY) != parse("deals = 2", VOCABULARY)
    assert hash(parse("deals = 1 or email is blank", VOCABULARY))


def test_growth_and_rank_need_spend():
    with pytest.raises(RuleError):
        parse("spend_rank(12m) <= 10", replace(VOCABULARY, windowed=frozenset({"contacts"})))


def test_an_error_travels_between_processes():
    with pytest.raises(RuleError) as caught:
        parse("vip_spnd > 1", VOCABULARY)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 our own bytes
    assert (copy.code, copy.position, copy.suggestion) == ("unknown_name", 0, "vip_spend")
    assert copy.message == caught.value.message


@pytest.mark.parametrize(
    ("condition", "header"),
    [("[a'] b] = 1", "a] b"), ("[it's] = 1", "it's"), ("[客户来源] = 1", "客户来源"), ("[a'] = 1", "a'")],
)
def test_headers_of_every_kind(condition, header):
    vocabulary = replace(VOCABULARY, headers={header: "number"})
    assert parse(condition, vocabulary).left.name == header


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ("country = 'it''s'", "it's"),
        ('country = "say ""hi"""', 'say "hi"'),
        ("country = “DE”", "DE"),
        ("country = ‘DE’", "DE"),
        ("country＝1", None),
        ("country in（'DE'，'AT'）", None),
        ("country = ''", ""),
    ],
)
def test_text_as_keyboards_write_it(condition, text):
    if "＝" in condition:
        with pytest.raises(RuleError):
            parse(condition, VOCABULARY)
    elif text is None:
        assert [choice.value for choice in parse(condition, VOCABULARY).choices] == ["DE", "AT"]
    else:
        assert parse(condition, VOCABULARY).right.value == text
