"""An audit that is stopped: it ends within a claim, and returns what was whole by then."""

import json
import threading
from pathlib import Path

from studytui.sessions.auditing import audited

NOTE = "- A square is never negative.\n```claim\nvariables: x: real\nclaim: x^2 >= 0\n```\n"


def test_a_stop_leaves_the_note_out_that_is_being_decided(tmp_path: Path) -> None:
    files = [(tmp_path / name, name) for name in ("plain.md", "claims.md")]
    files[0][0].write_text("- Numbers: 2 + 2 = 4\n", encoding="utf-8")
    files[1][0].write_text(NOTE, encoding="utf-8")
    stopped = threading.Event()

    def moved(written: str, share: float) -> None:
        if share:
            stopped.set()  # as by a key, once the second note has begun

    found = audited(files, None, moved, stopped)
    assert [row.file for row in found.rows] == ["plain.md"]


def test_a_notebook_is_audited_by_its_cells_and_not_by_its_json(tmp_path: Path) -> None:
    lines = ["The rate is $150/1000 = 15\\%$.\n", "And $2 + 2 = 5$.\n"]
    cells = [{"cell_type": "markdown", "source": lines}, {"cell_type": "code", "source": ["3 = 4"]}]
    path = tmp_path / "rates.ipynb"
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}, indent=1), encoding="utf-8")
    found = audited([(path, path.name)], None, lambda written, share: None)
    assert [row.verdict for row in found.rows if "150" in row.text] == ["HOLDS"]
    assert [row.verdict for row in found.rows if "2 + 2" in row.text] == ["FAILS"]
