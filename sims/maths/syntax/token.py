"""One token of a text: what sort it is, its characters, and where it stands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """A `number`, `name`, `quoted` name, `op` or the `end`, and where it stands.

    A `d` is the sign of a differential, as in `dy/dx`. `joined` tells a name that was written
    together with the one before it, as the `k` of `nk`.
    """

    kind: str
    text: str
    position: int
    spaced: bool = False
    joined: bool = False
