"""From the headings above a card to the slug of its topic."""

import unicodedata
from collections.abc import Sequence

from sims.catalogue import find


def slugify(title: str) -> str:
    """Return a title as lower-case words joined by hyphens; empty when it has no letter or digit.

    Accents go, letters of other scripts stay: "Théorie des jeux" → "theorie-des-jeux".
    """
    plain = unicodedata.normalize("NFKD", title.lower())
    kept = "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in plain)
    return "-".join(unicodedata.normalize("NFC", kept).split())


def topic_of(headings: Sequence[tuple[int, str]], fallback: str) -> str:
    """Return the slug of the topic of a card under `headings`, (level, title) outermost first.

    The innermost heading that names a catalogued topic wins; else the innermost of the two top
    levels, slugified; else `fallback`, slugified.
    """
    for _, title in reversed(headings):
        entry = find(title)
        if entry:
            return entry.slug
    top = [title for level, title in headings if level <= 2] or [title for _, title in headings[:1]]
    return slugify(top[-1] if top else fallback) or slugify(fallback) or "notes"
