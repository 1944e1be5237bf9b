"""What the notes say of Q-learning: the rule, where experience comes from, exploration, bias."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Verdict, check_counts, check_sampler, experiment, require
from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments import bandit
from sims.rl.environments.garnet import random_mdps
from sims.rl.finite_mdp import FiniteMDP
from sims.run import Run
from sims.topics.q_learning.model import Learner, biased_choice, interact, play, topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

GAMMA = 0.7

topic.documented(
    "10.1",
    "Model free learning: no idea about the state transition and reward functions",
    "Watkins & Dayan 1992, section 1; Sutton & Barto 2018, section 6.5",
)


# --- Where experience comes from ---------------------------------------------------------------


@lru_cache(maxsize=8)
def _errors(live: bool, covering: bool, seeds: int, seed: int, device: str) -> "Tensor":
    """Return the largest error of Q after 6,000 transitions, in an MDP of its own for each seed."""
    run = Run(seed, device)
    drawn = random_mdps(seeds, 10, 2, run.generator("tables"), branching=3, rewards=(0.0, 1.0))
    terminal = torch.arange(10, device=device) == 0
    start = (~terminal).double() / 9
    mdp = FiniteMDP(drawn.P, drawn.R, terminal, start, drawn.allowed)
    best = dp.action_values(mdp, dp.policy_iteration(mdp, GAMMA).v, GAMMA)
    check_sampler(mdp, run.generator("sampler"))
    tried = mdp.allowed.clone()
    tried[9, 1] = covering
    learner = Learner(mdp, seeds, GAMMA, decay=0.75, initial=4.0)
    experience = interact(mdp, learner, 6_000, 0.5 if live else 1.0, run, tried=tried)
    if not live:
        log = list(experience)
        order = run.rng("shuffle").permutation(len(log))
        experience = (log[i] for i in order)
    for transition in experience:
        learner.update(*transition)
    return (learner.q - best).abs()[:, ~terminal].flatten(1).amax(-1)


@topic.simulated(
    "10.2",
    says="it learns everything from experience by interacting with the environment",
    expected=Verdict.CONDITIONAL,
    rule="largest error of Q against the exact Q* of 10-state MDPs after 6,000 transitions, from a "
    "sampler whose frequencies are those of the tables: it is learned if the mean of 0.3 - error "
    "is above 0 on a 97.5 % interval, 20 seeds, twice at most",
    source="Watkins & Dayan 1992: every pair must be visited again and again",
    right="interaction is neither needed nor enough: what counts is that every state and action "
    "keeps occurring. A shuffled log that covers them teaches Q*; a live learner that never "
    "tries one action does not learn it",
    assumptions=(
        "10 states, one of them terminal, 2 actions, 3 successors each",
        "gamma 0.7",
        "step size n^-0.75",
    ),
    statement="a learner that interacts comes within 0.3 of Q* if {}",
    inside=Case((True, True, True), "every action keeps being tried"),
    outside=Case((True, False, True), "one action is never tried"),
    mutant=Case((False, True, False), "without live interaction, from a shuffled log, it fails"),
    control=Case((False, True, True), "a shuffled log of every state and action teaches Q*"),
    simulation="lake",
)
def learns_from_experience(asserted: tuple[bool, bool, bool], run: Run) -> Evidence:
    """Learn from live or logged transitions, covering all pairs or not; hold Q against Q*."""
    live, covering, learned = asserted

    def sample(count: int, offset: int) -> "NDArray[Any]":
        errors = _errors(live, covering, count, run.seed * 1000 + offset, run.device)
        margins = (0.3 - errors).cpu().numpy()
        return margins if learned else -margins

    source = "live interaction" if live else "shuffled log"
    return experiment(sample, margin=0.0, says=f"{source}, covering: {covering}; 0.3 - error of Q")


topic.documented(
    "10.3",
    "Q-Learning is based on Time-Difference Learning",
    "Sutton 1988, Learning to predict by the methods of temporal differences",
    Verdict.FAILS,
    "temporal-difference learning",
)


# --- The rule ----------------------------------------------------------------------------------


topic.fence(
    "10.4",
    "if: Q = r + gamma*max(u, w)",
    says="Q(s_t, a_t) = Q(s_t, a_t) + alpha [r(s, a) + gamma max_a Q(s_t+1, a) - Q(s_t, a_t)]",
    rule="where Q is r + gamma max Q', u the best and w any other value of what follows, the "
    "update leaves it as it is",
    source="Watkins & Dayan 1992, equation 1",
    right="as an assignment. r is the sampled reward, and the bootstrap term must be 0 where s_t+1 "
    "is terminal, which the notes leave out",
    asserted=Case("Q + alpha*(r + gamma*max(u, w) - Q) = Q", "Q + alpha (r + gamma max Q' - Q)"),
    mutant=Case(
        "Q + alpha*(r + gamma*(u + w)/2 - Q) = Q",
        "Q + alpha (r + gamma mean Q' - Q), over what a random policy does next",
    ),
    control=Case(
        "(1 - alpha)*Q + alpha*(r + gamma*max(u, w)) = Q",
        "(1 - alpha) Q + alpha (r + gamma max Q')",
    ),
    simulation="update",
    derivation="error",
)


topic.fence(
    "10.5",
    """
