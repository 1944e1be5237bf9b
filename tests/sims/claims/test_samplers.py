"""The checks of samplers pass what they should and refuse what they should."""

import pytest
import torch

from sims.claims.samplers import check_counts, check_mean, check_sampler
from sims.rl.environments.frozen_lake import frozen_lake
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_samplers_of_one_mdp_and_of_a_batch_follow_their_tables() -> None:
    check_sampler(frozen_lake(4), generator())
    check_sampler(frozen_lake(4, slippery=False), generator())
    check_sampler(random_mdps(5, 6, 2, generator(), branching=3), generator())


def test_a_sampler_of_other_tables_is_refused() -> None:
    class Deaf(FiniteMDP):
        def step(self, state, action, generator):  # type: ignore[no-untyped-def]
            return super().step(state, action * 0, generator)

    lake = frozen_lake(4)
    with pytest.raises(ArithmeticError, match="sampled steps"):
        check_sampler(Deaf(lake.P, lake.R, lake.terminal, lake.start, lake.allowed), generator())


def test_counts_far_off_or_impossible_are_refused() -> None:
    probabilities = torch.tensor([0.5, 0.5, 0.0])
    check_counts(torch.tensor([510.0, 490.0, 0.0]), probabilities, "coins")
    with pytest.raises(ArithmeticError, match="coins"):
        check_counts(torch.tensor([700.0, 300.0, 0.0]), probabilities, "coins")
    with pytest.raises(ArithmeticError, match="coins"):
        check_counts(torch.tensor([500.0, 499.0, 1.0]), probabilities, "coins")


def test_samples_of_another_mean_are_refused() -> None:
    drawn = torch.randn((10_000, 3), generator=generator()).double()
    check_mean(drawn, torch.zeros(3), "normals")
    with pytest.raises(ArithmeticError, match="normals"):
        check_mean(drawn, torch.tensor([0.0, 0.0, 0.1]), "normals")
