"""Factorisation, overlap and maps against closed forms."""

import numpy as np
import pytest
import torch

from sims.run import Run
from sims.topics.cross_domain_recsys.model import (
    RIDGE,
    aligned,
    density,
    described,
    draw,
    error,
    expected_overlap,
    factorise,
    linear_map,
    no_overlap,
    normal,
    ridge_rows,
    sparse,
)


def test_published_densities() -> None:
    assert density(1_000_209, 6_040, 3_706) == pytest.approx(0.0447, abs=5e-5)
    assert density(100_198_805, 480_189, 17_770) == pytest.approx(0.0117, abs=5e-5)


def test_overlap_of_few_items() -> None:
    assert expected_overlap(200, 0.2) == pytest.approx(8)
    assert no_overlap(1, 0.5) == pytest.approx(0.75)


def test_each_row_is_a_ridge_regression_on_what_it_has_seen() -> None:
    generator = Run().generator("x")
    fixed, ratings = normal(generator, 2, 9, 3), normal(generator, 2, 4, 9)
    seen = (normal(generator, 2, 4, 9) > 0).double()
    rows = ridge_rows(fixed, ratings * seen, seen)
    chosen = fixed[1][seen[1, 2] > 0]
    by_hand = torch.linalg.solve(
        chosen.mT @ chosen + RIDGE * torch.eye(3, dtype=torch.float64),
        chosen.mT @ ratings[1, 2][seen[1, 2] > 0],
    )
    assert torch.allclose(rows[1, 2], by_hand)


def test_a_full_matrix_is_found_again() -> None:
    generator = Run().generator("x")
    domain = draw(normal(generator, 2, 80, 8), 90, 1.0, generator)
    assert domain.seen.min() == 1
    users, items = factorise(domain, generator)
    assert (error(users @ items.mT, truth=domain.truth) < 0.05).all()


def test_predicting_nothing_has_error_one() -> None:
    truth = normal(Run().generator("x"), 3, 5, 6)
    assert error(torch.zeros_like(truth), truth=truth) == pytest.approx(np.ones(3))


def test_a_map_is_found_again() -> None:
    generator = Run().generator("x")
    source, wanted = normal(generator, 1, 5000, 4), normal(generator, 1, 4, 4)
    assert torch.allclose(linear_map(source, source @ wanted), wanted, atol=2e-3)


def test_cold_users_get_the_mean() -> None:
    done = sparse(60, 0.3, 0, 2, 0, "cpu")
    assert done.cold == pytest.approx(np.ones(2))
    assert done.common == pytest.approx(expected_overlap(60, 0.3), rel=0.1)


def test_descriptions_need_no_target_ratings_and_maps_need_overlap() -> None:
    few, many = (described(0.5, share, 2, 0, "cpu") for share in (0.01, 0.3))
    assert (few[0] < few[1]).all()
    assert (many[1] < many[0]).all()
    assert (aligned(1.0, 200, 0.3, 0, 2, 0, "cpu") < aligned(1.0, 2, 0.3, 0, 2, 0, "cpu")).all()
