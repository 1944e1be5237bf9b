"""The append-only log of events, and what may stand in one."""
