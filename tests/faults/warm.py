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


def child(request: dict) -> None:
    """Run one command line; never returns."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(ANY_TRACER[0], ctypes.c_ulong(ANY_TRACER[1]), 0, 0, 0)
    for number, path in ((1, request["out"]), (2, request["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if request["gate"]:
        os.close(os.open(request["gate"], os.O_RDONLY))  # until the other side opens it
    if request["size"] is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["size"], request["size"]))
    from tracker.cli import main

    main(request["arguments"])


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
            pid = os.fork()
            if pid == 0:
                try:
                    child(json.loads(line))
                finally:
                    os._exit(99)
            print(pid, file=answers, flush=True)
            print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=answers, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1:])
