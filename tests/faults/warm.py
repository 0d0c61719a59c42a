"""A process with `tracker` already imported that runs command lines in children of its own, for thousands of runs.

Each child runs the console entry (`tracker.cli.main`) from its first line to its exit code, in a process that may be
traced and killed; only Python's start and the imports are done once. It waits at a gate (a named pipe), so that a
tracer can take hold of it before the run begins. Requests and answers are lines of JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from contextlib import suppress

ANY_TRACER = (0x59616D61, ctypes.c_ulong(-1).value)  # prctl(PR_SET_PTRACER, any): a tracer need not be an ancestor


def child(request: dict, files: list[int], gate: int | None) -> None:
    """Run one command line, once there is something to read at the gate; never returns."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(ANY_TRACER[0], ctypes.c_ulong(ANY_TRACER[1]), 0, 0, 0)
    for number, file in enumerate(files):
        os.dup2(file, number)
    if gate is not None:
        os.read(gate, 1)
    if request["size"] is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["size"], request["size"]))
    from tracker.cli import main

    main(request["arguments"])


def opened(request: dict) -> tuple[list[int], int | None]:
    """The child's three streams and its gate, opened before it is there: a tracer is to see the run's calls alone."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    streams = [os.open(os.devnull, os.O_RDONLY), *(os.open(request[name], write, 0o666) for name in ("out", "err"))]
    return streams, os.open(request["gate"], os.O_RDWR) if request["gate"] else None


def serve(warm_up: list[str]) -> None:
    """Import all that a command needs by running it once here, then answer requests until the end of the input."""
    from tracker.cli.run import run

    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    run(warm_up)
    sys.stdout.flush()
    os.dup2(out, 1)
    with os.fdopen(out, "w") as answers:
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            request = json.loads(line)
            streams, gate = opened(request)
            pid = os.fork()
            if pid == 0:
                try:
                    child(request, streams, gate)
                finally:
                    os._exit(99)
            print(pid, file=answers, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=answers, flush=True)
            for file in (*streams, *([] if gate is None else [gate])):
                os.close(file)


if __name__ == "__main__":
    serve(sys.argv[1:])
