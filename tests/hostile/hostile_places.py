"""What stands where a workbook should, or beside one: links, pipes, devices, folders, names, strange owner files."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from hostile_base import good


def file(path: Path) -> Path:
    path.write_bytes(good())
    return path


def beside(name: str, make: Callable[[Path], object]) -> Callable[[Path], Path]:
    """A good workbook with something beside it."""

    def placed(path: Path) -> Path:
        make(path.with_name(name.format(name=path.name)))
        return file(path)

    return placed


def made(make: Callable[[Path], object]) -> Callable[[Path], Path]:
    def placed(path: Path) -> Path:
        make(path)
        return path

    return placed


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(path.parent)  # a socket's whole path may not be long
        try:
            made.bind(path.name)
        finally:
            os.chdir(before)


def sparse(path: Path) -> None:
    """Says that it has 100 GB, and takes no room."""
    with path.open("wb") as out:
        out.truncate(100_000_000_000)


def named(name: str) -> Callable[[Path], Path]:
    return lambda path: file(path.with_name(name))


def linked(path: Path) -> Path:
    file(path.with_name("real.xlsx"))
    path.symlink_to("real.xlsx")
    return path


PLACES: Mapping[str, Callable[[Path], Path]] = {
    "folder": made(Path.mkdir),
    "not there": lambda path: path,
    "dangling link": made(lambda path: path.symlink_to("gone.xlsx")),
    "ring of links": made(lambda path: path.symlink_to(path.name)),
    "link to a workbook": linked,
    "link to endless zeros": made(lambda path: path.symlink_to("/dev/zero")),
    "link to nothing": made(lambda path: path.symlink_to("/dev/null")),
    "link to random": made(lambda path: path.symlink_to("/dev/urandom")),
    "pipe": made(os.mkfifo),
    "socket": made(a_socket),
    "100 gigabytes": made(sparse),
    "below a file": lambda path: file(path) / "shop.xlsx",
    "name too long": lambda path: path.with_name("x" * 5000 + ".xlsx"),
    "name with a line and a code": named("a\n\x1b[31mb.xlsx"),
    "name that is no text": lambda path: file(path.with_name(os.fsdecode(b"\xff\xfe.xlsx"))),
    "name like an option": named("--help.xlsx"),
    "name of braces": named("{path}%s$HOME`id`.xlsx"),
    "pipe for an owner file": beside("~${name}", os.mkfifo),
    "pipe for a lock file": beside(".~lock.{name}#", os.mkfifo),
    "endless owner file": beside("~${name}", lambda path: path.symlink_to("/dev/zero")),
    "endless lock file": beside(".~lock.{name}#", lambda path: path.symlink_to("/dev/zero")),
    "owner of a long name": beside("~${name}", lambda path: path.write_bytes(b"\xff" + b"A" * 300)),
    "owner with codes": beside("~${name}", lambda path: path.write_bytes(b"\x0a\x1b[2Jowned\n")),
    "file for our folder": beside(".tracker", lambda path: path.write_bytes(b"mine")),
    "link for our folder": beside(".tracker", lambda path: path.symlink_to("nowhere")),
}
