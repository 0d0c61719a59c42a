"""What configurations say of a whole run: what checking may cost, and which findings are known.

It is read from the configurations that count for the files and folders named, like ``fail-on``. What a command line
says comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracker.commands.against import Against
from tracker.commands.guarded import Limits
from tracker.commands.keys import Validate
from tracker.commands.outcomes import How
from tracker.errors import UsageError


def effort(how: How, said: Sequence[Validate]) -> How:
    """How files are checked: of several configurations the fewest jobs, the shortest time, and no cache if one so says.

    The folder of the cache is never a configuration's.
    """
    jobs = how.jobs or min((one.jobs for one in said if one.jobs), default=None)
    times = [one.timeout_per_file for one in said if one.timeout_per_file]
    limits = how.limits or (Limits(seconds=min(times)) if times else None)
    cache = how.cache if how.insists or all(one.cache for one in said) else None
    return replace(how, jobs=jobs, limits=limits, cache=cache)


def known(against: Against, said: Sequence[Validate]) -> Against:
    """What a run is compared with; UsageError where configurations name several baselines."""
    if against.baseline or against.write:
        return against
    named = sorted({one.baseline for one in said if one.baseline})
    if len(named) > 1:
        raise UsageError(
            f"The configurations of what was named have {len(named)} baselines. Choose one with --baseline, or check "
            "each alone."
        )
    return replace(against, baseline=named[0]) if named else against
