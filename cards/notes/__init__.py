"""The bundled deck: one Markdown note a topic, in our own words."""

from pathlib import Path


def bundled_notes() -> list[Path]:
    """Return the notes of the bundled deck, sorted by name."""
    return sorted(Path(__file__).parent.glob("*.md"))
