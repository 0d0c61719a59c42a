"""The lock between our own runs: one at a time, on any machine, and never for ever."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import SoftFileLock
from keeping import NEW, NOTE, OLD, anything, beside, elsewhere, leftovers, write

from tracker.errors import BusyError
from tracker.keeper import Keeping, lock, replace, work, writing
from tracker.keeper.files import STALE
from tracker.keeper.lock import locked, machine


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "shop.xlsx"
    file.write_bytes(OLD)
    return file


def lock_of(path: Path) -> Path:
    place = path.parent / ".tracker" / f"{path.name}.lock"
    place.parent.mkdir(exist_ok=True)
    return place


def aged(place: Path, seconds: float) -> None:
    os.utime(place, (time.time() - seconds,) * 2)


def test_another_hold_is_refused_with_person_machine_and_time(path: Path) -> None:
    with writing(path), pytest.raises(BusyError) as error:
        write(path)
    assert machine() in str(error.value) and "since 20" in str(error.value)
    assert write(path)


def test_whoever_is_at_work_can_be_asked_for(path: Path) -> None:
    assert work(path) is None
    with writing(path):
        found = work(path)
        assert found is not None and found.host == machine()


def test_neighbours_do_not_wait_for_each_other(path: Path) -> None:
    other = path.with_name("other.xlsx")
    other.write_bytes(OLD)
    with writing(path) as held:
        write(other)
        held.replace(OLD, NEW, anything, NOTE)
    assert path.read_bytes() == other.read_bytes() == NEW, "also of one history"


def test_the_lock_of_a_dead_process_here_is_nobodys(path: Path) -> None:
    elsewhere(
        "from filelock import SoftFileLock\nlock = SoftFileLock(sys.argv[1]); lock.acquire(); os._exit(0)",
        lock_of(path),
    )
    assert lock_of(path).exists()
    assert write(path) and leftovers(path) == []


def test_the_lock_of_another_machine_counts_for_15_minutes(path: Path) -> None:
    lock_of(path).write_text("4242\nelsewhere\n")
    aged(lock_of(path), STALE - 60)
    with pytest.raises(BusyError, match="elsewhere"):
        write(path)
    assert lock_of(path).exists()
    aged(lock_of(path), STALE + 1)
    assert write(path) and leftovers(path) == []


def test_the_lock_of_a_process_that_hangs_counts_for_15_minutes(path: Path) -> None:
    with writing(path) as held:
        aged(lock_of(path), STALE + 1)
        write(path)
        with pytest.raises(BusyError):
            held.replace(OLD, b"late", anything, NOTE)
    assert path.read_bytes() == NEW and leftovers(path) == []


def test_who_waits_long_for_somebody_to_close_it_is_not_taken_for_dead(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock is stale after two seconds here; another run comes by when the first has waited for longer than that."""
    anna, began = path.with_name("~$shop.xlsx"), time.monotonic()
    anna.write_bytes(b"\x04Anna" + bytes(160))

    def sleep(seconds: float) -> None:
        time.sleep(seconds)
        if anna.exists() and time.monotonic() - began > 2.5:
            anna.unlink()
            with pytest.raises(BusyError, match="another run is writing it"):
                write(path)

    monkeypatch.setattr(lock, "STALE", 2.0)
    monkeypatch.setattr(replace, "RENEWAL", 0.2)
    monkeypatch.setattr(replace, "time", SimpleNamespace(monotonic=time.monotonic, sleep=sleep))
    assert write(path, how=Keeping(wait=60)) and path.read_bytes() == NEW and leftovers(path) == []


@pytest.mark.parametrize(("content", "wait"), [(b"", 0), (b"12", 5), (b"rubbish\nof\nfour\nlines\n", 5)])
def test_a_lock_whose_run_died_while_making_it_is_broken_after_seconds(path: Path, content: bytes, wait: int) -> None:
    lock_of(path).write_bytes(content)
    assert write(path, how=Keeping(wait=wait)) and leftovers(path) == []


def test_a_name_too_long_to_be_followed_by_more(tmp_path: Path) -> None:
    path = tmp_path / ("长" * 82 + ".xlsx")
    try:
        path.write_bytes(OLD)
    except OSError:
        pytest.skip("the file system here has no such names")
    with writing(path), pytest.raises(BusyError):
        write(path)
    assert write(path)


def test_a_run_that_waits_goes_on_when_the_other_is_done(path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom tracker.keeper import writing\n"
        "with writing(Path(sys.argv[1])):\n    print('held', flush=True)\n"
        "    sys.stdin.readline()\n    time.sleep(0.3)\n"
    )
    command, pipe = [sys.executable, "-c", code, str(path)], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        assert other.stdin is not None and other.stdout is not None and other.stdout.readline().strip() == "held"
        with pytest.raises(BusyError):
            write(path)
        print("let go soon", file=other.stdin, flush=True)
        assert write(path, how=Keeping(wait=60))
    assert path.read_bytes() == NEW and leftovers(path) == []


def test_a_lock_is_not_broken_by_taking_the_next_ones(tmp_path: Path) -> None:
    """What breaks a stale lock takes only the one it judged: a fresh one goes back to its place."""
    from tracker.keeper.lock import _break, _identity

    place = tmp_path / "lock"
    place.write_text("stale")
    judged = _identity(place)
    place.unlink()
    lock = SoftFileLock(place)
    lock.acquire()
    fresh = place.read_bytes()
    _break(place, judged)
    assert place.read_bytes() == fresh and [one.name for one in tmp_path.iterdir()] == ["lock"]
    lock.release()


def test_a_folder_that_goes_with_the_lock_of_another_is_made_again(path: Path) -> None:
    for _ in range(20):
        with locked(path.parent / ".tracker" / "x.lock", path.parent):
            pass
    assert beside(path) == [] and not (path.parent / ".tracker").exists()
