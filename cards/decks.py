"""Decks by their names: `Maths::Algebra` lies below `Maths`."""


def is_below(deck: str, parent: str) -> bool:
    """Whether a deck lies below another one, at whatever depth."""
    return deck.startswith(f"{parent}::")
