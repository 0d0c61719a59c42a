"""A report as one page: it stands for itself, nothing a cell says is more than text, and everything is on it."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from strangers import ERROR, TEXTS, place, report

from tracker.model.finding import Place
from tracker.report import FileReport, Report, redacted
from tracker.report.as_html import as_html
from tracker.schema.findings import finding
from tracker.words import load
from tracker.words.sentences import message
from tracker.words.visible import visible

VOID = {"meta", "input"}
WICKED = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><b>",
    "</script>",
    "<!--",
    "javascript:x",
)


class Page(HTMLParser):
    """What a browser makes of a page: its elements, the text between them, and that they are closed in order."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.elements, self.text = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        closed = self.open.pop()
        while closed != tag:  # rows and cells may be left open
            assert closed in {"head", "tr", "td"}
            closed = self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)

    @property
    def said(self):
        return " ".join(self.text)


def wicked():
    named = tuple(finding("V104", place(row), value=text) for row, text in enumerate(WICKED, 2))
    named += tuple(finding("V106", place(row, key="industry"), "x", text) for row, text in enumerate(WICKED, 2))
    return Report([FileReport(f"{text}.xlsx", named, {"Customers": 9}, 1) for text in WICKED], about="")


def test_every_finding_and_every_file_is_on_it():
    page = Page(as_html(report(), load()))
    for one in report().files:
        assert visible(one.path) in page.said
        for found in one.findings:
            assert visible(message(load(), found)) in page.said
    assert visible(ERROR) in page.said
    assert "3 files: 1 clean, 1 with findings, 1 not checked" in page.said


@pytest.mark.parametrize("whole", [report(), wicked(), redacted(report(), load())], ids=["odd", "wicked", "hidden"])
def test_nothing_of_a_stranger_is_markup_and_nothing_leads_outside(whole):
    page = Page(as_html(whole, load()))
    known = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "p",
        "section",
        "div",
        "main",
    }
    known |= {"table", "tr", "th", "td", "a", "span", "small", "i", "b", "form", "label", "input", "select", "option"}
    assert {tag for tag, _ in page.elements} <= known | {"output", "script"}
    for tag, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")}
        assert attributes.get("href", "#").startswith("#"), tag
    assert sum(tag == "script" for tag, _ in page.elements) == 1


@pytest.mark.parametrize("about", ["", "a\x1b[2J\u202eb"])
def test_no_control_character_and_no_mark_that_turns_writing_is_on_it(about):
    odd = Place("S\x07", "Customers", 3, 10, "email", "E\u2066mail", "CUST3")
    files = (*report().files, FileReport("a\x1b\u202e.xlsx", (finding("V104", odd, value="x"),)))
    text = as_html(Report(files, about=about), load())
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", text)
    assert text.encode("utf-8", "replace")


def test_its_own_policy_lets_its_style_and_script_run_and_nothing_else():
    text = as_html(report(), load())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        inner = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        digest = b64encode(sha256(inner.encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_ids_are_unique_and_every_link_and_choice_leads_to_one():
    page = Page(as_html(wicked(), load()))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for tag, attributes in page.elements if tag == "a"}
    assert links <= set(ids) and len(links) == len(WICKED) + 1


def test_cells_that_say_the_same_are_one_line_with_their_count():
    many = tuple(finding("V114", place(row, key="phone"), value="12") for row in range(2, 60))
    text = as_html(Report([FileReport("a.xlsx", many)]), load())
    assert text.count("is not a phone number") == 1
    assert ' data-n="58"' in text and "<small>58</small>" in text
    assert "and 18 more" in Page(text).said


def test_one_file_needs_no_table_of_files_and_one_finding_no_filter():
    text = as_html(Report([FileReport("a.xlsx", (finding("V104", place(2), value="x"),))]), load())
    assert "<form" not in text and "<script" not in text
    assert load().at("report", "html", "files") not in Page(text).text


def test_it_says_the_day_and_whose_it_is_and_that_values_are_hidden():
    whole = redacted(Report(report().files, day="2026-11-18", about="Anna <b>"), load())
    page = Page(as_html(whole, load()))
    assert "What validate found for Anna <b>" in page.text
    assert "As of 2026-11-18." in page.said and "The values of cells are hidden." in page.said
    assert "form" not in {tag for tag, _ in page.elements}
    assert not any(text.strip() and text in page.said for text in TEXTS[:4])
