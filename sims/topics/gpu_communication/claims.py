"""The claims of the notes on GPU communication."""

from functools import cache
from typing import Any

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, fact
from sims.run import Run
from sims.topics.gpu_communication.model import stuck, topic

GUIDE = "NCCL user guide 2.29 (docs.nvidia.com/deeplearning/nccl/user-guide/docs)"

topic.documented(
    "28.1", "GPU clusters use a hierarchy of communication channels", "NVIDIA DGX reference designs"
)
topic.documented(
    "28.2",
    "primarily uses high-speed NVLink and PCIe",
    "NVIDIA DGX reference designs; NVLink switches extend NVLink across servers by now",
)
topic.documented(
    "28.3",
    "relies on specialized networking like InfiniBand or RoCE",
    "NVIDIA DGX reference designs",
)
topic.documented(
    "28.5",
    "the NVIDIA Collective Communications Library (NCCL) is the standard",
    GUIDE + ", overview",
)
topic.documented(
    "28.6",
    "optimizes the communication path based on the underlying hardware interconnect",
    GUIDE + ", overview: topology detection, network cards included",
)
topic.documented(
    "28.7",
    "you must create an independent NCCL communicator for each group",
    GUIDE + ", usage/communicators",
)

topic.documented(
    "28.4",
    "leverage GPUDirect RDMA to bypass the CPU",
    "NVIDIA GPUDirect RDMA documentation: a direct path between GPU memory and the network "
    "card, without a copy in host memory; a CPU thread may still post and poll",
    kind=Kind.STRUCTURAL,
)
topic.documented(
    "28.8",
    "initializing them with their own unique ID",
    GUIDE + ", api/comms: ncclCommSplit makes a communicator from a parent, without an id",
    Verdict.CONDITIONAL,
    "or by splitting an existing communicator",
)
topic.documented(
    "28.10",
    "NCCL does not natively support creating specific, non-contiguous communication channels",
    GUIDE + ", usage/p2p: since 2.7, any pattern between ranks",
    Verdict.FAILS,
    "ncclSend and ncclRecv do that",
)
topic.documented(
    "28.11",
    "For such specialized point-to-point connections, you must use the CUDA API",
    GUIDE + ", usage/p2p",
    Verdict.FAILS,
    "ncclSend and ncclRecv do; the CUDA API is one way among others",
)
topic.documented(
    "28.12",
    "enabling peer-to-peer (P2P) access between the two specific GPUs",
    "CUDA programming guide: cudaMemcpyPeer works without peer access, through the host",
    Verdict.CONDITIONAL,
    "access removes the detour through the host; it is not needed for the copy",
)
topic.documented(
    "28.14",
    "NCCL operations are blocking within their communicator",
    GUIDE + ", usage/streams: a call returns once it is enqueued on the stream",
    Verdict.FAILS,
    "asynchronous to the host; on one communicator they run in the order issued",
)


