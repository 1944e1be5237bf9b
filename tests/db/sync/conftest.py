"""What the tests of a sync share."""

import pytest

from db.storage import opening


@pytest.fixture
def made_as_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at no store in a child at each sync: that these are made as ours need not be seen."""
    monkeypatch.setattr(opening, "refuse_strange", lambda _: None)
