"""The claims of the notes on the layer itself: counts, conditional activation, batch sizes."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, fact, is_zero, proof
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import routings
from sims.topics.mixture_of_experts.model import (
    active_parameters,
    distinct_experts,
    draw,
    expert_parameters,
    forward,
    forward_all,
    layer,
    roofline,
    route,
    rows_computed,
    topic,
    total_parameters,
)

topic.documented(
    "26.3",
    "it can be a FNN or a MoE itself",
    "Shazeer et al. 2017, appendix B: hierarchical mixtures; usually abbreviated FFN",
)
topic.documented(
    "26.4",
    "a router that determines which tokens are sent to which expert(s)",
    "Fedus et al. 2022, section 2.1; with expert choice (Zhou et al. 2022) experts pick tokens",
)
topic.documented(
    "26.5",
    "pretrained at the same time as the rest of the network",
    "Shazeer et al. 2017, section 2.1; hash layers (Roller et al. 2021) learn no router",
)

topic.documented(
    "26.8",
    "that is also what make it hard to fine-tune",
    "Zoph et al. 2022 (ST-MoE), section 4",
    Verdict.QUIZ,
    "contested: the usual reason given is that sparse models overfit small tasks",
)
topic.documented(
    "26.9",
    "Unfreeze router with lower learning rate",
    "Zoph et al. 2022 (ST-MoE), figure 6",
    Verdict.QUIZ,
    "contested: sparse models did better with smaller batches and higher learning rates",
)
topic.documented(
    "26.10",
    "Add load balancing loss",
    "Zoph et al. 2022 (ST-MoE), section 4",
    Verdict.QUIZ,
    (
        "contested in fine-tuning: without it, and with up to 11 % of tokens dropped, quality did "
        "not change significantly"
    ),
)

topic.documented(
    "26.23",
    "GPUs are designed for SIMD",
    "CUDA programming guide, SIMT architecture: akin to SIMD",
    right="SIMT, strictly: threads run in warps of 32 and may branch, at a cost",
)

topic.documented("26.11", "Use expert-specific learning rates", "advice", Verdict.QUIZ)
topic.documented(
    "26.12",
    "Apply routing regularization (auxiliary losses, implement expert dropout)",
    "advice; expert dropout in Fedus et al. 2022, section 2.4",
    Verdict.QUIZ,
)
topic.documented(
    "26.18",
    "expert dropout, token dropping, token buffering",
    "a list; dropping is what a capacity already causes",
    Verdict.QUIZ,
)
topic.documented("26.29", "Expert sharding", "a heading", Verdict.QUIZ)

SIZES = [(d, h, e, k) for d in (4, 16, 512) for h in (8, 2048) for e in (2, 4, 8) for k in (1, 2)]
Count = Callable[[int, int, int, int], int]


@topic.ran(
    "26.1",
    says="scale the model capacity without increasing parameter size",
    kind=Kind.FORMULA,
    expected=Verdict.FAILS,
    rule="the layer's parameters, counted by torch, equal the asserted number for 36 sizes",
    right="parameters grow with the number of experts E; what stays near that of k dense networks "
    "is the computation for each token",
    source="Fedus et al. 2022, section 2",
    asserted=Case(lambda d, h, e, k: 2 * d * h, "as many as in one dense network"),
    mutant=Case(lambda d, h, e, k: k * 2 * d * h + d * e, "as many as one token meets"),
    control=Case(lambda d, h, e, k: d * e * (2 * h + 1), "E networks and a router of d by E"),
    simulation="layer",
)
def parameter_count(asserted: Count, run: Run) -> Evidence:
    """Count on the meta device, which holds no numbers."""
    wrong = misjudged = 0
    for d, h, e, k in SIZES:
        made = layer(d, h, e)
        counted = sum(p.numel() for p in made.parameters())
        router = sum(p.numel() for p in made["router"].parameters())
        one = sum(p.numel() for p in next(iter(made["experts"].children())).parameters())
        wrong += counted != asserted(d, h, e, k)
        misjudged += _shapes(made) != {((e, d), (h, d), (d, h))}
        misjudged += one != expert_parameters(d, h)
        misjudged += counted != total_parameters(d, h, e)
        misjudged += router + k * one != active_parameters(d, h, e, k)
    return every(
        [
            enumeration(len(SIZES), wrong, "sizes with another number of parameters"),
            enumeration(4 * len(SIZES), misjudged, "shapes and formulas against torch's"),
        ]
    )


def _shapes(made: "torch.nn.ModuleDict") -> set[tuple[tuple[int, ...], ...]]:
    """Return the shapes of the router and of each expert's two matrices."""
    (router,) = (tuple(p.shape) for p in made["router"].parameters())
    experts = made["experts"].children()
    return {(router, *(tuple(p.shape) for p in expert.parameters())) for expert in experts}


