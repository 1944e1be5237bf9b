"""The claims of the notes on A3C."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sims.claims import (
    EXACT,
    Case,
    Evidence,
    Verdict,
    enumeration,
    every,
    experiment,
    fact,
    identity,
    is_zero,
    require,
)
from sims.lazy import np, scipy, sympy, torch
from sims.rl import dynamic_programming as dp
from sims.rl import trajectories
from sims.rl.environments import cart_pole
from sims.rl.environments.garnet import random_mdps
from sims.run import Run
from sims.topics.a3c.model import angles, autocorrelation, batch_information, merged, topic
from sims.topics.a3c.workers import GAMMA, SIDE, SIZE, STATES, best_value, real_run, start_value

if TYPE_CHECKING:
    from numpy.typing import NDArray

PAPER = "Mnih et al. 2016"

topic.documented(
    "18.1",
    "Asynchronous Actor-Critic Agents (A3C)",
    PAPER + ", section 4",
    Verdict.FAILS,
    "asynchronous advantage actor-critic: three A's and a C; the notes' next line has it",
)

topic.documented("18.2", "Asynchronous Advantage Actor-Critic", PAPER + ", section 4")


# --- Diverse experience ------------------------------------------------------------------------

MARGIN, BATCH = 0.05, 40


@lru_cache(maxsize=4)
def _angles(count: int, offset: int, seed: int, device: str) -> "NDArray[np.float64]":
    """Return eight workers' streams, (count, 8, steps)."""
    return angles(count, 8, 1600, Run(seed, device), f"angles {offset}")


@lru_cache(maxsize=32)
def _merged_autocorrelation(
    service: str, workers: int, count: int, offset: int, seed: int, device: str
) -> "NDArray[np.float64]":
    """Return the lag-1 autocorrelation of each seed's merged stream, (count,)."""
    rng = Run(seed, device).rng(f"order {offset} {workers}")
    streams = _angles(count, offset, seed, device)[:, :workers]
    return np.array([float(autocorrelation(merged(one, service, rng))) for one in streams])


def _check_pole(run: Run) -> None:
    """Raise ArithmeticError unless pushes obey the equations of motion of a cart and a uniform rod.

    With total mass m, and the rod's mass times half its length ml: forces along the track,
    m x" + ml (cos(a) a" - sin(a) a'²) = F, and moments about the joint,
    4/3 ml l a" + ml cos(a) x" = ml g sin(a) (Lagrange's equations).
    """
    m, ml = cart_pole.CART + cart_pole.POLE, cart_pole.POLE * cart_pole.HALF_LENGTH
    generator = run.generator("states")
    shape = (50, 40)
    widths = torch.tensor([60.0, 60.0, 5.0, 60.0], device=run.device)
    start = widths * cart_pole.reset(shape, generator)
    push = torch.randint(2, shape, generator=generator, device=run.device)
    after, over = cart_pole.step(start, push)
    slope = (after - start) / cart_pole.SECONDS
    a, turning = start[..., 2], start[..., 3]
    force = torch.where(push.bool(), cart_pole.FORCE, -cart_pole.FORCE)
    along = m * slope[..., 1] + ml * (a.cos() * slope[..., 3] - a.sin() * turning**2) - force
    bending = 4 / 3 * cart_pole.HALF_LENGTH * slope[..., 3] + a.cos() * slope[..., 1]
    about = ml * (bending - cart_pole.GRAVITY * a.sin())
    kinematic = slope[..., [0, 2]] - start[..., [1, 3]]
    limits = after.new_tensor([cart_pole.FARTHEST, cart_pole.STEEPEST])
    ended = (after[..., [0, 2]].abs() > limits).any(-1)
    for off in (along, about, kinematic):
        require(off.abs() <= 1e-9, says="the cart and the pole do not move as Newton has it")
    require(torch.equal(over, ended), says="an episode does not end at its limits")


def _check_measures(run: Run) -> None:
    """Raise ArithmeticError unless both measures come out right on sums of neighbouring noises.

    Those have autocorrelation 1/2 at lag 1 and none beyond, so k consecutive ones are worth
    k² / (2k - 1) independent ones.
    """
    noise = run.rng("noise").normal(size=(50, 8, 4001))
    streams = noise[..., 1:] + noise[..., :-1]
    errors = [autocorrelation(streams).mean() - 0.5]
    for workers in (1, 8):
        each = BATCH // workers
        found = batch_information(streams[:, :workers], BATCH).mean()
        errors.append(found / (workers * each**2 / (2 * each - 1)) - 1)
    require(
        all(abs(error) <= MARGIN for error in errors),
        says="what a stream is worth is measured wrongly",
    )


Prediction = Callable[[Any, int], Any]


