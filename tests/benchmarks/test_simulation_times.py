"""Processor seconds to the first frame and to the last of every simulation, at its default size."""

import time

import pytest

from sims import registry
from sims.run import Run

torch = pytest.importorskip("torch")

FIRST, LAST = 2.0, 30.0
"""Seconds that the first and the last frame may take on one core."""


def seconds(name: str) -> tuple[float, float]:
    """Return the processor seconds to the first and to the last frame."""
    simulation = registry.simulation(name)
    started, first = time.process_time(), 0.0
    for _ in simulation.run(simulation.parameters(), Run()):
        first = first or time.process_time() - started
    return first, time.process_time() - started


def test_simulation_times() -> None:
    torch.set_num_threads(1)
    names = [name for slug in registry.available() for name in registry.load(slug).simulations]
    seconds(names[0])  # brings the libraries in
    taken = {name: seconds(name) for name in names}
    print(f"\n{len(names)} simulations: seconds to the first frame and the last (reach: 2, 30)")
    for name, (first, last) in sorted(taken.items(), key=lambda item: -item[1][1])[:12]:
        print(f"  {name:<36}{first:6.2f}{last:7.2f}")
    assert max(first for first, _ in taken.values()) <= FIRST
    assert max(last for _, last in taken.values()) <= LAST