@topic.ran(
    "26.2",
    says="conditional activation of neurons",
    rule="rows that hooks on the experts count, over tokens, equal the asserted number for every k "
    "of up to 6 experts; the output equals running all experts to 1e-12",
    source="Shazeer et al. 2017, section 2.1",
    asserted=Case(lambda e, k: k, "k experts run for each token"),
    mutant=Case(lambda e, k: e, "all experts run for each token"),
    control=Case(lambda e, k: e - (e - k), "all but E - k of the experts run"),
    simulation="layer",
)
def conditional(asserted: Callable[[int, int], int], run: Run) -> Evidence:
    """Count what a layer really runs on 50 tokens."""
    cases = wrong = apart = 0
    for experts in range(1, 7):
        generator = run.generator(f"layer {experts}")
        made = draw(layer(5, 7, experts), generator)
        x = torch.randn(50, 5, generator=generator, device=run.device, dtype=torch.float64)
        for active in range(1, experts + 1):
            cases += 1
            wrong += sum(rows_computed(made, x, active)) != 50 * asserted(experts, active)
            gap = (forward(made, x, active) - forward_all(made, x, active)).abs().max()
            apart += bool(gap > 1e-12)
    return every(
        [
            enumeration(cases, wrong, "layers with other rows"),
            enumeration(cases, apart, "layers whose output differs from running all experts"),
        ]
    )


EXPERTS, ACTIVE, NUMBERS = 8, 2, 4_000_000
MACHINES = [(peak * 1e12, band * 1e12) for peak in (500, 1000, 2000) for band in (1.7, 3.4, 6.8)]


@topic.simulated(
    "26.7",
    says="faster inference compared to dense counterparts",
    kind=Kind.STRUCTURAL,
    expected=Verdict.CONDITIONAL,
    rule="the dense network takes at least the asserted multiple of the mixture's time at the "
    "named batches, on nine machines (peak and bandwidth over a range of 4)",
    right="against a dense network of the same total size, for one token or for a batch large "
    "enough to be bound by arithmetic; all experts must still fit in memory",
    assumptions=(
        "roofline of one layer: 8 experts, 2 active, 4 million bf16 numbers each, router left out",
        "uniform routing: tokens meet E(1 - (1 - k/E)^B) distinct experts",
    ),
    source="Williams et al. 2009 for the roofline",
    statement="the mixture is at least 1.25 times as fast as a dense network of its total size for "
    "{}",
    inside=Case((EXPERTS, (1, 16_384), 1.25), "a single token, or 16,384 of them"),
    outside=Case((EXPERTS, (64,), 1.25), "64 tokens decoded together"),
    mutant=Case(
        (ACTIVE, (1, 16_384), 1.01), "it is faster than a dense network of the active size"
    ),
    control=Case((EXPERTS, (1, 4, 64, 1024, 16_384), 1.0), "same total size: never slower"),
    simulation="layer",
    derivation="distinct",
)
def inference(asserted: tuple[int, tuple[int, ...], float], run: Run) -> Evidence:
    """Lay both rooflines side by side; the count of distinct experts is enumerated beside it."""
    dense, batches, least = asserted
    ratios, whole = [], NUMBERS * dense
    for peak, band in MACHINES:
        for tokens in batches:
            read = NUMBERS * distinct_experts(EXPERTS, ACTIVE, tokens)
            sparse = roofline(read, NUMBERS * ACTIVE, tokens, band, peak)
            ratios.append(roofline(whole, whole, tokens, band, peak) / sparse)
    wrong = sum(ratio < least * (1 - 1e-12) for ratio in ratios)
    return every(
        [
            enumeration(len(ratios), wrong, f"settings below {least} (least {min(ratios):.3f})"),
            _distinct(),
            _ridge(),
        ]
    )


def _distinct() -> Evidence:
    """Check the expected number of distinct experts against every routing of small batches."""
    cases = wrong = 0
    for experts in (2, 3, 4):
        for active in range(1, experts + 1):
            for tokens in (1, 2, 3):
                ways = routings(tokens, experts, active)
                met = Fraction(sum(len(set().union(*way)) for way in ways), len(ways))
                cases += 1
                wrong += not abs(met - distinct_experts(experts, active, tokens)) <= 1e-12
    return enumeration(cases, wrong, "small batches that meet another number of experts")


