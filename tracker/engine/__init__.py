"""What should change: from a snapshot to a plan, and from a plan to writes. Pure: no files, no clock, no printing."""
