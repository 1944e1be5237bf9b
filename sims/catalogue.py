"""The 29 topics as data, and the one way from a name to the module that holds it.

Names are ``<slug>.<name>``, so one name imports one module. Topics of other packages come from
the entry point group ``studytui.topics``, whose entries name a module with a ``topic``.
"""

import importlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sims.claims.claim import Claim
    from sims.derivation import Derivation
    from sims.simulation import Simulation
    from sims.topic import Topic


@dataclass(frozen=True)
class Entry:
    """A topic's number in the claims list, its slug, its title and other names it goes by."""

    number: int
    slug: str
    title: str
    aliases: tuple[str, ...] = ()


CATALOGUE: tuple[Entry, ...] = (
    Entry(
        1, "cross-domain-recsys", "Cross-domain recommendation", ("Cross Domain RecSys problems",)
    ),
    Entry(2, "training-stages", "Stages of model training", ("Stages of Model Training",)),
    Entry(3, "small-language-models", "Small language models", ("Small Language Models",)),
    Entry(4, "pointwise-attention", "Pointwise attention", ("Pointwise Attention",)),
    Entry(5, "softmax", "Softmax", ("Softmax is a weighting scheme",)),
    Entry(6, "deconvolution", "Deconvolution", ("Deconvolution Layer", "Transposed convolution")),
    Entry(7, "batch-normalization", "Batch normalization", ("Batch Normalization", "BatchNorm")),
    Entry(8, "q-learning-sarsa", "Q-learning v SARSA", ("SARSA", "Q-learning vs SARSA")),
    Entry(
        9,
        "policy-value-iteration",
        "Policy iteration v value iteration",
        ("Policy Iteration v Value Iteration",),
    ),
    Entry(10, "q-learning", "Q-learning", ("Q Learning",)),
    Entry(11, "policy-gradients", "Policy gradients", ("Policy Gradients", "REINFORCE")),
    Entry(12, "actor-critic", "Actor-critic methods", ("Actor Critic methods",)),
    Entry(13, "trust-region", "Trust region methods", ("Trust Region Methods", "TRPO")),
    Entry(14, "mcts", "Monte Carlo tree search", ("Monte Carlo Tree Search", "MCTS")),
    Entry(
        15,
        "inverse-rl",
        "Inverse reinforcement learning",
        ("Inverse Reinforcement Learning", "IRL"),
    ),
    Entry(
        16,
        "one-shot-imitation",
        "One-shot imitation learning",
        ("One shot learning", "One Shot Imitation Learning"),
    ),
    Entry(17, "meta-learning", "Meta-learning", ("Meta learning", "MAML")),
    Entry(
        18,
        "a3c",
        "A3C",
        ("Asynchronous Actor-Critic Agents (A3C)", "Asynchronous Advantage Actor-Critic"),
    ),
    Entry(19, "distributed-dl", "Distributed deep learning", ("Distributed DL",)),
    Entry(20, "mac-signatures", "MACs v digital signatures", ("MAC vs Digital Signatures",)),
    Entry(21, "mle-kl", "Maximum likelihood and KL divergence", ("MLE and KL Divergence",)),
    Entry(22, "lipschitz", "Lipschitz continuity", ("Lipschitz Continuity",)),
    Entry(23, "exposure-bias", "Exposure bias", ("Exposure bias problem",)),
    Entry(24, "gini", "Gini coefficient", ("Gini Coefficient",)),
    Entry(25, "pareto", "Pareto optimality and distribution", ("Pareto distribution",)),
    Entry(26, "mixture-of-experts", "Mixture of experts", ("Mixture of Experts", "MoE")),
    Entry(27, "grpo", "GRPO", ("Group Relative Policy Optimization (GRPO)",)),
    Entry(28, "gpu-communication", "GPU communication", ("GPU Comms",)),
    Entry(
        29, "async-sgd-hogwild", "Asynchronous SGD and Hogwild", ("Async SGD, Hogwild", "Hogwild!")
    ),
)

_BY_SLUG = {entry.slug: entry for entry in CATALOGUE}


def _plain(title: str) -> str:
    """Return a title without case, punctuation and the difference between v, vs and versus."""
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return " ".join("v" if word in ("vs", "versus") else word for word in words)


_BY_NAME = {
    _plain(name): entry for entry in CATALOGUE for name in (entry.slug, entry.title, *entry.aliases)
}


def find(name: str) -> Entry | None:
    """Return the entry whose slug, title or alias is ``name``, or None."""
    return _BY_SLUG.get(name) or _BY_NAME.get(_plain(name))


def module_name(slug: str) -> str:
    """Return the module of a bundled topic."""
    return f"sims.topics.{slug.replace('-', '_')}"


@cache
def plugins() -> dict[str, str]:
    """Return slug → module of the topics that other installed packages bring."""
    from importlib.metadata import entry_points

    return {point.name: point.value for point in entry_points(group="studytui.topics")}


def available() -> list[str]:
    """Return the slugs of all topics, bundled ones first; imports none of them."""
    return [*_BY_SLUG] + [slug for slug in plugins() if slug not in _BY_SLUG]


def module_of(slug: str) -> str:
    """Return the name of the module that holds a topic, without importing it.

    Raises LookupError with a sentence when the topic is unknown.
    """
    if slug in _BY_SLUG:
        return module_name(slug)
    if slug in plugins():
        return plugins()[slug]
    raise LookupError(f"there is no topic called {slug}")


def load(slug: str) -> "Topic":
    """Import one topic's module and return its topic.

    Raises LookupError with a sentence when the topic is unknown.
    """
    module = importlib.import_module(module_of(slug))
    topic: Topic = module.topic
    return topic


def _topic_of(name: str) -> "Topic | None":
    """Return the topic that a name ``<slug>.<name>`` begins with, None if there is none."""
    slug = name.partition(".")[0]
    return load(slug) if slug in available() else None


def simulation(name: str) -> "Simulation":
    """Return the simulation ``<slug>.<name>``; raises LookupError with a sentence."""
    topic = _topic_of(name)
    found = topic.simulations.get(name) if topic else None
    if found is None:
        raise LookupError(f"there is no simulation called {name}; studytui sim lists them")
    return found


def derivation(name: str) -> "Derivation":
    """Return the derivation ``<slug>.<name>``; raises LookupError with a sentence."""
    topic = _topic_of(name)
    found = topic.derivations.get(name) if topic else None
    if found is None:
        raise LookupError(f"there is no derivation called {name}; studytui derive lists them")
    return found


def claim(id: str) -> "Claim":
    """Return the claim of an id such as ``5.8``; raises LookupError with a sentence.

    Claims of topics that other packages bring are ``<slug>.<number>``.
    """
    head = id.partition(".")[0]
    slugs = [entry.slug for entry in CATALOGUE if str(entry.number) == head] or [head]
    found = load(slugs[0]).claims.get(id)
    if found is None:
        raise LookupError(f"there is no claim called {id}")
    return found
