"""A card's answer beside the output that it should equal, in standard errors."""

from typing import Any

import pytest

from cards.card import Card, Check, Kind
from cards.variants.variant import Variant
from studytui.sessions.comparing import Beside, compared


def card(**check: Any) -> Card:
    return Card(
        "id", "id", "d", "t", (), Kind.NUMBER, "?", "!", "n.md", 1, Check(output="mean", **check)
    )


class Others:
    """Services whose other runs give these outputs, in turn."""

    def __init__(self, *means: float) -> None:
        self.means, self.asked = list(means), []

    def simulations(self) -> "Others":
        return self

    def call(self, task: str, arguments: dict[str, Any], **_limits: float) -> dict[str, Any]:
        self.asked.append(arguments)
        return {"outputs": {"mean": self.means.pop(0)}}


def result(seconds: float = 0.1, **outputs: float) -> dict[str, Any]:
    return {
        "name": "s.m",
        "parameters": {"n": 4, "kind": "x"},
        "seed": 7,
        "outputs": outputs,
        "seconds": seconds,
    }


@pytest.mark.parametrize(
    ("check", "variant", "typed", "outputs", "others", "says"),
    [
        ({"answer": "n + 1"}, Variant(), "", {"mean": 5.2, "mean_standard_error": 0.1}, (),
         "the card's answer n + 1 = 5 beside mean = 5.20 ± 0.1: 2.0 standard errors apart"),
        ({"answer": "2*a"}, Variant(expected="2*3"), "5.5", {"mean": 6.0}, (6.0,) * 4,
         "the card's answer 2*3 = 6 beside mean = 6: equal\n"
         "your answer 5.5 beside mean = 6: 8.33% apart, and the run is exact"),
        ({}, Variant(), "", {"mean": 0.25}, (), "mean = 0.25 is the card's answer"),
        ({}, Variant(), "import os", {"mean": 0.25}, (), "mean = 0.25 is the card's answer"),
        ({"answer": "y"}, Variant(), "", {"mean": 1.0}, (), "mean = 1 is the card's answer"),
        ({"answer": "1"}, Variant(), "", {"other": 1.0}, (), ""),
    ],
)  # fmt: skip
def test_how_far_an_answer_lies_from_the_run(
    check: Any, variant: Any, typed: str, outputs: Any, others: Any, says: str
) -> None:
    services: Any = Others(*others)
    assert compared(services, Beside(card(**check), variant, typed), result(**outputs)) == says


def test_the_scatter_of_other_seeds_is_the_standard_error() -> None:
    services: Any = Others(4.0, 6.0, 4.0, 6.0)
    says = compared(services, Beside(card(answer="7"), Variant()), result(mean=5.0))
    assert "mean = 5.0 ± 1: 2.0 standard errors apart, by the scatter of 5 runs" in says
    assert [one["seed"] for one in services.asked] == [8, 9, 10, 11]
    assert services.asked[0]["settings"] == {"n": "4", "kind": "x"}
    slow = compared(services, Beside(card(answer="7"), Variant()), result(9.0, mean=5.0))
    assert "28.57%" not in slow
    assert "how much other runs scatter is not known" in slow