@topic.simulated(
    "18.3",
    says="has multiple worker agents interacting with the environment providing a more diverse "
    "experience to the learning phase",
    rule="lag-1 autocorrelation of the merged stream within 0.05 of the asserted function of one "
    "worker's, for 2, 4, 8 workers; and a batch of 40 steps by 8 workers worth at least the "
    "asserted factor times one worker's batch of 40 (log ratio); 20 paired seeds, two rounds each",
    source=PAPER + ", section 4; the same paper also runs Q-learning and Sarsa that way",
    right="consecutive updates come from different environments. Not only A3C does so, and a very "
    "long stream holds as much information whoever made it: it is the single batch that gains",
    assumptions=(
        "cart and pole under random pushes, the pole's angle, mean 0 by symmetry",
        "steps take independent times: exponential, or constant (then workers take turns)",
    ),
    asserted=Case(
        ("exponential", lambda one, workers: one / workers, 1.5),
        "divided by the number of workers; half as much again in a batch",
    ),
    mutant=Case(
        ("exponential", lambda one, workers: one / workers**0.5, 1.5),
        "divided by the square root of the number of workers",
    ),
    control=Case(
        ("constant", lambda one, workers: 0 * one, 1.0), "taking turns, none is left of it"
    ),
    simulation="diversity",
    derivation="batch",
)
def diverse(asserted: tuple[str, Prediction, float], run: Run) -> Evidence:
    """Merge the streams of independent workers."""
    service, predicted, factor = asserted
    _check_pole(run)
    _check_measures(run)

    def error(count: int, offset: int, workers: int) -> "NDArray[np.float64]":
        alone = autocorrelation(_angles(count, offset, run.seed, run.device)[:, 0])
        found = _merged_autocorrelation(service, workers, count, offset, run.seed, run.device)
        gap: NDArray[np.float64] = found - predicted(alone, workers)
        return gap

    def gain(count: int, offset: int) -> "NDArray[np.float64]":
        streams = _angles(count, offset, run.seed, run.device)
        many, one = (batch_information(streams[:, :n], BATCH) for n in (8, 1))
        log: NDArray[np.float64] = np.log(many / one) - math.log(factor)
        return log

    def within(workers: int, sign: int) -> Evidence:
        def sample(count: int, offset: int) -> "NDArray[np.float64]":
            return MARGIN - sign * error(count, offset, workers)

        side = "above" if sign > 0 else "below"
        return experiment(sample, margin=0.0, says=f"{workers} workers, room {side}")

    parts = [within(workers, sign) for workers in (2, 4, 8) for sign in (1, -1)]
    says = f"log of what a batch is worth over one worker's, less log {factor:g}"
    return every([experiment(gain, margin=0.0, says=says), *parts])


# --- Advantage ---------------------------------------------------------------------------------

Advantage = Callable[[Sequence[Any], Sequence[Any], Any], Any]
"""(rewards r_0 .. r_{n-1}, values v_0 .. v_n, discount) to the advantage at time 0."""


def n_step(rewards: Sequence[Any], values: Sequence[Any], gamma: Any) -> Any:
    """Return sum gamma^i r_i + gamma^n v_n - v_0."""
    n = len(rewards)
    return sum(gamma**i * rewards[i] for i in range(n)) + gamma**n * values[n] - values[0]


def _errors_added(rewards: Sequence[Any], values: Sequence[Any], gamma: Any) -> Any:
    """Return the discounted sum of the one-step errors r_i + gamma v_{i+1} - v_i."""
    return sum(
        gamma**i * (rewards[i] + gamma * values[i + 1] - values[i]) for i in range(len(rewards))
    )


@topic.proved(
    "18.4",
    says="Advantage: like in PG methods",
    rule="equal to the discounted sum of one-step errors, symbolically: for one step, and for one "
    "step more than however many, by induction; and for n = 1 to 5; and its "
    "mean over all two-step trajectories from s, a equal to Q(s, a) - V(s) within 1e-10 in 60 MDPs",
    source=PAPER + ", section 4",
    asserted=Case(n_step, "discounted rewards, plus the discounted value after, less the value"),
    mutant=Case(
        lambda r, v, gamma: n_step(r, v, gamma) + (gamma - gamma ** len(r)) * v[-1],
        "the value after is discounted once, however many steps there are",
    ),
    control=Case(_errors_added, "the discounted sum of the one-step errors"),
    simulation="advantage",
    derivation="advantage",
)
def advantage(asserted: Advantage, run: Run) -> Evidence:
    """Compare with the telescoping sum, and in expectation with Q - V."""
    gamma = sympy.Symbol("gamma", positive=True)
    proved = [_one_step_more(asserted)]
    for n in range(1, 6):
        r, v = sympy.symbols(f"r:{n}", real=True), sympy.symbols(f"v:{n + 1}", real=True)
        proved.append(is_zero(asserted(r, v, gamma) - _errors_added(r, v, gamma)))
    generator = run.generator("problems")
    mdps = random_mdps(60, 3, 2, generator)
    theta = torch.randn(60, 3, 2, generator=generator, device=run.device).double()
    policy, discount = dp.softmax_policy(theta), 0.9
    values = dp.evaluate(mdps, policy, discount)
    paths = trajectories.every(3, 2, 2, run.device)
    chance = paths.log_probabilities(mdps, policy).exp()
    found = asserted(paths.rewards(mdps).unbind(-1), values[:, paths.states].unbind(-1), discount)
    pair = torch.nn.functional.one_hot(paths.states[:, 0] * 2 + paths.actions[:, 0], 6).double()
    mean = (chance * found) @ pair / (chance @ pair)
    exact = (dp.action_values(mdps, values, discount) - values[..., None]).flatten(1)
    errors = (mean - exact).abs().amax(-1).cpu()
    return identity(proved, errors, "n-step advantage")


