"""Errors about what was asked for, on every floor: their text is a sentence for the person.

All other errors of Python's own are faults of the program.
"""

from collections.abc import Iterable


class InputError(ValueError):
    """A value, a file or a command that cannot be used; the text says why and what can."""


class UnknownNameError(LookupError):
    """A name that nothing has; the text says what there is."""


class PluginError(UnknownNameError):
    """A topic that another package brings and that does not load; the text says why."""


def meant(name: str, known: Iterable[str]) -> str:
    """Return in brackets which known name is near a wrong one, with a space; empty for none."""
    from difflib import get_close_matches

    by_case = {one.casefold(): one for one in known}
    near = get_close_matches(name.casefold(), by_case, 1, 0.6)
    return f" (did you mean {by_case[near[0]]}?)" if near else ""
