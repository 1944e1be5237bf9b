"""The pictures' times again, by following every chunk and every round."""

from sims.claims import agree
from sims.run import Run
from sims.topics.gpu_communication.figures import Orders, orders
from sims.topics.gpu_communication.model import topic


@topic.second_route
def staging(run: Run) -> None:
    """Follow each of 256 chunks through network card and buses: none overtakes the one before."""
    for nic, bus in ((50.0, 50.0), (50.0, 20.0), (25.0, 100.0)):
        found = topic.outputs("staging", run, nic=nic, bus=bus, megabytes=64.0)
        for name, rates in (("direct", [nic]), ("staged", [bus, nic, bus])):
            done = [0.0] * 256  # milliseconds at which each chunk has left the stage before
            for rate in rates:
                free = 0.0
                for chunk, ready in enumerate(done):
                    free = done[chunk] = max(free, ready) + 64.0 / 256 / rate
            agree(found[name], done[-1], says=f"a {name} transfer")


@topic.second_route
def all_reduce(run: Run) -> None:
    """Add up the rounds of rings: each sends one piece of what the ring has to reduce."""

    def ring(ranks: int, size: float, rate: float) -> float:
        """Return the time of one half, a reduce-scatter or an all-gather."""
        return sum(size / ranks / rate for _ in range(ranks - 1))

    for gpus, nodes in ((8, 4), (2, 3), (4, 16)):
        found = topic.outputs(
            "hierarchy", run, gpus=gpus, nodes=nodes, inside=450.0, across=50.0, gigabytes=1.0
        )
        inside, across = 2 * ring(gpus, 1e3, 450.0), 2 * ring(nodes, 1e3 / gpus, 50.0)
        agree(found["milliseconds"], inside + across, says="two levels")
        agree(found["flat_milliseconds"], 2 * ring(gpus * nodes, 1e3, 50.0), says="a flat ring")


@topic.second_route
def gained(run: Run) -> None:
    """Move a gigabyte of shards by hand, in two levels and around one ring."""
    found = topic.outputs(
        "hierarchy", run, gpus=4, nodes=2, inside=100.0, across=10.0, gigabytes=1.0
    )
    inside, across = 2 * 3 * 0.25 / 100, 2 * 1 * 0.125 / 10  # rounds of chunks, in seconds
    agree(found["milliseconds"], 1e3 * (inside + across), says="two levels shown")
    agree(found["flat_milliseconds"], 1e3 * 2 * 7 * 0.125 / 10, says="one ring shown")
    agree(found["gain"], 0.175 / (inside + across), says="what two levels gain")


@topic.second_route
def drawn_orders(run: Run) -> None:
    """Look for one common order: with one call on each communicator any other one hangs."""
    found = topic.outputs("orders", run, calls=1, blocking=1, draws=40)
    rng = run.rng("orders")
    firsts = [{str(rng.permutation(["A", "B"])[0]) for _ in range(3)} for _ in range(40)]
    hanging = [len(first) > 1 for first in firsts]
    agree(found["deadlocked"], sum(hanging) / 40, says="the share of orders that hang")
    agree(found["last_deadlocks"], hanging[-1], says="whether the last order hangs")
    for number, frame in enumerate(orders(Orders(calls=1, draws=40), run), 1):
        share = sum(hanging[: 2 * number]) / (2 * number)  # a frame after every second draw
        agree(frame.outputs["deadlocked"], share, says="the share so far")
    in_flight = topic.outputs("orders", run, calls=1, blocking=0, draws=40)
    agree(in_flight["deadlocked"], 0, says="orders in flight that hang")
