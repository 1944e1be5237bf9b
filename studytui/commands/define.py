"""`studytui define`: the definitions that claims may use."""

import json as json_text
from typing import Annotated

import typer

from sims.errors import UnknownNameError


def define(
    name: Annotated[str, typer.Argument(help="One definition; all of them if none is named.")] = "",
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the definitions that ship; a note's own go before them."""
    from sims.claims.definitions import listed

    found = [one for one in listed() if not name or one["name"] == name]
    if not found:
        raise UnknownNameError(f"no definition is called {name}; studytui define lists them all")
    if json:
        print(json_text.dumps({"definitions": found}))
        return
    for one in found:
        print(one["text"])