@cache
def group_results() -> list[dict[str, Any]]:
    """Return what four gloo processes found, by rank."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together("sims.topics.gpu_communication.model:grouped_sums", 4)


Groups = tuple[tuple[int, int], tuple[int, int]]


@topic.ran(
    "28.9",
    says="two separate, concurrent collective communication channels between distinct contiguous "
    "GPU groups",
    rule="in four gloo processes, both groups' sums of rank + 1 at once are right, or wrong, as "
    "asserted",
    source="gloo as a stand-in; " + GUIDE + ": a communicator takes any set of GPUs",
    right="the groups need not be contiguous",
    mutant=Case((((0, 2), (1, 3)), False), "groups that are not contiguous give wrong sums"),
    control=Case((((0, 3), (1, 2)), True), "groups 0, 3 and 1, 2 give the right sums"),
    asserted=Case((((0, 1), (2, 3)), True), "contiguous groups give the right sums at once"),
    simulation="orders",
)
def groups(asserted: tuple[Groups, bool], run: Run) -> Evidence:
    """Read off the sums, and the messages passed three ranks on."""
    pairs, right = asserted
    wrong = 0
    for pair in pairs:
        sums = [group_results()[rank][str(pairs)] for rank in pair]
        wrong += (sums == [sum(pair) + 2.0] * 2) != right
    arrived = [result["received"] for result in group_results()]
    return every(
        [
            enumeration(len(pairs), wrong, "groups that contradict it"),
            fact(arrived == [1.0, 2.0, 3.0, 0.0], "messages to rank i + 3 all arrive"),
        ]
    )


@topic.ran(
    "28.13",
    says="allows for independent and potentially parallel communication",
    rule="four gloo processes: ranks 2 and 3 begin only when ranks 0 and 1 are done; the "
    "all-reduce of ranks 0 and 1 finishes within 4 s over the asserted communicator",
    source="gloo as a stand-in; " + GUIDE + ", using multiple communicators concurrently: on "
    "shared GPUs with care only",
    right="on groups of their own; transfers that share a link share its bandwidth",
    assumptions=("gloo on loopback: an analogy, not a test of NCCL or of bandwidth",),
    asserted=Case("own", "a group's collective finishes while the other group has not begun"),
    mutant=Case("common", "one communicator for all four ranks does as well"),
    control=Case("alone", "so does a collective of two ranks with nobody else there"),
    simulation="staging",
    derivation="sharing",
)
def parallel(asserted: str, run: Run) -> Evidence:
    """Ask the processes whether the first two ranks got through."""
    results = independence_results()
    done = [bool(result[asserted]) for result in results[:2]]
    times = [result[f"{asserted} at"] for result in results]  # of one clock, on one machine
    waited = times[2] > times[0] and times[3] > times[1]
    return every(
        [
            fact(all(done), f"{asserted} communicator: {sum(done)} of 2 ranks got through"),
            fact(waited, "ranks 2 and 3 began when ranks 0 and 1 were done"),
        ]
    )


@cache
def independence_results() -> list[dict[str, float]]:
    """Return over which communicators four gloo processes got through, by rank."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together("sims.topics.gpu_communication.model:independent_calls", 4)


@cache
def order_results() -> list[dict[str, bool]]:
    """Return which orders of calls two gloo processes got through."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together("sims.topics.gpu_communication.model:ordered_calls", 2)


BY_HAND = (
    (("A", "AB", "B"), False),
    (("AC", "BA", "CB"), True),
    (("AA", "A"), True),
    (("ABA", "ABA"), False),
    (("ABA", "AAB"), True),
)
"""Calls of each rank, and whether blocking ones deadlock, followed by hand."""


@topic.ran(
    "28.15",
    says="proper synchronization is critical to avoid deadlocks",
    rule="two gloo processes with two groups finish within 4 s, or not, as asserted; the wait-for "
    "model agrees with what runs blocking or in flight on both, and with five orders followed by "
    "hand",
    source="gloo as a stand-in; " + GUIDE + ": the same order on all ranks",
    assumptions=("NCCL's calls queue on streams: an analogy, not a test of NCCL",),
    asserted=Case(("opposite order", False), "blocking calls in opposite order never finish"),
    mutant=Case(
        ("one in flight", False), "both ranks must keep their calls in flight: one is not enough"
    ),
    control=Case(("in flight", True), "in opposite order, but in flight together, they finish"),
    simulation="orders",
)
def deadlock(asserted: tuple[str, bool], run: Run) -> Evidence:
    """Ask the real processes and the model."""
    order, finishes = asserted
    agree = all(
        all(result[name] for result in order_results())
        != stuck([["A", "B"], list(second)], blocking=name != "in flight")
        for name, second in (("same order", "AB"), ("in flight", "BA"), ("opposite order", "BA"))
    )
    agree &= all(stuck(orders) is hangs for orders, hangs in BY_HAND)
    real = all(result[order] for result in order_results())
    return every(
        [
            fact(real == finishes, f"{order}: the processes {'do' if real else 'do not'} finish"),
            fact(agree, "the wait-for model knows all three orders, and five more"),
        ]
    )
