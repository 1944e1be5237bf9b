"""Notes that were imported into this very store, and are there still."""

from collections.abc import Mapping, Sequence, Set

from sqlalchemy import Connection, bindparam, delete, insert, literal, select, update

from db.storage.database import chunks, insert_rows
from db.storage.schema import FILES
from db.storage.statements import Compiled

_UNCHANGED = Compiled(
    select(FILES.c.cards).where(
        FILES.c.path == bindparam("at"),
        FILES.c.digest == bindparam("said"),
        FILES.c.digest != literal(""),
    )
)
WAITING = "waiting"
"""Stands for the digest of a file with edited cards that wait for a word on which they are."""


def remember(connection: Connection, path: str, digest: str, cards: int) -> None:
    """Keep the digest of a file whose cards the table now has; empty if it is to be read again."""
    forget(connection, path)
    connection.execute(insert(FILES), {"path": path, "digest": digest, "cards": cards})


def remember_all(connection: Connection, files: Mapping[str, tuple[str, int]]) -> None:
    """Keep the digests of files and how many cards they have, by path, as `remember` keeps one."""
    for part in chunks(list(files)):
        connection.execute(delete(FILES).where(FILES.c.path.in_(part)))
    found = [(path, *said) for path, said in files.items()]
    insert_rows(connection, FILES, ("path", "digest", "cards"), found)


def forget(connection: Connection, path: str) -> None:
    """Forget a file that is gone."""
    connection.execute(delete(FILES).where(FILES.c.path == path))


def unchanged(connection: Connection, path: str, digest: str) -> int | None:
    """Return how many cards an unchanged file has; None for one that must be read again."""
    found = _UNCHANGED.one(connection, at=path, said=digest)
    return None if found is None else int(found[0])


def every(connection: Connection) -> set[str]:
    """Return the paths of all files."""
    return set(connection.execute(select(FILES.c.path)).scalars())


def waiting(connection: Connection) -> list[str]:
    """Return the paths of the files with edited cards that a person has still to decide on."""
    query = select(FILES.c.path).where(FILES.c.digest == WAITING).order_by(FILES.c.path)
    return list(connection.execute(query).scalars())


def among(connection: Connection, paths: Set[str]) -> set[str]:
    """Return the paths, of those given, that were imported into this store."""
    found: set[str] = set()
    for part in chunks(sorted(paths)):
        query = select(FILES.c.path).where(FILES.c.path.in_(part))
        found.update(connection.execute(query).scalars())
    return found


def read_again(connection: Connection, paths: Sequence[str]) -> None:
    """Let files be read again although they did not change: some of their cards are elsewhere."""
    for part in chunks(paths):
        connection.execute(update(FILES).where(FILES.c.path.in_(part)).values(digest=""))
