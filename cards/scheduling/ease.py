"""The ease factor of SM-2, by which other programs say how hard a card is, as a difficulty."""


def difficulty_of(ease: float) -> float:
    """Return an FSRS difficulty, 1–10, for an ease factor of SM-2: 5 at the usual 2.5."""
    return min(10.0, max(1.0, 5 - (ease - 2.5) * 4))
