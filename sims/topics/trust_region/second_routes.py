"""Penalty, Fisher matrix and step again: from sums, finite differences and a search."""

from itertools import pairwise

from sims.claims import agree, require
from sims.lazy import np, scipy, torch
from sims.rl import dynamic_programming as dp
from sims.run import Run
from sims.topics.trust_region.model import (
    DELTA,
    GAMMA,
    advantages,
    divergence,
    mean_divergence,
    penalty,
    performance,
    policy_gradient,
    problems,
    surrogate,
    topic,
    trust_region_step,
    visits,
)


@topic.second_route
def bound(run: Run) -> None:
    """Sum the penalty over time: a policy that drifts by alpha a step has drifted t alpha by t."""
    drifted = sum(t * GAMMA**t for t in range(1, 2000))  # = gamma / (1 - gamma)^2
    agree(penalty(0.7, GAMMA), 4 * 0.7 * drifted, says="the penalty")


@topic.second_route
def followed(run: Run) -> None:
    """Follow 400 steps of chance by hand for return and visits; shift preferences for slopes."""
    mdps, theta = problems(run, 2)
    policy = dp.softmax_policy(theta)
    P, R = mdps.P.numpy(), mdps.R.numpy()
    pi, start = policy.numpy(), mdps.start.numpy()
    moves = np.einsum("nsa,nsat->nst", pi, P)
    earned = np.einsum("nsa,nsat,nsat->ns", pi, P, R)
    here = np.broadcast_to(start, earned.shape)
    total, spent = np.zeros(2), np.zeros_like(earned)
    for t in range(400):
        total = total + GAMMA**t * (here * earned).sum(1)
        spent = spent + (1 - GAMMA) * GAMMA**t * here
        here = np.einsum("ns,nst->nt", here, moves)
    agree(performance(mdps, policy), total, says="the return")
    agree(visits(mdps, policy), spent, says="the visits")
    slopes = torch.zeros_like(theta)
    for index in np.ndindex(*theta.shape[1:]):
        shift = torch.zeros_like(theta)
        shift[(slice(None), *index)] = 1e-5
        up, down = (performance(mdps, dp.softmax_policy(theta + s * shift)) for s in (1, -1))
        slopes[(slice(None), *index)] = (up - down) / 2e-5
    agree(policy_gradient(mdps, theta), slopes, says="the policy gradient", tolerance=1e-6)
    new = dp.softmax_policy(trust_region_step(mdps, theta, DELTA))
    kl = (pi * np.log(pi / new.numpy())).sum(-1)
    agree(divergence(policy, new), kl, says="the divergence")
    agree(mean_divergence(mdps, policy, new), (spent * kl).sum(1), says="the mean divergence")
    longest = (spent * kl).sum(1)
    require(
        bool(((longest > DELTA / 5) & (longest <= DELTA)).all()), says="a step of another length"
    )
    gained = (spent * (new.numpy() * advantages(mdps, policy).numpy()).sum(-1)).sum(1)
    agree(surrogate(mdps, policy, new), total + gained / (1 - GAMMA), says="the surrogate")


@topic.second_route
def two_policies(run: Run) -> None:
    """Ask scipy for both divergences; share a limit out among the steps."""
    found = topic.outputs("divergence", run, p=0.7, q=0.2, largest=0.5, gamma=0.8)
    old, new = [0.7, 0.3], [0.2, 0.8]
    known = [scipy.stats.entropy(old, new), scipy.stats.entropy(new, old)]
    agree([found["kl"], found["reverse"]], known, says="divergences of two policies")
    agree(found["total_variation"], 0.5, says="their total variation")
    agree(found["penalty"], 4 * 0.5 * 0.8 / 0.2**2, says="the penalty shown")
    best = topic.outputs("constrained", run, reward=3.0, cost=2.0, limit=4.0, gamma=0.9)
    agree([best["p"], best["return"], best["cost"]], [0.2, 6.0, 4.0], says="the best mixture")


@topic.second_route
def one_step(run: Run) -> None:
    """Take the step of the picture, and follow its return by sweeps."""
    found = topic.outputs("step", run, delta=0.02)
    mdps, theta = problems(run, 1)
    old = dp.softmax_policy(theta)
    new = dp.softmax_policy(trust_region_step(mdps, theta, 0.02))
    for name, policy in (("return_before", old), ("return_after", new)):
        v = torch.zeros_like(theta[..., 0])
        for _ in range(300):
            v = (
                policy * (mdps.expected_reward + GAMMA * (mdps.P @ v[:, None, :, None])[..., 0])
            ).sum(-1)
        agree(found[name], float(v[0] @ mdps.start), says=f"the {name.replace('_', ' ')} the step")
    apart = (visits(mdps, old)[0] * (old[0] * (old[0] / new[0]).log()).sum(-1)).sum()
    agree(found["divergence"], apart, says="the divergence of the step")


@topic.second_route
def several_updates(run: Run) -> None:
    """Go five steps both ways in four problems, and measure the way to the optimum."""
    found = topic.outputs("updates", run, delta=0.05, fixed=0.5, updates=5, copies=4)
    mdps, theta = problems(run, 4)
    best = dp.value_iteration(mdps, GAMMA).v @ mdps.start
    for name, largest in (("trust_region", "largest_kl"), ("plain", "largest_kl_plain")):
        at, moved, worth = theta, [0.0], [performance(mdps, dp.softmax_policy(theta))]
        for _ in range(5):
            old = dp.softmax_policy(at)
            if name == "plain":
                at = at + 0.5 * policy_gradient(mdps, at)
            else:
                at = trust_region_step(mdps, at, 0.05)
            new = dp.softmax_policy(at)
            moved += (visits(mdps, old) * (old * (old / new).log()).sum(-1)).sum(1).tolist()
            worth.append(performance(mdps, new))
        way = (worth[-1] - worth[0]) / (best - worth[0])
        agree(found[name], way.mean(), says=f"the way of the {name.replace('_', ' ')}")
        agree(found[largest], max(moved), says="the largest divergence of a step")
        if name == "trust_region":
            falls = sum(int((b < a - 1e-9).sum()) for a, b in pairwise(worth))
            agree(found["falls"], falls, says="steps after which the return is lower")
