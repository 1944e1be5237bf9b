"""Tables against Gymnasium and the book, samplers against their own tables."""

import gymnasium
import numpy as np
import pytest
import torch
from scipy import stats

from sims.rl.environments.frozen_lake import MAPS, frozen_lake
from sims.rl.environments.gambler import gambler
from sims.rl.environments.garnet import random_mdps
from sims.rl.environments.gridworld import corners, teleports
from sims.rl.environments.short_corridor import short_corridor
from sims.rl.finite_mdp import FiniteMDP, tabulate


@pytest.mark.parametrize("size", [4, 8])
def test_frozen_lake_gives_10_000_of_gymnasiums_transitions(size: int) -> None:
    env = gymnasium.make(
        "FrozenLake-v1", map_name=f"{size}x{size}", is_slippery=True, max_episode_steps=10_000
    )
    mdp = frozen_lake(size)
    actions = np.random.default_rng(size).integers(4, size=10_000)
    state, _ = env.reset(seed=size)
    seen = np.zeros((size**2, 4, size**2))
    for action in actions.tolist():
        after, reward, ended, _, _ = env.step(action)
        seen[state, action, after] += 1
        assert mdp.P[state, action, after] > 0
        assert mdp.R[state, action, after] == reward
        assert bool(mdp.terminal[after]) == ended
        state = env.reset()[0] if ended else after
    assert_drawn_from(seen, mdp)


def assert_drawn_from(seen: np.ndarray, mdp: FiniteMDP) -> None:
    """Hold observed transition counts, shape (S, A, S), against P by Pearson's statistic."""
    expected = mdp.P.numpy() * seen.sum(-1, keepdims=True)
    assert (seen[expected == 0] == 0).all()
    used = expected >= 5
    statistic = ((seen - expected)[used] ** 2 / expected[used]).sum()
    freedom = used.sum() - (used.sum(-1) > 0).sum()
    assert stats.chi2.sf(statistic, freedom) > 1e-3


@pytest.mark.parametrize("size", [4, 8])
@pytest.mark.parametrize("slippery", [True, False])
def test_frozen_lake_is_gymnasiums_table(size: int, slippery: bool) -> None:
    env = gymnasium.make("FrozenLake-v1", desc=list(MAPS[size]), is_slippery=slippery)
    mdp = frozen_lake(size, slippery=slippery)
    table = torch.zeros_like(mdp.P)
    for state, row in env.unwrapped.P.items():
        for action, outcomes in row.items():
            for probability, after, reward, _ in outcomes:
                table[state, action, after] += probability
                assert mdp.R[state, action, after] == reward
    assert torch.allclose(table, mdp.P, atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    "mdp",
    [frozen_lake(4), corners(), teleports(), gambler(0.4, 20), short_corridor(0.2)],
    ids=["frozen_lake", "corners", "teleports", "gambler", "short_corridor"],
)
def test_samples_follow_the_table(mdp: FiniteMDP) -> None:
    generator = torch.Generator().manual_seed(5)
    rows = (mdp.allowed & ~mdp.terminal.unsqueeze(-1)).nonzero()
    state, action = (column.repeat(200) for column in rows.T)
    after, reward, ended = mdp.step(state, action, generator)
    assert torch.equal(reward, mdp.R[state, action, after])
    assert torch.equal(ended, mdp.terminal[after])
    seen = np.zeros(tuple(mdp.P.shape))
    np.add.at(seen, (state.numpy(), action.numpy(), after.numpy()), 1)
    if (mdp.P < 1).any() and (mdp.P[mdp.P > 0] < 1).any():
        assert_drawn_from(seen, mdp)
    else:
        assert (mdp.P[state, action, after] == 1).all()


def test_a_batch_of_mdps_is_sampled_each_by_its_own_table() -> None:
    generator = torch.Generator().manual_seed(7)
    mdps = random_mdps(3, 4, 2, generator, branching=2)
    state = mdps.reset((3, 20_000), generator)
    action = torch.randint(2, (3, 20_000), generator=generator)
    after, reward, _ = mdps.step(state, action, generator)
    for one in range(3):
        table = FiniteMDP(mdps.P[one], mdps.R[one], mdps.terminal, mdps.start, mdps.allowed)
        assert torch.equal(reward[one], table.R[state[one], action[one], after[one]])
        seen = np.zeros((4, 2, 4))
        np.add.at(seen, (state[one].numpy(), action[one].numpy(), after[one].numpy()), 1)
        assert_drawn_from(seen, table)


def test_a_random_mdp_has_the_branching_asked_for() -> None:
    mdps = random_mdps(50, 6, 2, torch.Generator().manual_seed(1), branching=3)
    assert torch.allclose(mdps.P.sum(-1), torch.ones(1, dtype=torch.float64))
    assert ((mdps.P > 0).sum(-1) == 3).all()


def test_a_table_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="state 0, action 0: probabilities sum to"):
        tabulate(1, 1, lambda s, a: [(0.5, 0, 0.0)])
    with pytest.raises(ValueError, match="two rewards for one transition"):
        tabulate(1, 1, lambda s, a: [(0.5, 0, 0.0), (0.5, 0, 1.0)])
