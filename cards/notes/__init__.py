"""The bundled deck: one Markdown note a topic, in our own words."""

from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(__file__).parent
"""Where the notes lie that come with StudyTUI itself."""


def bundled_notes() -> list[Path]:
    """Return the paths of the notes that come with StudyTUI and with installed topic packages.

    A package has them in a folder `notes` beside its topic's module.
    """
    from sims import registry

    folders = [FOLDER]
    for module in registry.plugins().values():
        spec = find_spec(module)
        if spec is not None and spec.origin is not None:
            folders.append(Path(spec.origin).parent / "notes")
    return [note for folder in folders for note in sorted(folder.glob("*.md"))]
