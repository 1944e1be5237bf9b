"""The claims of the notes on hardware: utilisation, divergence, network, placement."""

from collections.abc import Callable
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact, figure
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.mixture_of_experts.loads import (
    WARP,
    local_routing,
    local_share,
    mixed_warps,
    padded,
    skewed_loads,
)
from sims.topics.mixture_of_experts.model import (
    critical_hidden,
    expert_operations,
    forward,
    network_bytes,
    route,
    shared_layer,
    topic,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS, EXPERTS = 1024, 8
BATCH = 16_384  # eight warps for each of 64 experts: at one each, E - 1 is nearly every warp
SKEWS = (0.0, 0.25, 0.5, 1.0, 2.0)
WIDTH_RUN = 16
"""Numbers of a token in the products that are run."""


def wasteful(use: list[float], peak: list[int]) -> bool:
    """Return whether all loads leave more than a fifth of the product's rows empty."""
    return max(use) < 0.8


@topic.ran(
    "26.22",
    says="The branching step in MoE leads to suboptimal GPU utilization",
    kind=Kind.STRUCTURAL,
    expected=Verdict.CONDITIONAL,
    rule="of the rows of torch's own batched product, padded to the busiest expert, the share that "
    "holds a token's result satisfies the statement, for loads in proportion to rank^-s; each "
    "token's row is its own expert's product to 1e-12, all other rows are 0",
    source="Gale et al. 2023 (MegaBlocks), section 3: padding or dropping",
    right="it is uneven load that wastes padded rows; the branch itself costs none. Small "
    "products, permuting and all-to-all cost time as well",
    assumptions=("1,024 tokens over 8 experts; rows stand for time; no measurement of a GPU",),
    statement="products padded to the busiest expert use below 80 % of their rows for {}",
    inside=Case(((0.5, 1.0, 2.0), wasteful), "uneven loads"),
    outside=Case(((0.0,), wasteful), "even loads"),
    mutant=Case(
        (SKEWS, lambda use, peak: min(use) >= 1 / 2),
        "at worst half of the rows are empty, however uneven the loads",
    ),
    control=Case(
        (SKEWS, lambda use, peak: np.allclose(use, [TOKENS / (EXPERTS * p) for p in peak])),
        "use is T over E times the busiest load",
    ),
    simulation="training",
)
def utilisation(
    asserted: tuple[tuple[float, ...], Callable[[list[float], list[int]], bool]], run: Run
) -> Evidence:
    """Run the experts on tokens in any order, and count the rows that hold a result."""
    skews, predicate = asserted
    loads = [skewed_loads(TOKENS, EXPERTS, skew) for skew in skews]
    generator = run.generator("experts")
    weights, tokens = (
        torch.randn(shape, generator=generator, device=run.device, dtype=torch.float64)
        for shape in ((EXPERTS, WIDTH_RUN, 4), (TOKENS, WIDTH_RUN))
    )
    use, off = [], 0
    for load in loads:
        order = torch.randperm(TOKENS, generator=generator, device=run.device)
        chosen = torch.arange(EXPERTS, device=run.device).repeat_interleave(
            torch.tensor(load, device=run.device)
        )[order]
        rows, (expert, place) = padded(tokens, chosen, weights)
        alone = (tokens[:, None] @ weights[chosen])[:, 0]
        off += int((~((rows[expert, place] - alone).abs() <= 1e-12).all(1)).sum())
        full = (rows != 0).any(-1)
        off += abs(int(full.sum()) - TOKENS)
        use.append(float(full.double().mean()))
    shown = ", ".join(f"s = {s:g}: {u:.1%}" for s, u in zip(skews, use, strict=True))
    return every(
        [
            fact(bool(predicate(use, [max(load) for load in loads])), shown, min(use)),
            enumeration(len(loads) * TOKENS, off, "tokens whose row is not their expert's product"),
            enumeration(len(loads), _unfair(loads, skews), "loads off their proportion"),
        ]
    )


def _unfair(loads: list[list[int]], skews: tuple[float, ...]) -> int:
    """Count loads that are a whole token or more away from their exact proportion."""
    count = 0
    for load, skew in zip(loads, skews, strict=True):
        weights = np.arange(1, EXPERTS + 1) ** -skew
        count += bool((np.abs(load - TOKENS * weights / weights.sum()) >= 1).any())
    return count


@topic.simulated(
    "26.24",
    says="you get thread divergence",
    kind=Kind.STRUCTURAL,
    expected=Verdict.FAILS,
    rule="the statement holds of the warps of 32 neighbouring tokens that meet two experts, before "
    "and after sorting by expert, for every seed of 50 and 2, 8 and 64 experts, at 8 warps an "
    "expert or more",
    source="Gale et al. 2023 (MegaBlocks), sections 3 and 5: permutation, then block-sparse "
    "products",
    right="kernels sort tokens by expert first, so at most E - 1 of the warps meet two experts: "
    "few where tokens far exceed 32 E, and nearly all would without sorting. With about 32 tokens "
    "an expert sorting alone leaves most warps mixed; kernels pad each expert's tokens to whole "
    "tiles, and what idles is that padding, not diverging threads",
    assumptions=("16,384 tokens, uniform top-1; a count of warps, no measurement of a GPU",),
    asserted=Case(
        lambda before, after, warps, e: after > warps / 2, "most warps diverge in sorted batches"
    ),
    mutant=Case(
        lambda before, after, warps, e: after == before, "sorting leaves as many mixed warps"
    ),
    control=Case(
        lambda before, after, warps, e: after <= e - 1 < before,
        "at most E - 1 after sorting, and more before",
    ),
    simulation="layer",
)
def divergence(asserted: Callable[[int, int, int, int], bool], run: Run) -> Evidence:
    """Count warps in batches of uniformly routed tokens."""
    cases = wrong = miscounted = 0
    for experts in (2, 8, 64):
        chosen = run.rng(f"tokens {experts}").integers(experts, size=(50, BATCH))
        ordered = np.sort(chosen, axis=1)
        before, after = mixed_warps(chosen), mixed_warps(ordered)
        boundaries = np.arange(WARP, BATCH, WARP)
        clean = (ordered[:, boundaries] != ordered[:, boundaries - 1]).sum(1)
        switches = (np.diff(ordered, axis=1) != 0).sum(1)
        miscounted += int(
            ((after > switches - clean) | (after * (experts - 1) < switches - clean)).sum()
        )
        for b, a in zip(before, after, strict=True):
            cases += 1
            wrong += not asserted(int(b), int(a), BATCH // WARP, experts)
    return every(
        [
            enumeration(cases, wrong, "batches that contradict it"),
            enumeration(cases, miscounted, "counts that do not fit the changes of expert"),
        ]
    )


PEAK = 989e12
ACROSS, INSIDE = 50e9, 450e9
DEVICES, WIDTH, ACTIVE = 8, 4096, 2


@topic.simulated(
    "26.25",
    says="network bandwidth to become a bottleneck",
    kind=Kind.STRUCTURAL,
    expected=Verdict.CONDITIONAL,
    rule="sending a token takes longer than computing it for every hidden width named, and for "
    "peak and bandwidth each at 1/sqrt(2), 1 and sqrt(2) times; bytes agree with counting "
    "pairs of devices, "
    "and both times are equal at the critical width",
    source="Lepikhin et al. 2021 (GShard), section 3",
    right="only if hidden width < bytes (n - 1)/n peak / (2 bandwidth): between nodes, with narrow "
    "experts",
    assumptions=(
        "8 devices of 989 Tflop/s in bf16, 50 GB/s between nodes, 450 GB/s inside: data sheets",
        "uniform routing, two matrices an expert, no overlap of sending and computing",
    ),
    statement="sending a token to experts 4,096 wide takes longer than computing it {}",
    inside=Case((ACROSS, (4096,)), "between nodes, at 50 GB/s"),
    outside=Case((INSIDE, (4096,)), "inside a node, at 450 GB/s"),
    mutant=Case(
        (ACROSS, (1024, 262_144)), "between nodes it takes longer however wide the experts"
    ),
    control=Case((INSIDE, (64, 128, 256)), "inside a node it takes longer for very narrow experts"),
    simulation="network",
    derivation="critical-width",
)
def network(asserted: tuple[float, tuple[int, ...]], run: Run) -> Evidence:
    """Compare seconds for a token over a range of 4 in the machine's ratio."""
    bandwidth, widths = asserted
    slower = []
    for hidden in widths:
        for wider, faster in product((0.5**0.5, 1.0, 2.0**0.5), repeat=2):
            sending = network_bytes(WIDTH, ACTIVE, DEVICES) / (bandwidth * wider)
            computing = expert_operations(WIDTH, hidden, ACTIVE) / (PEAK * faster)
            slower.append(sending > computing)
    return every(
        [
            enumeration(len(slower), slower.count(False), "settings bound by arithmetic"),
            _bytes_counted(),
            _balanced(bandwidth),
        ]
    )


def _bytes_counted() -> Evidence:
    """Count bytes over every pair of a token's device and its expert's device."""
    cases = wrong = 0
    for devices in (1, 2, 4, 8, 16):
        for width, active in ((64, 1), (512, 2), (4096, 8)):
            there_and_back = [
                0 if home == away else 2 * width * 2
                for home in range(devices)
                for away in range(devices)
            ]
            cases += 1
            mean = active * sum(there_and_back) / devices**2
            wrong += network_bytes(width, active, devices) != mean  # powers of 2: no rounding
    return enumeration(cases, wrong, "layers that send another number of bytes")


def _balanced(bandwidth: float) -> Evidence:
    """Check that both times agree at the critical width, for any width and number of experts."""
    cases = wrong = 0
    for devices in (2, 4, 8, 64):
        hidden = critical_hidden(devices, bandwidth, PEAK)
        for width, active in ((64, 1), (4096, 8)):
            sending = network_bytes(width, active, devices) / bandwidth
            computing = expert_operations(width, hidden, active) / PEAK
            cases += 1
            wrong += not abs(sending / computing - 1) <= 1e-12
    return enumeration(cases, wrong, "critical widths at which the times differ")


@topic.simulated(
    "26.27",
    says="optimize input routing to minimize communication between devices",
    kind=Kind.STRUCTURAL,
    rule="share of the traffic saved by a bonus for experts at home lies in the asserted range, 20 "
    "paired seeds, two rounds; the share that leaves is within 4 standard errors of the softmax",
    source="Luce 1959: the best of scores with Gumbel noise",
    right="it saves traffic and gives up some of the router's score, which stands for quality",
    assumptions=("16 experts on 4 devices, Gumbel scores, bonus 1 unless told, top-1",),
    asserted=Case((1.0, 0.2, 1.0), "a bonus of 1 saves at least a fifth of the bytes"),
    mutant=Case((1.0, 0.5, 1.0), "a bonus of 1 saves at least half of the bytes"),
    control=Case((40.0, 0.99, 1.01), "a bonus that nothing outweighs saves all of them"),
    simulation="network",
    derivation="critical-width",
)
def locality(asserted: tuple[float, float, float], run: Run) -> Evidence:
    """Route the same scores with the bonus and without."""
    bonus, low, high = asserted
    given_up: list[NDArray[np.float64]] = []
    leaving: list[NDArray[np.float64]] = []

    def saved(count: int, offset: int) -> "NDArray[np.float64]":
        stream = f"scores {offset}"
        plain, nothing = local_routing(count, 500, 16, 4, 0.0, run, stream)
        leaves, lost = local_routing(count, 500, 16, 4, bonus, run, stream)
        given_up.append(lost - nothing)
        leaving.append(leaves)
        return 1 - leaves / plain

    parts = [
        experiment(lambda n, o: saved(n, o) - low, margin=0.0, says=f"share saved less {low:g}"),
        experiment(lambda n, o: high - saved(n, o), margin=0.0, says=f"{high:g} less it"),
    ]
    leaves = np.concatenate(leaving)
    error = 4 * float(leaves.std(ddof=1)) / leaves.size**0.5 + 1e-12
    exact = 1 - local_share(16, 4, bonus)
    parts.append(figure(float(leaves.mean()), exact, error, "share that leaves"))
    lost = float(np.concatenate(given_up).mean())
    parts.append(fact(lost >= 0, f"mean score given up {lost:.3f}", lost))
    return every(parts)


@cache
def parallel_results() -> list[dict[str, Any]]:
    """Return what four gloo processes computed, by rank."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together("sims.topics.mixture_of_experts.model:expert_parallel", 4)


@topic.ran(
    "26.28",
    says="each core has a different expert and the data is partitioned across all cores",
    rule="outputs of four gloo processes, with an expert and a quarter of the tokens each, equal "
    "one process with all of them to 1e-6, or not, as asserted; each is sent the tokens it owns",
    source="gloo as a stand-in; Lepikhin et al. 2021 (GShard), section 3",
    asserted=Case(("returned", True), "expert parallelism gives the layer's own output"),
    mutant=Case(("unordered", True), "answers may come back in any order"),
    control=Case(("unordered", False), "answers not put back in the tokens' order differ"),
    simulation="network",
)
def expert_parallelism(asserted: tuple[str, bool], run: Run) -> Evidence:
    """Compare with the layer in this process."""
    way, same = asserted
    made, tokens = shared_layer(4)
    with torch.no_grad():
        alone = forward(made, tokens, 1)
        owned = torch.bincount(route(made["router"](tokens), 1)[1][:, 0], minlength=4).tolist()
    apart = torch.tensor([row for r in parallel_results() for row in r[way]], dtype=torch.float64)
    gap = float((apart - alone).abs().max())
    rows = [result["rows"] for result in parallel_results()]
    return every(
        [
            fact((gap <= 1e-6) == same, f"outputs differ by {gap:.2g}", gap),
            fact(rows == owned, f"tokens sent to each process: {rows}"),
        ]
    )