def _one_step_more(asserted: Advantage) -> bool | None:
    """Return the proof that a step more adds its own discounted error, after any number of steps.

    The n steps so far count as one, with their discounted rewards and the discount gamma^n.
    """
    gamma, power = sympy.symbols("gamma g", positive=True)  # g is gamma^n
    so_far, r = sympy.symbols("R r", real=True)
    v = sympy.symbols("v0 v_n v_m", real=True)
    before = asserted([so_far], [v[0], v[1]], power)
    # The last reward and value after so far, as if so far were rewards of one step.
    after = asserted([so_far + power * r], [v[0], v[2]], power * gamma)
    return is_zero(after - before - power * (r + gamma * v[2] - v[1]))


topic.documented(
    "18.5",
    "Actor-Critic: same as Actor Critic",
    PAPER + ", section 4",
    Verdict.FAILS,
    "an actor-critic it is, but its critic is V(s), without the action, and shares most "
    "parameters with the actor, unlike the two networks and the Q function described there",
)


# --- Workers and the global network ------------------------------------------------------------


def _check_values() -> None:
    """Raise ArithmeticError unless the room's values come out by two other routes.

    The uniform walk, which stays where it meets a wall, is I - L/4 with L the Laplacian of the
    grid; and the best way takes 2 SIDE - 2 moves, of which the last is paid.
    """
    line = scipy.sparse.csgraph.laplacian(np.eye(SIDE, k=1) + np.eye(SIDE, k=-1))
    grid = np.kron(line, np.eye(SIDE)) + np.kron(np.eye(SIDE), line)
    walk = (np.eye(STATES) - grid / 4)[:-1]
    untrained = np.linalg.solve(np.eye(STATES - 1) - GAMMA * walk[:, :-1], walk[:, -1])[0]
    shortest = GAMMA ** (2 * SIDE - 3)
    require(
        abs(untrained - start_value(np.zeros(SIZE))) <= EXACT
        and abs(shortest - best_value()) <= EXACT,
        says="the value of the room's start depends on how it is computed",
    )


Combination = Callable[[Any], Any]
"""The workers' own sums of updates, (workers, size), to the change of the global network."""


@topic.ran(
    "18.6",
    says="The workers independently work by learning from the environment and update the global "
    "network",
    rule="two real processes, 1000 updates each: every parameter changed by the asserted "
    "combination of the workers' sums within 1e-9; some updates of each worker were overtaken by "
    "the other's; the policy ends with at least 90 % of the best exact value of the start",
    source=PAPER + ", algorithm S3",
    right="the updates add up as they come; nobody averages them or waits for the others",
    assumptions=(
        "tables of 16 states instead of a network, in a file that both processes map",
        "a lock around the addition alone (A3C does without, and may lose updates)",
    ),
    asserted=Case(lambda parts: parts.sum(0), "the sum of all workers' updates"),
    mutant=Case(lambda parts: parts.mean(0), "their average, as if taken round by round"),
    control=Case(
        lambda parts: len(parts) * np.median(parts, axis=0), "twice the median of the two"
    ),
    simulation="training",
)
def global_network(asserted: Combination, run: Run) -> Evidence:
    """Let real processes learn together."""
    _check_values()
    outcome = real_run()
    wrong = ~(np.abs(outcome.change - asserted(outcome.parts)) <= 1e-9)
    least = min(outcome.overtaken)
    share = start_value(outcome.change) / best_value()
    return every(
        [
            enumeration(wrong.size, int(wrong.sum()), "parameters with another change"),
            fact(least > 0, f"at least {least:.1%} of a worker's updates were overtaken"),
            fact(
                share >= 0.9,
                f"{share:.1%} of the best value, untrained "
                f"{start_value(np.zeros(wrong.size)) / best_value():.1%}",
                share,
            ),
        ]
    )
