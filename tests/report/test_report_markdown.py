"""A report as Markdown: read by a parser of it, strangers' values are text and nothing else."""

from markdown_it import MarkdownIt
from strangers import ERROR, place, report

from tracker.report import FileReport, Report, redacted
from tracker.report.as_markdown import as_markdown
from tracker.schema.findings import finding
from tracker.words import load

WICKED = (
    "# head",
    "- item", "1. one", "> quote", "[a](http://x.example)", "![a](http://x.example/a.png)", "<b>bold</b>",
    "`code`", "**bold**", "1) one", "- - -", "a | b | c", "~~~", "***", "&lt;b&gt;", "\\*x\\*", "http://x.example",
    "@anna", "www.x.example", "    indented", "+ plus", "=====", "<!-- x -->", "a\nb",
)  # fmt: skip


def parsed(whole):
    """The kinds of what a reader sees, and its text."""
    tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(as_markdown(whole, load()))
    inline = [child for token in tokens for child in token.children or []]
    text = " ".join("".join(child.content for child in token.children) for token in tokens if token.children)
    return {token.type for token in (*tokens, *inline)}, text


def test_no_value_is_more_than_text():
    named = tuple(finding("V104", place(row), value=text) for row, text in enumerate(WICKED, 2))
    files = [FileReport(f"{text}.xlsx", named, {"Customers": 9}, 1) for text in WICKED]
    kinds, text = parsed(Report(files, about="*Anna*"))
    wrong = {"link_open", "image", "html_inline", "html_block", "code_inline", "code_block", "fence", "em_open", "hr"}
    assert kinds & wrong == set()
    for value in WICKED:
        assert f"“{value}” is not an e-mail address.".replace("\n", "·") in text
    assert "What validate found for *Anna*" in text
    raw = as_markdown(Report(files), load())  # some readers make links and mentions of plain text
    assert not any(mark in raw for mark in ("://", "@anna", "www."))


def test_every_finding_and_file_is_in_it_and_one_that_could_not_be_read():
    kinds, text = parsed(report())
    assert "table_open" in kinds
    assert text.count("is not an e-mail address.") == 16
    assert ERROR.partition("\n")[0] in text
    assert "3 files: 1 clean" in text


def test_lines_with_one_hint_share_it_and_cells_that_say_the_same_are_one():
    many = tuple(finding("V114", place(row, key="phone"), value=str(row % 2)) for row in range(2, 60))
    text = as_markdown(Report([FileReport("a.xlsx", many)], day="2026-11-18"), load())
    assert text.count("Write all its digits") == 1
    assert text.count("is not a phone number") == 2
    assert "and 17 more" in text
    assert "As of 2026-11-18." in text


def test_hidden_values_are_said_to_be():
    assert "The values of cells are hidden." in as_markdown(redacted(report(), load()), load())
