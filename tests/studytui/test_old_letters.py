"""No page names a key by its old letter where every action has another one."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cards.scheduling.fsrs import Rating
from studytui import words
from studytui.app import StudyApp, with_actions
from studytui.commands.import_ import WAITS
from studytui.keymap import bindings_of
from studytui.screens.decks import NO_DECKS
from studytui.screens.done import summary
from studytui.screens.home import IMPORT_HINT
from studytui.services import Services
from studytui.words import keyed, use_keys

RANGES = ((0x430, 0x450), (0x561, 0x587), (0x10D0, 0x10F1), (0x410, 0x430), (0x531, 0x557))
LETTERS = iter([chr(code) for start, end in RANGES for code in range(start, end)])
"""Letters that no page writes: one for every action that had a Latin one."""

ACTIONS = {id: one for kind in with_actions() for id, one in bindings_of(kind).items()}
KEYS = {id: next(LETTERS) for id, one in ACTIONS.items() if re.match("[A-Za-z](,|$)", one.key)}
NAMED = re.compile(r"(?<![\w'’…(^-])([b-hj-zB-HJ-Z])(?=:? (?!TD|v)[a-z])")
"""A letter that stands alone before a word, and is none itself."""

PAGES = ("home.glance", "home.custom", "home.decks", "quiz", "browse", "statistics", "audit")


@pytest.mark.parametrize("page", PAGES)
async def test_no_page_names_an_old_letter(
    services: Services, settled: Any, shown: Any, page: str
) -> None:
    services.settings = replace(services.settings, keys=KEYS)
    app = StudyApp(services)
    async with app.run_test(size=(110, 40)) as pilot:
        await settled(pilot)
        seen = [shown(app)]
        for press in (KEYS[page], "question_mark"):
            await pilot.press(press)
            await settled(pilot)
            seen.append(shown(app))
        named = [line for page in seen for line in page.splitlines() if NAMED.search(line)]
        assert not named
        assert "to study the row" not in seen[0] or f"Press {KEYS['home.study']} to" in seen[0]


@pytest.fixture
def _own_keys() -> Iterator[None]:
    use_keys(dict.fromkeys(ACTIONS, "f9"))
    yield
    use_keys({})


@pytest.mark.usefixtures("_own_keys")
def test_no_help_or_hint_names_an_old_letter() -> None:
    session: Any = SimpleNamespace(END="Nothing.", KEPT="Kept.", ratings=Counter(), seconds=9.0)
    texts = [keyed(getattr(kind, "HELP", None) or "") for kind in with_actions()]
    texts += [summary(session).plain, keyed(NO_DECKS), keyed(WAITS), keyed(IMPORT_HINT)]
    session.ratings[Rating.GOOD] += 1
    texts.append(summary(session).plain)
    letter = re.compile(r"(?<!\S)[b-zB-HJ-Z](?=[\s,.;]|$)(?! [~>=])")
    assert [text for text in texts if letter.search(text)] == []
    assert sum("f9" in text for text in texts) >= 9


def test_no_sentence_has_a_letter_written_out() -> None:
    """What is said after a key, or while something runs, names keys by `words.key` too."""
    root = Path(words.__file__).parents[1]
    after = re.compile(r"[\"' ]([a-z]) (takes that back|stops|goes on|decides them|shows why)")
    pressed = re.compile(r"[Pp]ress [a-z](?=[,.;]| and | to )")
    for package in ("studytui", "db", "cards", "sims"):
        for file in (root / package).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            assert not pressed.search(text), file
            assert package != "studytui" or not after.search(text), file
