"""Predictions: each names an output that its simulation has, and is judged by how runs scatter."""

import os

import pytest

from cards.answers.result import Output
from cards.predictions import PREDICTIONS, SHARE, drawn, judged_by
from cards.quiz import draw_paper
from cards.variants.draw import representative
from cards.variants.generator import Generator
from cards.variants.settings import settings_with
from sims import registry
from sims.run import Run

SOAK = bool(os.environ.get("STUDYTUI_SOAK"))


@pytest.mark.parametrize("one", PREDICTIONS, ids=lambda one: one.simulation)
def test_every_draw_of_a_prediction_is_a_run(one):
    simulation, card = registry.simulation(one.simulation), one.card()
    for variant in representative(card):
        assert "{" not in variant.prompt
        settings = settings_with(card.check, variant.values)
        parameters = simulation.read(settings)
        assert settings.keys() == one.given.keys()
        if SOAK or simulation.name in (
            "mac-signatures.avalanche",
            "batch-normalization.covariance",
        ):
            *_, last = simulation.run(parameters, Run(1))
            assert one.output in last.outputs


def test_a_prediction_is_right_within_the_scatter_or_a_tenth():
    card = PREDICTIONS[0].card()
    assert judged_by(card, Output(0.3, 0.02)).check.tolerance == "3 standard errors"
    assert judged_by(card, Output(0.3, 0.001)).check.tolerance == SHARE
    assert judged_by(card, Output(None)) == card


def test_predictions_stand_in_a_paper_about_their_topics(make_card):
    cards = [
        make_card(f"{n}?", kind="symbol", answer=f"x + {n}", id=f"{t}{n}", topic=t)
        for t in ("gini", "mcts")
        for n in range(6)
    ]
    paper = draw_paper(cards, count=6, seed=1, predictions=2)
    predicted = [question for question in paper.questions if question.predicts]
    assert len(predicted) == 2
    assert len(paper.questions) == 6
    assert paper == draw_paper(cards, count=6, seed=1, predictions=2)
    assert not list(drawn(["softmax"], 3, Generator(1)))
