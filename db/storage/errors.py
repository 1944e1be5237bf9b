"""What a store cannot do, said as a sentence for the person."""

from sqlalchemy.engine import URL


class StoreError(RuntimeError):
    """The store cannot do what was asked; the text is a sentence for the person."""

    url: URL | None = None
    """The database that could not do it, where it was one that failed."""


class StoreCorrupt(StoreError):  # noqa: N818  (named for what is found, as in the messages)
    """The file is damaged; nothing was overwritten. The text says where it is, or what to do."""


class StoreNewer(StoreError):  # noqa: N818
    """A later version of the program wrote the store."""


class EventUnreadable(StoreError):  # noqa: N818
    """The payload of the event `id` cannot be read."""

    def __init__(self, id: bytes) -> None:
        super().__init__(f"The event {id.hex()} cannot be read. `studytui doctor` says what to do.")
        self.id = id


class CardUnreadable(StoreError):  # noqa: N818
    """A row of `cards` holds no card; `file` and `line` say where its note has it."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__(
            f"The card at {file}:{line} cannot be read. `studytui doctor` says what to do."
        )
        self.file, self.line = file, line
