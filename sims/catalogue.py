"""The 29 topics as data: number, slug, title, other names. `sims.registry` loads them."""

from dataclasses import dataclass


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

REQUIRES: dict[str, tuple[str, ...]] = {
    "a3c": ("actor-critic",),
    "actor-critic": ("policy-gradients",),
    "async-sgd-hogwild": ("distributed-dl",),
    "exposure-bias": ("mle-kl",),
    "gpu-communication": ("distributed-dl",),
    "grpo": ("trust-region",),
    "inverse-rl": ("policy-value-iteration",),
    "mixture-of-experts": ("softmax",),
    "one-shot-imitation": ("meta-learning",),
    "pointwise-attention": ("softmax",),
    "q-learning": ("policy-value-iteration",),
    "q-learning-sarsa": ("q-learning",),
    "training-stages": ("mle-kl",),
    "trust-region": ("policy-gradients",),
}
"""Topic → the topics that it rests on."""

BY_SLUG = {entry.slug: entry for entry in CATALOGUE}


def plain(title: str) -> str:
    """Return a title without case, punctuation and the difference between v, vs and versus."""
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return " ".join("v" if word in ("vs", "versus") else word for word in words)


_BY_NAME = {
    plain(name): entry for entry in CATALOGUE for name in (entry.slug, entry.title, *entry.aliases)
}


def find(name: str) -> Entry | None:
    """Return the entry whose slug, title or alias is `name`, or None."""
    return BY_SLUG.get(name) or _BY_NAME.get(plain(name))
