"""Where on this machine the program keeps what is its own: for the user alone, never on a share, without a value."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_cache_path, user_state_path


def cache_folder() -> Path:
    """Where what can be found out again is kept."""
    return user_cache_path("tracker", appauthor=False) / "validate"


def state_folder() -> Path:
    """Where it is kept what the last run said."""
    return user_state_path("tracker", appauthor=False) / "since-last"
