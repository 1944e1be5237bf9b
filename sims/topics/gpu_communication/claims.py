"""The claims of the notes on GPU communication."""

from collections.abc import Callable
from functools import cache
from typing import Any

from sims.claims import Case, Evidence, EvidenceKind, Kind, Verdict, enumeration, every, statement
from sims.run import Run
from sims.topics.gpu_communication.model import (
    scheduled,
    shared_link_time,
    stuck,
    topic,
    transfer,
    transfer_time,
)

GUIDE = "NCCL user guide 2.29 (docs.nvidia.com/deeplearning/nccl/user-guide/docs)"

for number, says, source in (
    (
        "28.1",
        "GPU clusters use a hierarchy of communication channels",
        "NVIDIA DGX reference designs",
    ),
    (
        "28.2",
        "primarily uses high-speed NVLink and PCIe",
        "NVIDIA DGX reference designs; NVLink switches extend NVLink across servers by now",
    ),
    (
        "28.3",
        "relies on specialized networking like InfiniBand or RoCE",
        "NVIDIA DGX reference designs",
    ),
    (
        "28.5",
        "the NVIDIA Collective Communications Library (NCCL) is the standard",
        GUIDE + ", overview",
    ),
    (
        "28.6",
        "optimizes the communication path based on the underlying hardware interconnect",
        GUIDE + ", overview: topology detection, network cards included",
    ),
    (
        "28.7",
        "you must create an independent NCCL communicator for each group",
        GUIDE + ", usage/communicators",
    ),
):
    topic.documented(number, says=says, verdict=Verdict.HOLDS, source=source)

topic.documented(
    "28.8",
    says="initializing them with their own unique ID",
    verdict=Verdict.CONDITIONAL,
    source=GUIDE + ", api/comms: ncclCommSplit makes a communicator from a parent, without an id",
    right="or by splitting an existing communicator",
)
topic.documented(
    "28.10",
    says="NCCL does not natively support creating specific, non-contiguous communication channels",
    verdict=Verdict.FAILS,
    source=GUIDE + ", usage/p2p: since 2.7, any pattern between ranks",
    right="ncclSend and ncclRecv do that",
)
topic.documented(
    "28.11",
    says="For such specialized point-to-point connections, you must use the CUDA API",
    verdict=Verdict.FAILS,
    source=GUIDE + ", usage/p2p",
    right="ncclSend and ncclRecv do; the CUDA API is one way among others",
)
topic.documented(
    "28.12",
    says="enabling peer-to-peer (P2P) access between the two specific GPUs",
    verdict=Verdict.CONDITIONAL,
    source="CUDA programming guide: cudaMemcpyPeer works without peer access, through the host",
    right="access removes the detour through the host; it is not needed for the copy",
)
topic.documented(
    "28.14",
    says="NCCL operations are blocking within their communicator",
    verdict=Verdict.FAILS,
    source=GUIDE + ", usage/streams: a call returns once it is enqueued on the stream",
    right="asynchronous to the host; on one communicator they run in the order issued",
)

Trace = list[tuple[str, str]]


@topic.claim(
    "28.4",
    says="leverage GPUDirect RDMA to bypass the CPU",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.SIMULATED,
    expected=Verdict.CONDITIONAL,
    rule="the asserted statement holds of the steps of a direct and a staged send, and of their "
    "times for bus and network rates over a range of 4; the times are those of a schedule "
    "followed chunk by chunk",
    right="it bypasses host memory on the data path; a CPU thread still posts and polls",
    assumptions=("NIC at 50 GB/s, bus at 25 to 100 GB/s, 1 MB to 1 GB in 64 chunks, pipelined",),
    statement="{}",
    inside=Case(
        lambda d, s, fast, slow, line: not any("host memory" in w for _, w in d) and fast <= slow,
        "the data path bypasses host memory, and is no slower for it",
    ),
    outside=Case(
        lambda d, s, fast, slow, line: not any(who == "CPU" for who, _ in d),
        "the CPU has no part in it",
    ),
    mutant=Case(
        lambda d, s, fast, slow, line: fast < line, "it is faster than the network's line rate"
    ),
    control=Case(
        lambda d, s, fast, slow, line: (
            fast >= line * (1 - 1e-12) and any("host" in w for _, w in s)
        ),
        "it takes at least what the line rate allows; a staged send passes host memory",
    ),
)
def gpu_direct(asserted: Callable[..., bool], run: Run) -> Evidence:
    """Lay both sends side by side."""
    direct, staged = transfer(direct=True), transfer(direct=False)
    cases = wrong = 0
    for size in (1e6, 1e8, 1e9):
        for bus in (25e9, 50e9, 100e9):
            times = [transfer_time(way, size, 50e9, bus, 64) for way in (True, False)]
            cases += 1
            wrong += any(
                abs(time / scheduled(way, size, 50e9, bus, 64) - 1) > 1e-9
                for way, time in zip((True, False), times, strict=True)
            )
            wrong += not asserted(direct, staged, *times, size / 50e9)
    return enumeration(cases, wrong, "settings that contradict it")


