"""The page of a finding says the same in the terminal and in docs/, and its example is the case that is tested."""

import pytest

from tracker.report.docs import CASES, drawn, pages
from tracker.report.pages import EXAMPLES, examples, finding_page, page_text
from tracker.schema.findings import FINDING_SPECS, FINDINGS
from tracker.words import load


def page(code):
    return finding_page(FINDING_SPECS[code], load(), examples()[code])


def test_the_examples_that_are_shipped_are_the_cases_that_are_tested():
    assert EXAMPLES.read_text(encoding="utf-8") == drawn(), "run: python -m tracker.report.docs"
    assert len(list(CASES.glob("[A-Z][0-9][0-9][0-9]_*.txt"))) > 70
    assert list(examples()) == list(FINDING_SPECS)


@pytest.mark.parametrize("spec", FINDINGS, ids=lambda spec: spec.code)
def test_a_page_says_all_that_docs_say(spec):
    made = page(spec.code)
    text, docs = page_text(made, load()), pages()["findings.md"]
    assert text.startswith(f"{spec.code} {spec.name} (")
    for part in (made.message, made.why, made.remedy):
        assert part and f"    {part}" in text and part in docs
    for line in made.example:
        assert f"    {line}".rstrip() in text.split("\n") and line in docs
    assert bool(made.mended) is spec.mended
    assert (made.mended in text) if spec.mended else "next refresh mends it" not in text


def test_a_page_with_an_example_is_laid_out_so():
    said = page_text(page("D101"), load()).split("\n")
    assert said[0] == "D101 same-id (Error)"
    assert [line for line in said if line and not line.startswith("    ")][1:4] == [
        "It says",
        "Why it matters",
        "What to do",
    ]
    assert said[said.index("Example: " + page("D101").about) + 1] == "    Customers"
    assert any("<- D101 customer_id" in line for line in said)
