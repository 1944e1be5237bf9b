"""The page on claims: every example is decided, and gets the verdict that the page says."""

import re
from pathlib import Path

import pytest

from cards.formats.claim_fence import parse
from sims.claims.decide import decide

PAGE = Path(__file__).parents[2] / "docs" / "claims.md"
EXAMPLES = re.findall(
    r"^```claim\n(.*?)^```\n→ ([A-Z]+)", PAGE.read_text(encoding="utf-8"), re.S | re.M
)


def test_there_are_at_least_twenty_examples():
    assert len(EXAMPLES) >= 20


@pytest.mark.parametrize(("fence", "verdict"), EXAMPLES, ids=[e[0][:50] for e in EXAMPLES])
def test_each_example_gets_the_verdict_of_the_page(fence, verdict):
    evidence = decide(parse(fence.splitlines()), attack=verdict == "CONDITIONAL")
    assert evidence.verdict == verdict, evidence.says
