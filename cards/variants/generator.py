"""A small generator of our own, so that a seed means the same draw for ever.

SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014,
figure 17; the variant and its test vectors are those of Vigna's public-domain splitmix64.c. The
streams of `random` and numpy are not promised to stay the same between versions.
"""

import hashlib
from collections.abc import MutableSequence
from typing import Any

_MASK = (1 << 64) - 1


def seed_of(*parts: object) -> int:
    """Return a 64-bit seed that depends on every part, the same on every machine."""
    text = "\x00".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class Generator:
    """A stream of 64-bit integers from a 64-bit seed."""

    def __init__(self, seed: int) -> None:
        """Start the stream; only the low 64 bits of `seed` count."""
        self._state = seed & _MASK

    def next(self) -> int:
        """Return the next integer, uniform in [0, 2**64)."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, count: int) -> int:
        """Return an integer, uniform in [0, count); every value is exactly as likely.

        Raises ValueError when `count` is below 1.
        """
        if count < 1:
            raise ValueError("there is nothing to draw from")
        accepted = (_MASK + 1) - (_MASK + 1) % count
        while (drawn := self.next()) >= accepted:
            pass
        return drawn % count

    def shuffle(self, items: MutableSequence[Any]) -> None:
        """Put the items in a uniformly random order, in place (Fisher and Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
