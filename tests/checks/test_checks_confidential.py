"""Card numbers and passwords: every usual spelling is found, near misses are not, and what is shown tells nothing."""

from re._constants import MAX_REPEAT, MIN_REPEAT
from re._parser import SubPattern, parse

import pytest
from checks_world import checked
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.checks import confidential
from tracker.checks.confidential import cards_in, is_card, luhn, masked, passwords_in

# First digits and lengths of the usual issuers, said apart from the table that is tested.
ISSUED = [("4", 16), ("4", 19), ("51", 16), ("55", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15)]
ISSUED += [("6011", 16), ("649", 16), ("65", 19), ("3528", 16), ("3589", 16), ("62", 16), ("2200", 16), ("6759", 18)]
GROUPS = {15: (4, 6, 5), 16: (4, 4, 4, 4), 18: (4, 4, 4, 4, 2), 19: (4, 4, 4, 4, 3)}


@st.composite
def numbers(draw):
    """A card number: an issuer's digits, any others, and the check digit."""
    head, size = draw(st.sampled_from(ISSUED))
    body = head + draw(st.text("0123456789", min_size=size - len(head) - 1, max_size=size - len(head) - 1))
    return next(body + str(digit) for digit in range(10) if not luhn(body + str(digit)))


@st.composite
def spelled(draw):
    """A card number in a text, bare or in groups."""
    number = draw(numbers())
    gap = draw(st.sampled_from(["", " ", "-", ".", "\u00a0", " - ", "–", "  "]))
    groups, at = [], 0
    for size in GROUPS[len(number)] if gap else (len(number),):
        groups.append(number[at : at + size])
        at += size
    before = draw(st.sampled_from(["", "card ", "Visa: ", "paid by (", "号", "\n", "no 7, "]))
    after = draw(st.sampled_from(["", ".", ", 12/27", " 12/27 123", ")", "\nthanks", " CVC"]))
    if before == "号" and draw(st.booleans()):
        number = number.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
        return number, "：" + number
    return number, before.replace("号", "卡 ") + gap.join(groups) + after


@settings(max_examples=400, deadline=None)
@given(spelled())
def test_every_card_number_is_found_in_every_usual_spelling(said):
    number, text = said
    if len(set(number)) == 1:
        return
    assert len(cards_in(text)) == 1, text
    assert confidential.may_hold_card(text.encode(), text, "" if text.isascii() else text)
    shown = masked(text)
    digits = "".join(str(int(letter)) for letter in number)
    assert digits[:8] not in "".join(str(int(letter)) for letter in shown if letter.isdecimal())
    assert digits[-4:] in shown
    assert not cards_in(shown)


@settings(max_examples=300, deadline=None)
@given(numbers(), st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_makes_no_card(number, at, more):
    at %= len(number)
    wrong = f"{number[:at]}{(int(number[at]) + more) % 10}{number[at + 1 :]}"
    assert not is_card(wrong)


@given(st.dates(), st.integers(1, 10**7), st.sampled_from(["C", "I", "P", ""]))
def test_no_id_of_ours_is_a_card(day, number, prefix):
    for key in (f"{prefix}{day:%Y%m%d}{number:03}", f"{prefix or 'C'}{number:08}"):
        if prefix:
            assert not cards_in(key)
        assert not cards_in(key, bare=False)


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "order no. 4111111111111111",
        "Rechnung Nr. 4111111111111111",
        "A-4111111111111111",
        "X4111111111111111",
        "4111111111111111@mail.example",
        "https://shop.example/4111111111111111",
        "0.4532015112830366",
        "DE89 3704 0044 0532 0130 00",
        "+49 151 2345 6789 000",
        "4915123456789",
        "4006381333931",
        "1234 5678 9012 3456",
        "4111 1111 1111",
        "4444444444444444",
        "2024-01-01 2024-12-31",
        "41111 11111 111111",
        "9400 1000 0000 0000 0000 00",
    ],
)
def test_near_misses_are_no_cards(text):
    assert cards_in(text) == []


def test_a_column_of_other_long_numbers_holds_no_cards():
    series = [f"40000000000000{n:02}" for n in range(40)]
    assert any(map(is_card, series))
    assert confidential.is_series(series)
    assert not confidential.is_series(["4111111111111111"] * 12)


SECRETS = [
    ("password: hunter2", "password: …"),
    ("Passwort = Sommer2024!", "Passwort = …"),
    ("password: Sommer2024!", "password: …"),
    ("api key: rotated7Xk2", "api key: …"),
    ("CVV : 123", "CVV : …"),
    ("mot de passe : Xy12ab", "mot de passe : …"),
    ("contraseña: abc12345", "contraseña: …"),
    ("пароль: qwerty12", "пароль: …"),
    ("密码：abc123456", "密码：…"),
    ("パスワード: abc123", "パスワード: …"),
    ("hasło: kot123", "hasło: …"),
    ("PWD=abc123;", "PWD=…"),
    ("Password is Tiger99!", "Password is …"),
    ("password for the portal: Ab12cd", "password for the portal: …"),
    ('Password: "correct horse"', 'Password: "…"'),
    ("login bob / pass: Ab12cd", "login bob / pass: …"),
    ("password: rosebud", "password: …"),
    ("password: 123456", "password: …"),
    ("PIN 1234", "PIN …"),
    ("Pin-Code: 4711", "Pin-Code: …"),
    ("CVV 123", "CVV …"),
    ("ghp_" + "a1B2" * 9, "…"),
    ("sk_live_" + "a1B2" * 6, "…"),
    ("AKIAABCDEFGHIJKLMNOP", "…"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "…"),
    ("see https://user:s3cret@host.example/x", "see https://…@host.example/x"),
]


