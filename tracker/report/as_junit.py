"""A report as JUnit's XML: a suite a file, a case a finding, so that a build server shows and counts them.

A finding fails its case where it makes the run fail; a milder one is told in a case that passes. The text is plain
ASCII, so that no code page of a pipe can spoil it.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from tracker.model.finding import Finding, Severity
from tracker.report.files import FileReport, Report
from tracker.report.places import where
from tracker.schema.findings import FINDING_SPECS
from tracker.words import Words
from tracker.words.sentences import message, remedy
from tracker.words.visible import visible

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # besides control characters, what XML cannot hold at all


def as_junit(report: Report, words: Words) -> str:
    """The whole report as one XML document, ending with a line break."""
    suites = Element("testsuites", name="tracker validate")
    for one in report.files:
        _suite(suites, one, words, report.fails_at)
    _count(suites)
    ElementTree.indent(suites, " ")
    return f"{HEAD}{ElementTree.tostring(suites).decode('ascii')}\n"


def _suite(suites: Element, one: FileReport, words: Words, fails_at: Severity | None) -> None:
    suite = SubElement(suites, "testsuite", name=_xml(one.path))
    if one.error is not None:
        case = _case(suite, one, words.at("report", "unchecked"))
        SubElement(case, "error", message=_xml(one.error), type=one.exit.name)
    for found in one.findings:
        _finding(suite, one, found, words, fails_at)
    if not len(suite):  # a suite without a case counts as one that was forgotten
        _case(suite, one, words.at("report", "clean"))
    _count(suite)


def _finding(suite: Element, one: FileReport, found: Finding, words: Words, fails_at: Severity | None) -> None:
    name = f"{found.code} {FINDING_SPECS[found.code].name} {where(found.place)}".strip()
    case = _case(suite, one, name)
    said = _xml(message(words, found))
    if fails_at is not None and found.severity >= fails_at:
        failure = SubElement(case, "failure", message=said, type=found.severity.word)
        failure.text = f"{said}\n{_xml(remedy(words, found))}"
    else:
        SubElement(case, "system-out").text = f"{found.severity.word}: {said}\n{_xml(remedy(words, found))}"


def _case(suite: Element, one: FileReport, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_xml(one.path), name=_xml(name))


def _count(element: Element) -> None:
    """How many cases stand in an element, and how they ended."""
    for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
        element.set(name, str(sum(1 for _ in element.iter(tag))))


def _xml(text: str) -> str:
    """Text as XML can hold it, control characters spelled out."""
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", visible(text))
