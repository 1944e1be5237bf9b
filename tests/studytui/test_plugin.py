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
from studytui import cli

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
