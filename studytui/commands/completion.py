"""`studytui completion`: a script that completes commands, options and names in a shell."""

from importlib import import_module
from typing import Annotated

import typer

from sims.errors import InputError
from studytui.verbs import COMMANDS, place_of

NAMED = {"topic": ("verify", "quiz", "check"), "simulation": ("sim",), "derivation": ("derive",)}
"""What the first words of some commands name."""


def completion(shell: Annotated[str, typer.Argument(help="bash, zsh or fish.")] = "bash") -> None:
    """Print a completion script; `eval "$(studytui completion bash)"` puts it in force."""
    if shell not in SCRIPTS:
        raise InputError(f"there is no script for {shell}, only for {', '.join(SCRIPTS)}")
    print(SCRIPTS[shell](words()))


def words() -> dict[str, list[str]]:
    """Return what may follow each command: its options, and the names that it takes."""
    found = {"": [*COMMANDS, "--help", "--version", "--store"], "due": ["--help", "--json"]}
    for verb in (verb for verb in COMMANDS if verb != "due"):
        module, name = place_of(verb)
        found[verb] = options(getattr(import_module(module), name))
    for kind, verbs in NAMED.items():
        for verb in verbs:
            found[verb] += names(kind)
    return found


def options(command: object) -> list[str]:
    """Return the options of a command's function."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command()(command)  # type: ignore[type-var]
    parameters = typer.main.get_command(app).params
    named = [[*one.opts, *one.secondary_opts] for one in parameters]
    return ["--help", *(name for opts in named for name in opts if name.startswith("--"))]


def names(kind: str) -> list[str]:
    """Return the names of all topics, simulations or derivations."""
    from sims import registry

    slugs = registry.available()
    if kind == "topic":
        return slugs
    topics = [registry.load(slug) for slug in slugs if registry.opens(slug)]
    return [name for topic in topics for name in getattr(topic, f"{kind}s")]


def _bash(words: dict[str, list[str]]) -> str:
    cases = "\n".join(f"    {verb}) words='{' '.join(words[verb])}' ;;" for verb in words if verb)
    return f"""_studytui() {{
  local words current=${{COMP_WORDS[COMP_CWORD]}}
  if [ "$COMP_CWORD" = 1 ]; then words='{" ".join(words[""])}'; else case ${{COMP_WORDS[1]}} in
{cases}
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _studytui studytui"""


def _zsh(words: dict[str, list[str]]) -> str:
    return f"autoload -U +X bashcompinit && bashcompinit\n{_bash(words)}"


def _fish(words: dict[str, list[str]]) -> str:
    lines = [f"complete -c studytui -n __fish_use_subcommand -a '{' '.join(words[''])}'"]
    for verb, more in words.items():
        if verb:
            seen = f"__fish_seen_subcommand_from {verb}"
            lines.append(f"complete -c studytui -n '{seen}' -a '{' '.join(more)}'")
    return "\n".join(lines)


SCRIPTS = {"bash": _bash, "zsh": _zsh, "fish": _fish}
