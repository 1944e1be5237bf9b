"""Coding, preferences and policies of the training stages against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sims.run import Run
from sims.topics.training_stages.figures import Hours, hours
from sims.topics.training_stages.model import (
    arithmetic_code,
    arithmetic_decode,
    best_length,
    bigram,
    bradley_terry,
    dpo_optimum,
    kl_regularised_optimum,
    negative_log2,
)
from sims.topics.training_stages.policies import forgetting, reinforced


@given(st.text("abc", min_size=1, max_size=30))
def test_coding_is_lossless_and_within_two_bits(text: str) -> None:
    model = bigram(text)
    number, bits = arithmetic_code(text, model)
    assert arithmetic_decode(number, bits, len(text), model) == text
    assert bits <= negative_log2(text, model) + 2


def test_two_players_win_in_proportion_to_their_strengths() -> None:
    logs = bradley_terry([[0, 3], [1, 0]])
    assert logs[0] - logs[1] == pytest.approx(math.log(3))


def test_dpo_finds_the_regularised_optimum() -> None:
    reference, rewards = np.array([0.5, 0.3, 0.2]), np.array([0.0, 1.0, -0.5])
    found = dpo_optimum(reference, rewards, 0.5)
    assert found == pytest.approx(kl_regularised_optimum(reference, rewards, 0.5), abs=1e-6)
    assert dpo_optimum(np.ones(3) / 3, rewards, 0.5) != pytest.approx(found, abs=1e-3)


def test_hours_of_deepseek_v3() -> None:
    (frame,) = hours(Hours(), Run())
    assert frame.outputs["pre_share"] == pytest.approx(0.956, abs=5e-4)
    assert frame.outputs["post_share"] == pytest.approx(0.0018, abs=5e-5)


def test_reinforcement_needs_support() -> None:
    assert reinforced(0.3) > 0.95
    assert reinforced(0.0) == 0.0


def test_a_sure_thing_takes_one_attempt_and_a_hopeless_one_none() -> None:
    assert best_length(0.999, 0.01) == 1
    assert best_length(0.005, 0.01) == 0


def test_what_reinforcement_does_to_an_old_task_depends_on_its_step() -> None:
    small, middle, large = (
        forgetting(("reinforcement", rate), 200, Run(), "steps")[0] for rate in (0.1, 30.0, 100.0)
    )
    assert -0.02 < small.mean() < 0.1  # a loss can fall: the old answer may be right here too
    assert small.min() < 0 < small.max()
    assert small.mean() < middle.mean() < math.log(2) < large.mean()


def test_a_task_that_is_not_learnt_is_an_error() -> None:
    with pytest.raises(ArithmeticError, match="does not learn"):
        forgetting(("fine-tuning", 1e-9), 4, Run(), "slow", steps=10)
