"""A store leaves as a package of Anki's, and another takes it in: cards stand where they stood."""

from datetime import UTC, datetime, timedelta

import pytest

from cards.formats import read
from cards.scheduling.fsrs import Rating
from db.store import Store
from studytui.commands.packages import bring_in
from studytui.exporting import export

NOTE = """Q: Which two numbers?
A: 1 and 2

Q: Which worker is the slowest?
A: {n} of {all}
```check
answer: n/all
given:
  n: 1..3
  all: [4, 8]
simulation: a3c.amdahl(workers = all, efficiency = 100*n/all)
output: serial
```
"""


@pytest.fixture
def stores(tmp_path):
    now = [datetime(2026, 3, 1, 12, tzinfo=UTC)]
    opened = [Store.open(tmp_path / f"{name}.db", zone=UTC, clock=lambda: now[0]) for name in "abc"]
    (tmp_path / "n.md").write_text(NOTE, encoding="utf-8")
    opened[0].import_notes([read(tmp_path / "n.md")])
    for _ in range(3):
        for stored in list(opened[0].each_card()):
            opened[0].answer(stored.card.id, Rating.GOOD, seconds=2)
        now[0] += timedelta(days=2)
    yield opened
    for store in opened:
        store.close()


def test_a_card_that_was_reset_is_new_again(tmp_path, stores):
    one, other, third = stores
    reset, kept = (stored.card.id for stored in one.each_card())
    one.reset(reset)
    export(one, str(tmp_path / "a.apkg"), "")
    bring_in(other, [tmp_path / "a.apkg"], tmp_path / "in", False)
    assert other.card(reset).state == one.card(reset).state == "new"
    assert other.card(reset).stability is None
    assert other.card(kept).stability == pytest.approx(one.card(kept).stability)
    one.answer(reset, Rating.GOOD, seconds=1)
    export(one, str(tmp_path / "b.apkg"), "")
    bring_in(third, [tmp_path / "b.apkg"], tmp_path / "third", False)
    assert third.card(reset).state == one.card(reset).state == "learning"
    assert third.card(reset).stability == pytest.approx(one.card(reset).stability)


@pytest.mark.parametrize("suffix", ["json", "apkg"])
def test_a_card_keeps_the_settings_of_its_simulation(tmp_path, stores, suffix):
    one, other, _ = stores
    export(one, str(tmp_path / f"a.{suffix}"), "")
    bring_in(other, [tmp_path / f"a.{suffix}"], tmp_path / "in", False)
    wanted = {stored.card.id: stored.card.check for stored in one.each_card()}
    found = {stored.card.id: stored.card.check for stored in other.each_card()}
    assert found.keys() == wanted.keys()
    settings = {id: check.settings for id, check in wanted.items() if check}
    assert [said for said in settings.values() if said] == [
        {"workers": "all", "efficiency": "100*n/all"}
    ]
    assert settings == {id: found[id].settings for id in settings}
