"""Errors about what was asked for, on every floor: their text is a sentence for the person.

All other errors of Python's own are faults of the program.
"""


class InputError(ValueError):
    """A value, a file or a command that cannot be used; the text says why and what can."""


class UnknownNameError(LookupError):
    """A name that nothing has; the text says what there is."""