@cache
def group_results() -> list[dict[str, Any]]:
    """Return what four gloo processes found, by rank."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    return processes.together("sims.topics.gpu_communication.model:grouped_sums", 4)


Groups = tuple[tuple[int, int], tuple[int, int]]


@topic.claim(
    "28.9",
    says="two separate, concurrent collective communication channels between distinct contiguous "
    "GPU groups",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.RAN,
    expected=Verdict.CONDITIONAL,
    rule="in four gloo processes, both groups' sums of rank + 1 at once are right, or wrong, as "
    "asserted",
    source="gloo as a stand-in; " + GUIDE + ": a communicator takes any set of GPUs",
    right="the groups need not be contiguous",
    statement="{}",
    inside=Case((((0, 1), (2, 3)), True), "contiguous groups give the right sums"),
    outside=Case((((0, 2), (1, 3)), False), "groups 0, 2 and 1, 3 do not"),
    mutant=Case((((0, 3), (1, 2)), False), "groups 0, 3 and 1, 2 do not"),
    control=Case((((0, 2), (1, 3)), True), "groups 0, 2 and 1, 3 give the right sums"),
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
            statement(arrived == [1.0, 2.0, 3.0, 0.0], "messages to rank i + 3 all arrive"),
        ]
    )


@topic.claim(
    "28.13",
    says="allows for independent and potentially parallel communication",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.SIMULATED,
    expected=Verdict.CONDITIONAL,
    rule="two transfers one after the other take at least the asserted multiple of the time of "
    "both at once, and at most twice that, for sizes over a range of 4",
    source=GUIDE + ", using multiple communicators concurrently: on shared GPUs with care only",
    right="on disjoint links; on one link they share its bandwidth",
    assumptions=("links shared fairly, latency left out",),
    statement="{}",
    inside=Case((False, 1.25), "on links of their own they gain"),
    outside=Case((True, 1.25), "on one link they gain"),
    mutant=Case((True, 2.0), "two communicators on one link double its bandwidth"),
    control=Case((True, 1.0), "on one link they lose nothing"),
)
def parallel(asserted: tuple[bool, float], run: Run) -> Evidence:
    """Compare with sending one after the other."""
    shared, least = asserted
    pairs = [(1e9, ratio * 1e9) for ratio in (0.5, 1.0, 2.0)]
    ratios = [sum(pair) / 50e9 / shared_link_time(pair, 50e9, shared) for pair in pairs]
    # Two transfers at once can be at most twice as fast as one after the other.
    wrong = sum(not least - 1e-12 <= ratio <= 2 for ratio in ratios)
    return enumeration(len(ratios), wrong, f"pairs with a smaller gain than {least}: {ratios}")


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


@topic.claim(
    "28.15",
    says="proper synchronization is critical to avoid deadlocks",
    kind=Kind.STRUCTURAL,
    by=EvidenceKind.RAN,
    expected=Verdict.HOLDS,
    rule="two gloo processes with two groups finish within 4 s, or not, as asserted, and the "
    "wait-for model agrees, as it does with five orders followed by hand",
    source="gloo as a stand-in; " + GUIDE + ": the same order on all ranks",
    assumptions=("NCCL's calls queue on streams: an analogy, not a test of NCCL",),
    asserted=Case(("opposite order", False), "blocking calls in opposite order never finish"),
    mutant=Case(("opposite order", True), "opposite order is fine"),
    control=Case(("in flight", True), "in opposite order, but in flight together, they finish"),
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
            statement(
                real == finishes, f"{order}: the processes {'do' if real else 'do not'} finish"
            ),
            statement(agree, "the wait-for model knows all three orders, and five more"),
        ]
    )
