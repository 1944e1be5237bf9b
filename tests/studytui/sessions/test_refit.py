"""The schedule fits itself when the log has grown, keeps what is better, and says so."""

from typing import Any

import pytest

from cards.scheduling.fsrs import DEFAULT_PARAMETERS
from studytui.services import Services
from studytui.sessions import refit as fitting
from studytui.sessions.refit import FEWEST, Refit, last, refit


class Child:
    """Stands in for the worker: the fit itself has its own tests."""

    def __init__(self, better: bool) -> None:
        self.better, self.calls = better, 0

    def call(self, task: str, arguments: dict[str, Any], *, seconds: float) -> dict[str, Any]:
        self.calls += 1
        changed = [*arguments["parameters"]]
        changed[0] += 0.1
        quality = {"log_loss": 0.4}
        after = {"log_loss": 0.3 if self.better else 0.5}
        return {"better": self.better, "parameters": changed, "before": quality, "after": after}


@pytest.fixture
def reviews(services: Services, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many reviews the store says it has."""
    count = [FEWEST]
    monkeypatch.setattr(services.store(), "statistics", lambda: {"reviews": count[0]})
    return count


@pytest.mark.parametrize("better", [True, False])
def test_a_fit_is_kept_only_if_it_is_better(
    services: Services, reviews: list[int], monkeypatch: pytest.MonkeyPatch, better: bool
) -> None:
    child = Child(better)
    monkeypatch.setattr(services, "simulations", lambda: child)
    done = refit(services)
    assert done == last() == Refit(FEWEST, done.day, 0.4, 0.3 if better else 0.5, better)
    kept = services.store().parameters() != DEFAULT_PARAMETERS
    assert kept == better
    assert ("no better" in done.says()) != better
    assert refit(services) is None
    reviews[0] = int(FEWEST * fitting.GROWTH) + 1
    assert refit(services) is not None
    assert child.calls == 2


def test_few_reviews_are_not_fitted(
    services: Services, reviews: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    reviews[0] = FEWEST - 1
    monkeypatch.setattr(services, "simulations", lambda: pytest.fail("no fit is due"))
    assert refit(services) is None