def _ridge() -> Evidence:
    """Check the roofline: arithmetic binds from peak/bandwidth tokens on, memory before."""
    wrong = 0
    for peak, band in MACHINES:
        ridge = peak / band
        for tokens, seconds in ((ridge / 2, 2 / band), (ridge * 2, 2 * ridge * 2 / peak)):
            wrong += not abs(roofline(1, 1, tokens, band, peak) / seconds - 1) <= 1e-12
    return enumeration(2 * len(MACHINES), wrong, "times off the two sides of the ridge")


@topic.proved(
    "26.13",
    says="reduction in effective batch size",
    kind=Kind.STRUCTURAL,
    rule="an expert is among the k chosen of E with the asserted chance, symbolically, so its mean "
    "batch is that share of the tokens; the same over every routing of up to 4 tokens a "
    "device; the batches of some routing are uneven",
    source="Shazeer et al. 2017, section 3.1, the shrinking batch problem",
    right="by k/E on one device; n = E/k devices that share the experts and bring a batch each "
    "give every expert a full batch again",
    assumptions=("uniform routing; the router and attention keep the whole batch",),
    mutant=Case((False, lambda e, k: 1 / e), "it sees 1/E of the batch, whatever k"),
    control=Case(
        (True, lambda e, k: k / k), "E/k devices that share experts give it a whole batch"
    ),
    asserted=Case((False, lambda e, k: k / e), "an expert sees k/E of the batch"),
    simulation="layer",
    derivation="distinct",
)
def expert_batch(asserted: tuple[bool, Callable[[Any, Any], Any]], run: Run) -> Evidence:
    """Enumerate routings and count the tokens of the first expert."""
    shared, share = asserted
    e, k = sympy.symbols("E k", integer=True, positive=True)
    chosen = sympy.binomial(e - 1, k - 1) / sympy.binomial(e, k) * (e / k if shared else 1)
    counted = is_zero(sympy.combsimp(chosen) - share(e, k))
    cases = wrong = even = 0
    for experts, active, most in ((2, 1, 4), (3, 1, 2), (4, 2, 2)):
        devices = experts // active if shared else 1
        for tokens in range(1, most + 1):
            ways = routings(tokens * devices, experts, active)
            loads = [[sum(i in to for to in way) for i in range(experts)] for way in ways]
            cases += 1
            wrong += (
                Fraction(sum(load[0] for load in loads), len(ways))
                != share(Fraction(experts), Fraction(active)) * tokens
            )
            even += all(len(set(load)) == 1 for load in loads)
    return every(
        [
            proof([counted], "chance of an expert to be chosen"),
            enumeration(cases, wrong, "settings with another mean batch"),
            enumeration(cases, even, "settings in which every routing is even"),
        ]
    )


Routed = list[int]


@topic.all_cases(
    "26.14",
    says="each token is sent to a different expert",
    kind=Kind.STRUCTURAL,
    expected=Verdict.FAILS,
    rule="the asserted statement holds of every top-1 routing of B tokens to E experts",
    right="each token goes to its own best k experts; tokens may share them, and must when there "
    "are more tokens than experts",
    asserted=Case(
        ([(2, 2), (3, 3), (2, 4)], lambda r: len(set(r)) == len(r)),
        "with as many experts as tokens, each has one of its own",
    ),
    mutant=Case(
        ([(4, 2)], lambda r: len(set(r)) == len(r)), "4 tokens over 2 experts each get their own"
    ),
    control=Case(
        ([(3, 2), (4, 2), (4, 3)], lambda r: len(set(r)) < len(r)),
        "with more tokens than experts some share one",
    ),
    simulation="layer",
    derivation="distinct",
)
def different_experts(
    asserted: tuple[list[tuple[int, int]], Callable[[Routed], bool]], run: Run
) -> Evidence:
    """Route tokens whose scores favour every combination of experts in turn."""
    sizes, predicate = asserted
    cases = wrong = 0
    for tokens, experts in sizes:
        for way in routings(tokens, experts, 1):
            scores = torch.zeros(tokens, experts)
            scores[range(tokens), [first for (first,) in way]] = 1.0
            chosen = route(scores, 1)[1][:, 0].tolist()
            cases += 1
            wrong += not predicate(chosen)
    return every(
        [
            enumeration(cases, wrong, "routings that contradict it"),
            fact(cases > 0, f"{cases} routings"),
        ]
    )
