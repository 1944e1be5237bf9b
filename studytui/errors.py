"""Which errors are a sentence for the person, and which are faults of the program."""


def is_expected(error: BaseException) -> bool:
    """Return whether an error is about the input or the machine, not a fault of the program.

    KeyError, IndexError and the like are faults although they are LookupErrors: they show a
    traceback. Errors of our own packages say what to do, so they are shown as they are.
    """
    ours = type(error).__module__.split(".")[0] in ("studytui", "db", "cards", "sims")
    return ours or isinstance(error, OSError) or type(error) in (ValueError, LookupError)