@pytest.mark.parametrize(("text", "shown"), SECRETS)
def test_secrets_are_found_and_hidden(text, shown):
    assert masked(text) == shown
    assert passwords_in(text)
    assert not passwords_in(shown)
    assert may_hold(["fine", text], free=True)
    assert may_hold([text], free=False) or not (":" in text or "=" in text)


def may_hold(texts, free):
    joined = "\n".join(texts)
    return confidential.may_hold_password(texts, joined, joined.encode(), free)


@pytest.mark.parametrize(
    "text",
    [
        "password reset done",
        "Password reset",
        "forgot the password again",
        "Passwort vergessen",
        "password: none",
        "password: changed",
        "api key: rotated",
        "API-Key: revoked.",
        "client secret: stored in KeePass",
        "access token: Renewed",
        "PIN: see vault",
        "password: vault",
        "password: reset on 12.03.2024",
        "password: ask Bob",
        "password: Anna knows it",
        "password: ****",
        "password: <to be set>",
        "password policy: 90-day rotation",
        "password valid 90days",
        "reset link for password: https://x.example/z",
        "new password: sent to bob@x.example",
        "password Office365 reset",
        "boarding pass: A12345",
        "key account manager: John",
        "token: 50% paid",
        "secret santa: 2024-12-24",
        "pw: 350",
        "parola: amore",
        "PIN: 560001",
        "PIN 2024 edition",
        "pin 4 pieces",
        "hair pins: 12",
        "Keyboard: K120",
        "passed: 2024-05-01",
        "compass: N45",
        "https://host.example:8080/x",
        "skills: sk-learn",
    ],
)
def test_remarks_about_secrets_are_none(text):
    assert masked(text) == text


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*(text for text, _ in SECRETS), " ", "x", ":", "ok", "pass", "4111"]), max_size=3))
def test_free_text_is_cleared_only_when_it_holds_no_secret(parts):
    text = " ".join(parts)
    assert may_hold([text, "fine"], free=True) == bool(passwords_in(text))


def test_no_finding_of_a_cell_quotes_its_secret():
    _, _, found = checked(
        """
Customers
customer_id | last_name | email       | owner | phone               | source     | Code
C1          | Marsh     | m@b.example | Anna  | 4111 1111 1111 1111 | pwd=abc123 | =[1]S!A1 -> 4111 1111 1111 1111
"""
    )
    codes = {one.code for one in found}
    assert {"S101", "S102", "V114", "V106"} <= codes
    said = repr([(one.value, one.suggestion, dict(one.details)) for one in found])
    assert "4111 1111" not in said
    assert "abc123" not in said
    assert "…1111" in said


def test_a_long_number_in_a_cell_of_staffs_own_may_be_a_card():
    _, _, found = checked(
        """
Customers
customer_id | last_name | email       | owner | Paid
C1          | Marsh     | m@b.example | Anna  | 378282246310005
C2          | Silva     | s@b.example | Anna  | 378282246310006
"""
    )
    assert [(one.code, one.place.row, one.place.key, one.value) for one in found] == [("S101", 2, "[Paid]", "…0005")]


def test_boxes_of_the_worklist_are_looked_at_too():
    _, _, found = checked(
        """
FollowUps
customer | result             | followup_id
Marsh    | password: hunter2  | x
"""
    )
    assert ("S102", "FollowUps", "result") in {(one.code, one.place.table, one.place.key) for one in found}


PATTERNS = [getattr(confidential, name) for name in ("_SAID", "_TOLD", "_LOGIN", "_PINS", "_KEYS", "_RUN", "_IBAN")]
UNBOUNDED = 10_000  # times; what may repeat more often looks at a text of any length


def repeats(parsed, inside=False):
    """Of each repeat without a bound whether it stands in another one, or beside one with nothing needed between."""
    open_before = False
    for name, value in parsed:
        if name in (MAX_REPEAT, MIN_REPEAT):
            low, high, body = value
            endless = int(high) >= UNBOUNDED
            if endless:
                yield inside or open_before
            yield from repeats(body, inside or endless)
            open_before = endless or (open_before and low == 0)
        else:
            open_before = False
            for part in value if isinstance(value, tuple) else ():
                for one in part if isinstance(part, list) else (part,):
                    if isinstance(one, SubPattern):
                        yield from repeats(one, inside)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_repeats_without_a_bound_what_does_so_itself(pattern):
    assert not any(repeats(parse(pattern.pattern, pattern.flags)))


@pytest.mark.parametrize("pattern", [r"\bCVV\s*:?\s*\d", r"(?:a+)*b", r"(?:[a-z]*:)+x"])
def test_such_a_repeat_would_be_seen(pattern):
    assert any(repeats(parse(pattern)))


@pytest.mark.parametrize("text", ["1 ", "4111 ", "1 - 1. ", "1 1 1 1 1 1 1 1 1 1 1 1 1 1a "])
def test_the_work_on_digits_grows_with_the_text(text, monkeypatch):
    asked = []
    spelled_as = confidential._is_spelled
    monkeypatch.setattr(confidential, "_is_spelled", lambda *about: asked.append(1) or spelled_as(*about))
    work = []
    for times in (200, 400, 800):
        asked.clear()
        cards_in(text * times)
        work.append(len(asked))
    assert work[2] <= 2 * work[1] + 100 <= 4 * work[0] + 300
    assert work[2] <= 4 * len(text * 800)
