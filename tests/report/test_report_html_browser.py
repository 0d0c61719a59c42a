"""The page in a real browser: its own policy lets its script run, and the filter leaves exactly what it says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from strangers import place, report

from tracker.model.finding import Finding
from tracker.report import FileReport, Report
from tracker.report.as_html import as_html
from tracker.schema.findings import finding
from tracker.words import load

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HIDDEN = re.compile(r'<div class="kind"[^>]* hidden')


@pytest.fixture(scope="module")
def browser() -> str:
    """The path of a browser; skips where there is none, but not in CI."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing = f"no browser is installed ({', '.join(BROWSERS)})"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def shown(browser: str, page: Path, folder: Path) -> str:
    """The page as it stands after its scripts ran."""
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=3000", f"--user-data-dir={folder}"]
    done = subprocess.run(
        [browser, *options, "--dump-dom", page.as_uri()], capture_output=True, timeout=120, check=True
    )
    return done.stdout.decode()


def phones(count: int) -> tuple[Finding, ...]:
    return tuple(finding("V114", place(row, key="phone"), value="12") for row in range(2, 2 + count))


WHOLE = Report((FileReport("a.xlsx", (*phones(30), finding("V104", place(2), value="ann at home"))), *report().files))


def test_the_script_runs_under_the_policy_of_the_page(browser: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(as_html(WHOLE, load()), encoding="utf-8", errors="replace")
    text = shown(browser, tmp_path / "page.html", tmp_path / "profile")
    assert '<output id="shown">49</output>' in text
    assert not HIDDEN.search(text)


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        ({"q": "ANN AT"}, 1),
        ({"c": "V114"}, 30),
        ({"q": "v114 j5"}, 0),
        ({"f": "f0"}, 31),
        ({"q": "<evil"}, 1),
        ({"q": "j2,"}, 30),
    ],
)
def test_the_filter_shows_what_it_says(chosen: dict[str, str], count: int, browser: str, tmp_path: Path) -> None:
    script = f"""<script>var form = document.getElementById("filter"), chosen = {json.dumps(chosen)};
    for (var name in chosen) form.elements[name].value = chosen[name];
    form.dispatchEvent(new Event("input"));</script></body>"""
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", as_html(WHOLE, load()))
    page = page.replace("</body>", script)
    (tmp_path / "page.html").write_text(page, encoding="utf-8", errors="replace")
    text = shown(browser, tmp_path / "page.html", tmp_path / "profile")
    assert f'<output id="shown">{count}</output>' in text
    assert ('<p id="none" hidden' in text) == (count > 0)
