"""A package of one's own brings topic, simulation, derivation, claim and deck by an entry point."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cards.formats import read
from cards.notes import bundled_notes
from sims import registry
from sims.errors import PluginError
from studytui import cli
from studytui.sessions.auditing import with_badges

PACKAGE = Path(__file__).parents[1] / "plugin"


@pytest.fixture
def coins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make the package importable, as an installation does, here and in children."""
    information = tmp_path / "studytui_coins-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: studytui-coins\nVersion: 1\n"
    )
    points = "[studytui.topics]\ncoins = studytui_coins\n"
    (information / "entry_points.txt").write_text(points)
    places = [str(PACKAGE), str(tmp_path)]
    for place in places:
        monkeypatch.syspath_prepend(place)
    kept = os.environ.get("PYTHONPATH", "")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (*places, kept))))
    registry.plugins.cache_clear()
    yield
    registry.plugins.cache_clear()
    sys.modules.pop("studytui_coins", None)


@pytest.mark.usefixtures("coins", "home")
@pytest.mark.parametrize(
    ("arguments", "key", "count"),
    [
        (["verify", "coins", "--json", "--fresh"], "claims", 1),
        (["derive", "coins.mean", "--json"], "steps", 2),
        (["sim", "coins.first_head", "--set", "p=0.5", "--json"], "outputs", 2),
    ],
)
def test_each_of_its_parts_runs(
    arguments: list[str], key: str, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 0
    assert len(json.loads(capsys.readouterr().out)[key]) == count


@pytest.mark.usefixtures("coins")
def test_its_deck_comes_with_the_bundled_one() -> None:
    (path,) = [path for path in bundled_notes() if path.name == "coins.md"]
    (card,) = read(path).cards
    assert card.check is not None
    assert (card.topic, card.check.claim) == ("coins", "coins.1")


@pytest.mark.usefixtures("coins")
def test_its_project_file_names_the_entry_point() -> None:
    text = (PACKAGE / "pyproject.toml").read_text(encoding="utf-8")
    assert 'coins = "studytui_coins"' in text


BROKEN = {
    "raises": ("raise RuntimeError('boom')", "RuntimeError: boom"),
    "ends": ("import sys\nsys.exit(0)", "SystemExit: 0"),
    "empty": ("", "AttributeError"),
    "other": ("topic = 3", "its topic is none"),
    "unread": ("def (", "SyntaxError"),
}
"""Modules that bring no topic, and what is said of each."""


def test_a_package_that_does_not_load_is_named_and_takes_nothing_with_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    information = tmp_path / "broken-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    points = "".join(f"{name} = broken_{name}\n" for name in BROKEN)
    (information / "entry_points.txt").write_text(f"[studytui.topics]\n{points}")
    for name, (code, _) in BROKEN.items():
        (tmp_path / f"broken_{name}.py").write_text(code)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.plugins.cache_clear()
    try:
        assert len(registry.broken()) == len(BROKEN)
        for name, (_, says) in BROKEN.items():
            with pytest.raises(PluginError, match=f"{name}, which broken_{name} brings.*{says}"):
                registry.load(name)
            note = tmp_path / f"{name}.md"
            note.write_text(f"---\ndeck: Mine\ntopic: {name}\n---\n# {name}\n\nQ: One?\nA: 1\n")
            assert len(with_badges([read(note)])[0].cards) == 1
        with pytest.raises(SystemExit) as ended:
            cli.main(["sim"])
    finally:
        registry.plugins.cache_clear()
    assert ended.value.code == 0
    found = capsys.readouterr()
    assert "gini.lorenz" in found.out
    assert found.err.count("cannot be loaded") == len(BROKEN)
