"""Which card of an edited note is which card of before, so that editing loses no progress."""

import unicodedata
from hashlib import blake2b


def normalise(text: str) -> str:
    """Return text with composed letters and single spaces: what counts as the same wording."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def identify(kind: str, *texts: str) -> str:
    """Return the id of a card without one of its own: 16 hexadecimal digits of its wording.

    The chance of one collision among 100,000 cards is below 3e-10.
    """
    wording = "\x1f".join([kind, *[normalise(text) for text in texts]])
    return blake2b(wording.encode(), digest_size=8).hexdigest()
