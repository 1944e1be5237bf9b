"""What is said of a text that cannot be read or evaluated."""


class MathsError(ValueError):
    """A text that cannot be read or evaluated, said in plain words.

    `message` names what is wrong, `position` is the 0-based character where, or None.
    """

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class UnknownNameError(MathsError):
    """A name that nobody declared; `name` is what was typed."""

    def __init__(self, name: str, message: str, position: int | None = None) -> None:
        super().__init__(message, position)
        self.name = name
