"""Pareto fronts against their definition, and the distribution against its closed forms."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from sims.run import Run
from sims.topics.pareto import (
    Tail,
    efficient,
    efficient_by_sorting,
    no_free_move,
    quarter_circle,
    shares,
    solves,
    supported,
)

points = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12)


@given(points)
def test_three_filters_agree(rows: list[tuple[int, int]]) -> None:
    tensor = torch.tensor(rows, dtype=torch.float64)
    kept = efficient(tensor)
    assert torch.equal(kept, efficient_by_sorting(tensor))
    assert torch.equal(kept, no_free_move(tensor))
    assert torch.equal(kept, solves(tensor, all))
    assert bool((solves(tensor, any) | ~kept).all())


def test_weights_find_only_the_ends_of_a_dented_front() -> None:
    dented = quarter_circle(bulge=False, n=21)
    assert supported(dented, 50).nonzero().flatten().tolist() == [0, 20]


def test_shares_of_the_80_20_rule() -> None:
    *_, last = shares(Tail(a=1.16, people=1000, seeds=5), Run())
    assert abs(last.outputs["top_fifth"] - 0.8) < 0.002
