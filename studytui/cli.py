"""The command line: `studytui` opens the app, `studytui VERB` imports and runs one command.

A verb is a module of `studytui.commands` with a function of the same name, so nothing is
imported that was not asked for: the app starts without the parser of options.
"""

import gc
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from sims.errors import InputError
from studytui.errors import in_words, is_expected
from studytui.printing import cleaned, flush, leave_unwritten, open_closed, print_error
from studytui.verbs import COMMANDS, place_of

STORE = "STUDYTUI_STORE"
"""Where `--store` is kept for the length of a run."""

FAULT, BAD_INPUT, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the app or a command; only their owner can read the files that it makes.

    An expected error becomes one sentence and exit code 2. A fault of the program goes to the log:
    its sentence says where that is, and the exit code is 1. With `--json` the sentence is printed
    as `{"error": …}` as well.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    open_closed()
    umask, store = os.umask(0o077), os.environ.get(STORE)
    try:
        with cleaned():
            _run_in_words(arguments)
    finally:
        os.umask(umask)
        if store is None:
            os.environ.pop(STORE, None)
        else:
            os.environ[STORE] = store


def _run_in_words(arguments: list[str]) -> None:
    """Run the app or a command, and end the process with a sentence when that fails."""
    try:
        _run(_without_store(arguments))
        flush()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        leave_unwritten()  # whoever read it has seen enough
        sys.exit(FAULT)
    except Exception as error:
        says = in_words(error)
        print(f"studytui: {says}", file=sys.stderr)
        if "--json" in arguments:
            print_error(says)
            flush()
        sys.exit(BAD_INPUT if is_expected(error) else FAULT)


def _without_store(arguments: list[str]) -> list[str]:
    """Take `--store LOCATION` out, wherever it stands, and let it hold for this run."""
    for at, argument in enumerate(arguments):
        name, equals, location = argument.partition("=")
        if name != "--store":
            continue
        if not equals:
            location = next(iter(arguments[at + 1 :]), "")
        if not location:
            raise InputError("--store needs the path or the URL of a store")
        os.environ[STORE] = location
        return arguments[:at] + arguments[at + (1 if equals else 2) :]
    return arguments


def _run(arguments: Sequence[str]) -> None:
    """Open the app, print the overview, or run a verb."""
    if not arguments:
        gc.disable()  # until the app has been there for a while
        from studytui.app import run

        run()
    elif arguments[0] in ("--help", "-h", "help"):
        print(overview())
    elif arguments[0] == "--version":
        from importlib.metadata import version

        print(version("studytui"))
    elif arguments[0] == "due":
        from studytui.commands import due

        due.run(arguments[1:])
        sys.exit(0)
    elif arguments[0] in COMMANDS:
        if arguments[0] == "grade":
            _grade_plainly(arguments[1:])
        if arguments[0] == "study" and _studied_plainly(arguments[1:]):
            sys.exit(0)
        run_command(arguments[0], arguments[1:])
    else:
        from difflib import get_close_matches

        close = get_close_matches(arguments[0], COMMANDS, 1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise InputError(
            f"there is no command {arguments[0]!r}; {meant}studytui --help lists them all"
        )


def _grade_plainly(arguments: Sequence[str]) -> None:
    """Grade and exit where the options need no parser, which takes longer than grading does."""
    from studytui import grading

    read = grading.plain(arguments)
    if read is not None:
        texts, options, as_json = read
        sys.exit(grading.run(texts, options=options, as_json=as_json))


def _studied_plainly(arguments: Sequence[str]) -> bool:
    """Study where the options need no parser; return whether they did not."""
    from studytui import studying

    return studying.plainly(arguments)


def overview() -> str:
    """Return what `studytui --help` prints."""
    verbs = "\n".join(f"  {name:<12}{says}" for name, says in COMMANDS.items())
    return (
        "Usage: studytui [COMMAND] [OPTIONS]\n\n"
        "Notes that prove themselves. Without a command the app opens.\n\n"
        f"Commands:\n{verbs}\n\n"
        "Options:\n"
        "  --store PATH|URL  Use another store, such as postgresql+psycopg://host/database.\n"
        "  --version         Print the version.\n"
        "  --help            Print this.\n\n"
        "studytui COMMAND --help says more. STUDYTUI_HOME moves all data."
    )


def load_command(verb: str) -> Callable[..., Any]:
    """Import the function of a verb."""
    module, name = place_of(verb)
    command: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return command


def run_command(verb: str, arguments: Sequence[str]) -> None:
    """Parse the options of one verb and run it; ends the process with the verb's exit code."""
    import typer

    parser = typer.Typer(
        add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    parser.command()(load_command(verb))
    bad_usage: Any = typer.BadParameter.__base__
    try:
        code = parser(args=list(arguments), prog_name=f"studytui {verb}", standalone_mode=False)
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except bad_usage as error:
        error.show()
        if "--json" in arguments:
            print_error(error.format_message())
        code = error.exit_code
    sys.exit(code or 0)


if __name__ == "__main__":
    main()
