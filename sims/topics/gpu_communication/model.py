"""Transfers step by step, two-level all-reduce, shared links, and who waits for whom."""

import time
from collections.abc import Sequence
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from sims.lazy import torch
from sims.topic import Topic

topic = Topic("gpu-communication")


def transfer_time(direct: bool, size: float, nic: float, bus: float, chunks: int) -> float:
    """Return seconds for `size` bytes in pipelined chunks; rates in bytes a second.

    Direct transfers read GPU memory from the NIC; staged ones pass host memory on both sides.
    """
    stages = [nic] if direct else [bus, nic, bus]
    chunk = size / chunks
    return sum(chunk / rate for rate in stages) + (chunks - 1) * chunk / min(stages)


def hierarchical_time(m: float, n: float, size: float, inside: float, across: float) -> float:
    """Return seconds of an all-reduce over n nodes of m GPUs, with the two bandwidths.

    Reduce-scatter inside each node, all-reduce of a shard across nodes, all-gather inside.
    """
    return 2 * (m - 1) / m * size / inside + 2 * (n - 1) / n * (size / m) / across


def flat_time(m: float, n: float, size: float, across: float) -> float:
    """Return seconds of one ring over all m n GPUs, its slowest link between nodes."""
    ranks = m * n
    return 2 * (ranks - 1) / ranks * size / across


def stuck(orders: Sequence[Sequence[str]], blocking: bool = True) -> bool:
    """Return whether ranks that call collectives on communicators in these orders deadlock.

    `orders[r]` lists rank r's communicators in the order of its calls; all ranks named in a
    communicator must reach its k-th call for it to finish. A blocking rank waits for each call
    before the next, so that calls which wait for each other in a circle never finish; otherwise
    it issues all and waits at the end.
    """
    names = {name for order in orders for name in order}
    counts = [{order.count(name) for order in orders if name in order} for name in names]
    unmatched = any(len(count) != 1 for count in counts)
    if unmatched or not blocking:
        return unmatched
    waits: TopologicalSorter[tuple[str, int]] = TopologicalSorter()
    for order in orders:
        calls = [(name, order[:at].count(name)) for at, name in enumerate(order)]
        for earlier, call in pairwise(calls):
            waits.add(call, earlier)
    try:
        waits.prepare()
    except CycleError:
        return True
    return False


# --- Real processes on loopback ----------------------------------------------------------------


def grouped_sums(rank: int, size: int) -> dict[str, Any]:
    """Sum rank + 1 within pairs of groups at once, and pass a message 3 ranks on."""
    results: dict[str, Any] = {}
    for groups in (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))):
        made = [torch.distributed.new_group(list(group)) for group in groups]
        value = torch.tensor(float(rank + 1))
        own = next(i for i, group in enumerate(groups) if rank in group)
        torch.distributed.all_reduce(value, group=made[own])
        results[str(groups)] = float(value)
    sent, received = torch.tensor(float(rank)), torch.zeros(())
    handles = [
        torch.distributed.isend(sent, (rank + 3) % size),
        torch.distributed.irecv(received, (rank - 3) % size),
    ]
    for handle in handles:
        if handle is not None:
            handle.wait()
    results["received"] = float(received)
    return results


def ordered_calls(rank: int, size: int) -> dict[str, bool]:
    """Call two groups' all-reduces in one order, in flight on both ranks, on one, or on none."""
    patience = timedelta(seconds=4)
    groups = [torch.distributed.new_group([0, 1], timeout=patience) for _ in range(2)]
    opposite = groups if rank == 0 else groups[::-1]
    finished = {}
    for group in groups:
        torch.distributed.all_reduce(torch.ones(1), group=group)
    finished["same order"] = True
    handles = [
        torch.distributed.all_reduce(torch.ones(1), group=group, async_op=True)
        for group in opposite
    ]
    for handle in handles:
        if handle is not None:
            handle.wait()
    finished["in flight"] = True
    started = [
        torch.distributed.all_reduce(torch.ones(1), group=group, async_op=rank == 0)
        for group in opposite
    ]
    for handle in started:
        if handle is not None:
            handle.wait()
    finished["one in flight"] = True
    try:
        for group in opposite:
            torch.distributed.all_reduce(torch.ones(1), group=group)
        finished["opposite order"] = True
    except RuntimeError:
        finished["opposite order"] = False
    return finished


def independent_calls(rank: int, size: int) -> dict[str, float]:
    """Let ranks 0 and 1 reduce before ranks 2 and 3 begin, over groups of their own or of all.

    Ranks 2 and 3 wait for a message that the first two are done, or have given up. Returns who got
    through, and under `… at` the time at which a rank was done (0, 1) or began (2, 3).
    """
    patience = timedelta(seconds=4)
    pairs = [torch.distributed.new_group(pair, timeout=patience) for pair in ([0, 1], [2, 3])]
    everyone = torch.distributed.new_group(list(range(size)), timeout=patience)
    finished: dict[str, float] = {}
    for name, group in (
        ("alone", pairs[rank // 2]),
        ("own", pairs[rank // 2]),
        ("common", everyone),
    ):
        word = torch.zeros(1)
        if rank >= 2:
            torch.distributed.recv(word, rank - 2)
        began = time.monotonic()
        try:
            if rank < 2 or name == "own":
                torch.distributed.all_reduce(torch.ones(1), group=group)
            finished[name] = True
        except RuntimeError:
            finished[name] = False
        finished[f"{name} at"] = time.monotonic() if rank < 2 else began
        if rank < 2:
            torch.distributed.send(word, rank + 2)
    return finished