variables: {n: size}
draw: E ~ Bernoulli(epsilon)
draw: A ~ DiscreteUniform(1, n)
""",
    says="epsilon-greedy: choose a random action with probability epsilon, else the best estimate",
    rule="E says whether the action is drawn, A which; the first of n actions is the greedy one",
    source="Sutton & Barto 2018, section 2.2",
    right="the random draw can hit the greedy action too: P(greedy) = 1 - epsilon + epsilon/|A|",
    asserted=Case(
        "P(E = 0 or A = 1) = 1 - epsilon + epsilon/n",
        "the greedy action has 1 - epsilon + epsilon/|A|",
    ),
    mutant=Case("P(E = 0 or A = 1) = 1 - epsilon", "the greedy action has 1 - epsilon"),
    control=Case("P(E = 0 or A = 1) = 1 - (n - 1)*epsilon/n", "each of the others has epsilon/|A|"),
    simulation="exploration",
)


# --- Exploration and bias ----------------------------------------------------------------------


@lru_cache(maxsize=8)
def _average_reward(epsilon: float, count: int, seed: int, device: str) -> "Tensor":
    """Return the mean reward over 2,000 steps on `count` testbeds, the same for all epsilon."""
    run = Run(seed, device)
    values = bandit.testbed(count, 10, run.generator("arms"))
    rewards, arms = play(values, epsilon, 2000, run.generator("play"))
    noise = (rewards - values.gather(1, arms)).flatten()
    require(
        abs(float(noise.mean())) <= 0.01 and abs(float(noise.var()) - 1) <= 0.01,
        says="rewards are not the value of the arm and a standard normal",
    )
    require(
        epsilon > 0 or _always_greedy(rewards[:20], arms[:20], 10),
        says="an arm was pulled without the best average so far",
    )
    return rewards.mean(-1)


def _always_greedy(rewards: "Tensor", arms: "Tensor", count: int) -> bool:
    """Return whether every arm had the largest average before it was pulled, an unpulled one 0."""
    chosen = torch.nn.functional.one_hot(arms, count)
    pulls = chosen.cumsum(1)
    average = (chosen * rewards.unsqueeze(-1)).cumsum(1) / pulls.clamp_min(1)
    taken = average[:, :-1].gather(2, arms[:, 1:, None]).squeeze(2)
    return bool((taken >= average[:, :-1].amax(-1) - 1e-9).all())


@topic.simulated(
    "10.6",
    says="this approach controls the exploration vs exploitation",
    rule="mean reward over 2,000 steps on the same 10-armed testbeds: difference above 0.1 on a "
    "97.5 % interval, 300 testbeds, twice at most; a void run if at epsilon = 0 an arm is pulled "
    "that has not the best average",
    source="Sutton & Barto 2018, figure 2.2",
    assumptions=("10 arms with means N(0, 1)", "rewards N(mean, 1)", "sample averages from 0"),
    asserted=Case((0.1, 0.0), "epsilon = 0.1 earns more than never exploring"),
    mutant=Case((0.01, 0.1), "exploring less, epsilon = 0.01, earns more within 2,000 steps"),
    control=Case((0.1, 1.0), "epsilon = 0.1 earns more than always exploring"),
    simulation="exploration",
)
def exploration_pays(asserted: tuple[float, float], run: Run) -> Evidence:
    """Compare two values of epsilon on the same problems."""
    better, worse = asserted

    def sample(count: int, offset: int) -> "NDArray[Any]":
        seed = run.seed * 1000 + offset
        pair = [_average_reward(epsilon, count, seed, run.device) for epsilon in (better, worse)]
        return (pair[0] - pair[1]).cpu().numpy()

    says = f"mean reward at epsilon {better} less that at {worse}"
    return experiment(sample, margin=0.1, says=says, first=300)


ENDS = {"single": 0.12, "double": 0.07}
"""Share of lefts in episodes 281 to 300, measured once in 20,000 runs of the example."""


@lru_cache(maxsize=8)
def _lefts(method: str, count: int, seed: int, device: str) -> "Tensor":
    """Return the share of 300 episodes that start left, one for each run, shape (count,)."""
    if method == "optimal":
        return torch.full((count,), 0.05, dtype=torch.float64)
    generator = Run(seed, device).generator("example 6.7")
    lefts = biased_choice(count, 300, generator, double=method == "double").double()
    end = float(lefts[:, -20:].mean())
    require(
        abs(end - ENDS[method]) <= 0.05,
        says=f"{end:.2f} of the last episodes start left, not {ENDS[method]}",
    )
    check_counts(lefts[:, 0].long().bincount(minlength=2), lefts.new_tensor([0.5, 0.5]), "ties")
    return lefts.mean(-1).cpu()


@topic.simulated(
    "10.7",
    says="(omission) the max over noisy estimates is biased upwards",
    rule="share of 300 episodes of Example 6.7 that start with the losing action: difference above "
    "0.05 on a 97.5 % interval, 500 runs, twice at most; void unless in the last 20 it is within "
    "0.05 of what 20,000 runs gave: 12 % with one estimate, 7 % with two; and in the first, where "
    "both actions are worth 0, it is a half",
    source="Sutton & Barto 2018, Example 6.7; van Hasselt 2010",
    right="the notes do not mention it: double Q-learning chooses with one estimate and values "
    "with another, which removes most of the bias",
    assumptions=("10 actions in B, rewards N(-0.1, 1)", "alpha = epsilon = 0.1, gamma = 1"),
    asserted=Case(
        ("single", "double", 0.05), "Q-learning goes left more often than double Q-learning"
    ),
    mutant=Case(("single", "optimal", 0.5), "Q-learning goes left in most of 300 episodes"),
    control=Case(
        ("single", "optimal", 0.05), "Q-learning goes left more often than the optimal 5 %"
    ),
    simulation="maximum",
    derivation="bias",
)
def maximisation_bias(asserted: tuple[str, str, float], run: Run) -> Evidence:
    """Count how often two learners walk into the branch that only looks good."""
    more, less, margin = asserted

    def sample(count: int, offset: int) -> "NDArray[Any]":
        seed = run.seed * 1000 + offset
        pair = [_lefts(method, count, seed, run.device) for method in (more, less)]
        return np.asarray(pair[0] - pair[1])

    says = f"share of episodes starting left, {more} less {less}"
    return experiment(sample, margin=margin, says=says, first=500)
