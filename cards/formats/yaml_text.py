"""YAML from strangers, read as text: every scalar a string, no anchors, no tags, small."""

from typing import Any

import yaml

from cards.note import LineError
from cards.text.clean import clean_data

LARGEST = 20_000
"""Characters in one front matter or fence."""

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class YamlError(LineError):
    """What is wrong with a text as YAML."""


def load(text: str) -> Any:
    """Return the value of a YAML text: nested dicts and lists of strings, or None when empty.

    Strings are cleaned, for in quotes YAML writes control characters as escapes.

    Raises YamlError for what is not YAML, for anchors, aliases and tags, and for texts over
    LARGEST characters or nested too deep.
    """
    if len(text) > LARGEST:
        raise YamlError(f"this is longer than {LARGEST:,} characters; make it shorter")
    try:
        _refuse_anchors(text)
        return clean_data(yaml.load(text, Loader=_LOADER))  # noqa: S506 - it makes only strings
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = " ".join(str(error.problem or error.context or "it cannot be read").split())
        raise YamlError(
            f"this is not YAML ({reason}); {_remedy(reason)}", mark.line if mark else 0
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, YamlError):
            raise
        raise YamlError("this is not YAML; write one `name: value` a line") from None


def _remedy(reason: str) -> str:
    """Return what to do about an error of YAML."""
    if "escape" in reason:
        return "put LaTeX in single quotes: '…'"
    return "put values with : # [ ] { } or & in quotes"


def _refuse_anchors(text: str) -> None:
    """Raise YamlError where the text has an anchor, an alias or a tag."""
    if not any(mark in text for mark in "&*!"):
        return
    for token in yaml.scan(text, Loader=_LOADER):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            raise YamlError(
                "anchors, aliases and tags (&, *, !) are not used here; put the value in quotes",
                token.start_mark.line,
            )
