"""A disk with too little room, a limit on the size of files, and a folder in which nothing can be written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from faulty import CLEAN, STORAGE, Shop, one_line, sha

Counted = Callable[[str, int, int], None]
LINE = 400  # bytes: what the run says must fit into the file that catches it
PAGE = 4096
SMALL = 12  # pages: locks, log and announcement take one each
SIZES = [("narrow", 5), *(pytest.param(name, 20, marks=pytest.mark.faults) for name in ("narrow", "history"))]


def wrong_with(shop: Shop, code: int, one: bool) -> str:
    """What is wrong with how a run ended that had too little room, or had not."""
    if code not in (CLEAN, STORAGE):
        return f"exit {code}"
    if (sha(shop.path) == shop.old) != (code == STORAGE):
        return f"exit {code} and the wrong workbook"
    return "" if one or code == CLEAN else "not one line"


@pytest.mark.parametrize(("shop", "sizes"), SIZES, indirect=["shop"])
def test_no_file_may_grow_beyond_a_size(shop: Shop, sizes: int, counted: Counted) -> None:
    wrong, codes = [], []
    largest = shop.path.stat().st_size * 1.1
    for step in range(sizes):
        size = LINE + int((largest - LINE) * step / (sizes - 1))
        shop.again()
        ran = shop.warm.run(*shop.command, size=size)
        codes.append(ran.code)
        if said := wrong_with(shop, ran.code, one_line(ran)) or shop.verdict():
            wrong.append(f"{size} bytes: {said}; {ran.err}")
    counted("a limit on file sizes", sizes - len(wrong), sizes)
    assert set(codes) == {CLEAN, STORAGE} and not wrong, "\n".join(wrong)


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[None]:
    """A disk of its own for a folder, in memory; skips where nobody may mount one."""
    if shutil.which("mount") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def remount(folder: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


@pytest.fixture
def on_disk(shop: Shop, tmp_path: Path) -> Iterator[Shop]:
    """The same workbook in a folder that a disk can be mounted at."""
    with small_disk(tmp_path, "size=64m"):
        yield Shop(shop.warm, tmp_path, shop.kept, shop.runs)


@pytest.mark.parametrize(("shop", "sizes"), SIZES, indirect=["shop"])
def test_a_full_disk(on_disk: Shop, sizes: int, counted: Counted) -> None:
    wrong, codes = [], []
    for step in range(sizes):
        remount(on_disk.folder, "size=64m")
        on_disk.again()
        kept = sum(-(-one.stat().st_size // PAGE) for one in on_disk.folder.rglob("*") if one.is_file())
        room = (4 * on_disk.path.stat().st_size // PAGE + SMALL) * step // (sizes - 1)
        remount(on_disk.folder, f"size={(kept + room) * PAGE}")
        ran = on_disk.warm.run(*on_disk.command)
        codes.append(ran.code)
        said = wrong_with(on_disk, ran.code, one_line(ran))
        remount(on_disk.folder, "size=64m")
        if said := said or on_disk.verdict():
            wrong.append(f"{room} pages free: {said}; {ran.err}")
    counted("a full disk", sizes - len(wrong), sizes)
    assert set(codes) == {CLEAN, STORAGE} and not wrong, "\n".join(wrong)


@pytest.mark.parametrize("shop", ["narrow", "history"], indirect=True)
def test_a_folder_that_cannot_be_written(on_disk: Shop, counted: Counted) -> None:
    remount(on_disk.folder, "ro")
    ran = on_disk.warm.run(*on_disk.command)
    said = wrong_with(on_disk, ran.code, one_line(ran))
    remount(on_disk.folder, "rw")
    assert ran.code == STORAGE and not said, ran
    assert not (said := on_disk.verdict()), said
    counted("a folder that is read-only", 1, 1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write in any folder")
@pytest.mark.parametrize("shop", ["narrow"], indirect=True)
def test_a_folder_that_we_may_not_write_in(shop: Shop) -> None:
    shop.again()
    shop.folder.chmod(0o555)
    try:
        ran = shop.warm.run(*shop.command)
    finally:
        shop.folder.chmod(0o755)
    assert ran.code == STORAGE and one_line(ran) and sha(shop.path) == shop.old
