"""What is said of a text that cannot be read or evaluated."""


class MathsError(ValueError):
    """A text that cannot be read or evaluated, said in plain words.

    ``message`` names what is wrong, ``position`` is the 0-based character where, or None.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
