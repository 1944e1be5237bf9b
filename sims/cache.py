"""Results kept between runs, in a folder that the caller gives, one JSON file a result.

The key is a digest of the code that computed it (the topic's sources and all of `sims` beside the
topics), the versions of the numerical libraries, and what was asked. So a changed simulation is
never answered from here; old files are harmless and may be deleted at any time.
"""

import hashlib
import importlib.util
import json
import logging
import platform
import re
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sims import private, registry

LIBRARIES = ("torch", "numpy", "scipy", "sympy", "mpmath", "cryptography")

_TOPIC_IMPORT = re.compile(r"\bsims\.topics\.(\w+)|\bfrom sims\.topics import (\w+)")


def _modules(package: Path) -> list[Path]:
    """Return the sources of a module or package, sorted."""
    return sorted(package.rglob("*.py")) if package.is_dir() else [package]


def _origin(module: str) -> Path | None:
    """Return the file or folder of a module without importing it (but its parents)."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    return path.parent if path.name == "__init__.py" else path


def sources(slug: str) -> Iterator[Path]:
    """Yield the files that a topic's results depend on, other topics that it imports included."""
    root = Path(__file__).parent
    yield from (path for path in _modules(root) if root / "topics" not in path.parents)
    waiting, seen = [registry.module_of(slug)], set()
    while waiting:
        module = waiting.pop()
        origin = _origin(module)
        if module in seen or origin is None:
            continue
        seen.add(module)
        for path in _modules(origin):
            yield path
            for names in _TOPIC_IMPORT.findall(path.read_text()):
                waiting.append(f"sims.topics.{names[0] or names[1]}")


def code_digest(slug: str) -> str:
    """Return a digest of everything but the question: sources, libraries, Python, processor."""
    total = hashlib.sha256()
    for path in sources(slug):
        total.update(f"{path.name}\0".encode())
        total.update(path.read_bytes())
    for library in LIBRARIES:
        total.update(f"{library} {version(library)}\0".encode())
    total.update(f"{sys.version} {platform.machine()}".encode())
    return total.hexdigest()


class Cache:
    """A folder of results; `ask` says what was asked: claim or simulation, seed, device.

    A folder that cannot be read or written costs time and no result: what is not kept is computed
    again.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._saying = threading.Lock()
        self._said = False

    def _path(self, code: str, ask: dict[str, Any]) -> Path:
        text = json.dumps([code, ask], sort_keys=True)
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"

    def get(self, code: str, ask: dict[str, Any]) -> Any:
        """Return the result of a question under a code digest, None if there is none."""
        try:
            kept = json.loads(self._path(code, ask).read_text())
        except (OSError, ValueError):
            return None
        return kept["result"] if kept.get("ask") == ask else None

    def put(self, code: str, ask: dict[str, Any], result: Any) -> None:
        """Keep a result; a write that fails leaves nothing behind, and the first one is logged."""
        text = json.dumps({"ask": ask, "result": result})
        try:
            private.write_whole(self._path(code, ask), text)
        except OSError as error:
            self._say(error)

    def _say(self, error: OSError) -> None:
        """Log the first failure; those after it have the same cause."""
        with self._saying:
            said, self._said = self._said, True
        if not said:
            logging.getLogger(__name__).warning(
                "results are not kept: %s cannot be written (%s)", self._folder, error.strerror
            )
