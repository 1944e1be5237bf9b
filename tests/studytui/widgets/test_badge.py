"""Signs of evidence are the same wherever they are shown."""

from collections import Counter

import pytest

from sims.claims.evidence import SIGNS, EvidenceKind
from studytui.sessions.importing import refutations
from studytui.widgets import badge
from studytui.widgets.verdict import VERDICTS


@pytest.mark.parametrize("kind", [kind for kind in EvidenceKind if kind != EvidenceKind.RAN])
def test_a_badge_has_the_sign_of_its_evidence(kind: EvidenceKind) -> None:
    assert badge.SIGNS[badge.ALIKE.get(kind, kind)][0] == SIGNS[kind]


def test_a_verdict_has_the_sign_of_the_badge_that_it_mostly_gives() -> None:
    pairs = {
        "HOLDS": "proved",
        "FAILS": "refuted",
        "AGREES": "agrees",
        "CONDITIONAL": "conditional",
    }
    assert {name: VERDICTS[name][0] for name in pairs} == {
        name: badge.SIGNS[word][0] for name, word in pairs.items()
    }


def test_the_legend_says_what_each_sign_means() -> None:
    lines = badge.legend().plain.splitlines()[1:]
    signs = [sign for sign, _, _ in (*badge.SIGNS.values(), badge.NOT_CHECKED)]
    assert [line[0] for line in lines] == signs
    for word, line in zip(badge.SIGNS, lines, strict=False):
        assert line.split(maxsplit=1)[1].startswith(word)
        assert line.endswith(badge.MEANS[word])


def test_no_two_badges_look_alike() -> None:
    """Without colours their signs tell them apart; colours part what holds from what may not."""
    signs = [sign for sign, _, _ in badge.SIGNS.values()]
    assert len(set(signs)) == len(signs)
    kinds = [badge.SIGNS[word] for word in ("proved", "simulated", "conditional", "refuted")]
    for styles in zip(*kinds, strict=True):
        assert len(set(styles)) == len(kinds), styles


def test_what_is_conditional_is_not_marked_as_refuted() -> None:
    for word in ("conditional", "refuted"):
        sign, says = badge.wrong(word, "Right is: x")
        assert sign.plain[0] == badge.SIGNS[word][0]
        assert says.plain == "Right is: x"
        assert f" {badge.SIGNS[word][0]} 3 " in f" {refutations(Counter({word: 3}))}"
    assert badge.wrong(None, "")[0].plain[0] == badge.SIGNS["refuted"][0]
