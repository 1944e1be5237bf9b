"""Auditing notes: every statement decided, what was decided before taken from the cache."""

import json as json_text
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from sims import private
from studytui import config

if TYPE_CHECKING:
    from cards.checking.audit import Audit
    from cards.note import Note
    from cards.packed import PackedNote
    from sims.cache import Cache
    from sims.worker.parent import Worker

SECONDS = 30.0
"""How long one claim may take; its own limit is 10 seconds of processor time."""
MEMORY = 1 << 30
"""Bytes of resident memory that the decision on a claim may take, its libraries not counted."""
LIBRARIES = 600 << 20
IMPORT_SECONDS = 60.0
"""How long an import goes on deciding claims; those left have no badge until they are decided."""


def kept_results() -> "Cache":
    """Return the folder of decisions kept between audits."""
    from sims.cache import Cache

    return Cache(config.home() / "cache" / "audit")


def audited(
    files: Sequence[tuple[Path, str]],
    cache: "Cache | None",
    moved: Callable[[str, float], object] = lambda says, share: None,
    stopped: threading.Event | None = None,
) -> "Audit":
    """Return the audit of all notes, from the cache where a note has not changed. Blocks.

    `moved` hears how far it is; once `stopped` is set, in the middle of a claim as well, this
    note and those left are left out.
    """
    from cards.checking.audit import Audit, Problem, audit_note, dumped, key_of, language, restored
    from cards.formats.notebook import note_text
    from sims.worker.parent import WorkerCancelled

    total = Audit()
    stopped = stopped or threading.Event()
    decider = Decider(cache, stopped)
    parts: list[Audit] = []
    try:
        for number, (path, written) in enumerate(files):
            if stopped.is_set():
                break
            moved(written, number / len(files))
            text = note_text(path)
            if not isinstance(text, str):
                parts.append(Audit((), (Problem(written, text.line, text.message),)))
                continue
            ask = key_of(written, text)
            kept = cache.get(language(), ask) if cache else None
            if kept is not None:
                parts.append(restored(kept))
                continue
            found = audit_note(written, text, decider.decide)
            if cache and not decider.failed:
                cache.put(language(), ask, dumped(found))
            parts.append(found)
    except WorkerCancelled:
        pass  # what is whole is returned
    finally:
        decider.close()
    for part in parts:
        total = Audit((*total.rows, *part.rows), (*total.problems, *part.problems))
    return total


class Decider:
    """Decides claims in one child, started at the first; what was decided before is kept.

    `stopped` ends the decision under way, which raises WorkerCancelled.
    """

    def __init__(self, cache: "Cache | None", stopped: threading.Event | None = None) -> None:
        self._cache = cache
        self._stopped = stopped
        self._worker: Worker | None = None
        self.failed = False

    def decide(self, statement: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the evidence on a statement; one that breaks its limits is undecided."""
        from cards.checking.audit import language
        from sims.worker.parent import WorkerCancelled, WorkerError

        kept = self.kept(statement)
        if kept is not None:
            return kept
        ask = _asked(statement)
        if self._worker is None:
            from sims.worker.parent import Worker

            log = config.home() / "logs" / "claims.log"
            self._worker = Worker(resident=MEMORY + LIBRARIES, log=log)
        try:
            result: dict[str, Any] = self._worker.call(
                "sims.claims.decide:decide_task",
                {"statement": dict(statement)},
                seconds=SECONDS,
                cancelled=self._stopped,
            )
        except WorkerCancelled:
            raise
        except WorkerError as error:
            self.failed = True
            return {"verdict": "UNDECIDED", "says": str(error), "decided_as": statement["claim"]}
        if self._cache and "error" not in result:
            self._cache.put(language(), ask, result)
        return result

    def kept(self, statement: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Return what was decided before, or None."""
        from cards.checking.audit import language

        return self._cache.get(language(), _asked(statement)) if self._cache else None

    def close(self) -> None:
        """End the child."""
        if self._worker is not None:
            self._worker.close()


def _asked(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Return a claim as the cache knows it: where it stands does not matter."""
    ask = {"claim": {name: value for name, value in statement.items() if name != "lines"}}
    return dict(json_text.loads(json_text.dumps(ask)))


def with_badges(notes: "Iterable[Note]", *, ask: bool = True) -> "list[Note]":
    """Return notes whose cards with a claim fence have the badge of its verdict. Blocks.

    Unless it may `ask`, or once deciding has taken long, only what was decided before counts.
    """
    from cards.packed import unpacked

    return [unpacked(note) for note in each_with_badges(notes, ask=ask)]


def each_with_badges(
    notes: "Iterable[Note | PackedNote]", *, ask: bool = True
) -> "Iterator[Note | PackedNote]":
    """Yield notes as `with_badges` returns them, each when it is asked for.

    A packed note has no claim that is still to be decided.
    """
    from cards.note import Note
    from cards.statements.badges import decided

    decider = Decider(kept_results())
    left = IMPORT_SECONDS

    def decide(statement: Mapping[str, Any]) -> Mapping[str, Any] | None:
        nonlocal left
        if not ask or left < 0:
            return decider.kept(statement)
        started = monotonic()
        try:
            return decider.decide(statement)
        finally:
            left -= monotonic() - started

    try:
        for note in notes:
            yield from decided([note], decide) if isinstance(note, Note) else [note]
    finally:
        decider.close()


COUNTS = "audit.json"
"""The file, in the folder for data, with the counts of the last audit of all imported notes."""


def keep_counts(found: "Audit") -> None:
    """Keep what Home shows of an audit; where that cannot be written it shows the last one."""
    with suppress(OSError):
        private.write_whole(config.home() / COUNTS, json_text.dumps(found.summary))


def last_counts() -> dict[str, int]:
    """Return the counts of the last audit of all imported notes; empty where there was none."""
    try:
        counts = json_text.loads((config.home() / COUNTS).read_text(encoding="utf-8"))
        return {str(name): int(count) for name, count in counts.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
