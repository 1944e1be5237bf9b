"""Opening a note in the person's editor at a line, and reading it again afterwards."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import App, SuspendNotSupported

from sims.errors import InputError
from studytui.config import Config
from studytui.paths import UMASK
from studytui.words import counted

if TYPE_CHECKING:
    from db.store import Store

PLUS_LINE = ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "ne", "mg")
"""Editors that take `+12 file`."""
COLON_LINE = ("hx", "helix", "subl", "zed")
"""Editors that take `file:12`."""
GOTO_LINE = ("code", "codium", "cursor")
"""Editors that take `--goto file:12`."""

UNSET = (
    "No editor is set. Set $EDITOR, for example  export EDITOR=nano , or editor in config.toml, "
    "and start again."
)


def command(editor: str, file: str, line: int) -> list[str]:
    """Return the words that open `file` at `line`; other editors get the file alone."""
    words = shlex.split(editor)
    name = Path(words[0]).name if words else ""
    if name in PLUS_LINE:
        return [*words, f"+{line:d}", file]
    if name in COLON_LINE:
        return [*words, f"{file}:{line:d}"]
    if name in GOTO_LINE:
        return [*words, "--wait", "--goto", f"{file}:{line:d}"]
    return [*words, file]


def chosen_editor(settings: Config) -> str:
    """Return the command that opens files, empty when none is set."""
    return settings.editor or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""


def edit(app: App[Any], settings: Config, file: str, line: int) -> str | None:
    """Hand the terminal to the editor until it ends; return a sentence if that was not possible."""
    try:
        words = _words(settings, file, line)
        with app.suspend():
            return _run(words)
    except SuspendNotSupported:
        return "This terminal cannot be handed to an editor."
    except InputError as error:
        return str(error)


def edit_in_place(settings: Config, file: str, line: int) -> str | None:
    """Run the editor where no screen of ours is; return a sentence if that was not possible."""
    try:
        return _run(_words(settings, file, line))
    except InputError as error:
        return str(error)


def _words(settings: Config, file: str, line: int) -> list[str]:
    """Return the words that open a note. Raises InputError where that cannot be done."""
    editor = chosen_editor(settings)
    if not editor.strip():
        raise InputError(UNSET)
    if not Path(file).is_file():
        raise InputError(f"{file} is not there any more. Import the notes from where they are now.")
    try:
        return command(editor, str(Path(file).absolute()), line)  # no name can be an option
    except ValueError as error:
        raise InputError(f"The editor {editor} cannot be started: {error}.") from error


def _run(words: list[str]) -> str | None:
    """Run an editor to its end and return a sentence if it failed; raises nothing.

    An error that left the suspension would leave the terminal without screen and keys.
    """
    editor = words[0]
    with _keys_are_the_editors():
        try:
            ended = subprocess.run(words, check=False, umask=UMASK)  # noqa: S603
        except OSError as error:
            return f"The editor {editor} did not start: {error.strerror}."
        except (ValueError, subprocess.SubprocessError) as error:
            return f"The editor {editor} did not start: {error}."
    if ended.returncode < 0:
        return f"The editor {editor} was ended by the signal {-ended.returncode}."
    return (
        f"The editor {editor} ended with status {ended.returncode}." if ended.returncode else None
    )


@contextmanager
def _keys_are_the_editors() -> Iterator[None]:
    """Leave the keys that interrupt and quit to the editor: they signal to us as well."""
    keys = (signal.SIGINT, signal.SIGQUIT)
    before = [signal.signal(key, lambda _number, _frame: None) for key in keys]
    try:
        yield
    finally:
        for key, handler in zip(keys, before, strict=True):
            signal.signal(key, handler)


def given_deck(file: str, deck: str) -> str | None:
    """Return the `deck` that a note's cards are in if import gave it, None if the note says it.

    To be asked before the note is edited.
    """
    from cards.formats import read

    return None if any(card.deck == deck for card in read(Path(file)).cards) else deck


def reread(store: "Store", file: str, deck: str | None = None) -> str:
    """Import a note again and return a sentence on what changed, the first problem included.

    `deck` overrides the deck that the note names.
    """
    from cards.formats import read

    report = store.import_notes([read(Path(file), deck)]).files[0]
    counts = {
        "new": report.new,
        "changed": report.updated,
        "reworded": report.relinked,
        "removed": report.removed,
    }
    changed = [f"{counted(count, 'card')} {name}" for name, count in counts.items() if count]
    says = f"Read again: {', '.join(changed) or 'nothing changed'}."
    if report.problems:
        says += f" {report.problems[0]}"
    return says
