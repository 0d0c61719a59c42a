"""Every hostile file through every command: what the ledger says comes of it, and nothing else happens.

Each file is given to the commands in a fork with a limit of memory and of time, which notes what is written beyond the
file's folder, sent anywhere or started. Counts are printed with ``-s``.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest
from harness import RESIDENT, Done, Server
from hostile_all import Expected, commands, ledger, made, names

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, pipes and devices are those of POSIX")

EXPECTED = ledger()
SERVERS = 2
CODE = re.compile(r"\b([A-Z]\d{3})(?: \[\*\])? [a-z0-9-]+:")  # the mark stands for what fix mends
READING = ("validate", "doctor", "import", "dry-run")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Done]]:
    """What came of each file, by its name; all of them made and run once, two at a time."""
    folder, idle = tmp_path_factory.mktemp("hostile"), SimpleQueue[Server]()

    def run(name: str) -> Done:
        place = folder / str(names().index(name))
        place.mkdir()
        path = made(name, place)
        server = idle.get()
        try:
            return server.run(path, list(commands(path, place).values()))
        finally:
            idle.put(server)

    with Server() as one, Server() as two, ThreadPoolExecutor(SERVERS) as pool:
        for server in (one, two):
            idle.put(server)
        found = dict(zip(names(), pool.map(run, names()), strict=True))
    resident = max(one.resident for one in found.values()) // 1024
    seconds = sum(one.seconds for one in found.values())
    codes = Counter(one.runs[0].code for one in found.values() if one.runs)
    validated = sum(one.runs[0].seconds for one in found.values() if one.runs)
    print(f"\n{len(found)} hostile files, each through {len(READING) + 1} commands: {seconds:.0f} s of two processes")
    print(f"{resident} MB at most; validate alone {validated:.0f} s: {dict(codes)}")
    yield found


def test_the_ledger_has_every_file_once() -> None:
    assert len(names()) >= 60
    assert sorted(one.name for one in EXPECTED) == sorted(names())


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: f"{one.group}: {one.name}")
def test_what_comes_of_a_hostile_file(expected: Expected, done: Mapping[str, Done]) -> None:
    found = done[expected.name]
    assert not found.signal, f"ended by signal {found.signal} after {found.seconds:.0f} s"
    runs = dict(zip(expected.codes, found.runs, strict=True))
    assert {command: run.code for command, run in runs.items()} == dict(expected.codes)
    assert found.resident < RESIDENT
    for command, run in runs.items():
        assert "Traceback" not in run.said and "a fault in tracker" not in run.said, command
        assert not run.outside, (command, run.outside)
        if command in READING or run.code:
            assert run.same, f"{command} changed the file"
            assert not [name for name in run.made if not name.startswith(".tracker")], (command, run.made)
        if run.code and run.code > 1:
            assert len(run.said.strip().splitlines()) == 1, f"{command} says more than one line"
            assert run.said.strip().endswith((".", ": tracker new")), command
    if expected.codes["refresh"] == 0:
        assert not runs["refresh"].same
    _said(expected, runs["validate"].said)


def _said(expected: Expected, text: str) -> None:
    """The words of the ledger are said; where codes stand there, they are all the codes that are found."""
    if all(re.fullmatch(r"[A-Z]\d{3}", one) for one in expected.says):
        assert set(CODE.findall(text)) == set(expected.says)
        return
    for words in expected.says:
        assert words in text


def test_no_customer_is_lost_in_silence(done: Mapping[str, Done]) -> None:
    """Whatever is read of the four customers: where none are, it is said what is wrong with their table."""
    for name, found in done.items():
        said = found.runs[0].out
        customers = re.search(r"\((\d+) customers?,", said)
        assert customers is None or int(customers[1]) or "error W103" in said, name
