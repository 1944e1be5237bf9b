"""Verification over children: verdicts, the cache by digest of code, cancelling and going on.

The topic judged here is brought by an installed package of its own (an entry point), so this also
shows that a plug-in's claims, simulations and derivations are found.
"""

import errno
import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sims import registry, tasks
from sims.cache import Cache, code_digest
from sims.verification import Verification, is_open, is_wrong, select, summary
from sims.worker.parent import Worker, WorkerCancelled

TOPIC = """
import os, pathlib, time
from sims.claims.claim import Case
from sims.claims.exact import fact
from sims.claims.evidence import Evidence, EvidenceKind, Kind, Verdict
from sims.topic import Topic

topic = Topic("demo")
LOG = pathlib.Path(__file__).parent / "runs.txt"
common = dict(kind=Kind.FORMULA, by=EvidenceKind.ALL_CASES, rule="parity",
              mutant=Case(3, "3 is even"), control=Case(2, "2 is even"))

def even(asserted, run):
    with LOG.open("a") as log:
        log.write(f"{asserted} ")
    if asserted == "wait":
        time.sleep(600)
    if asserted == "raise":
        raise RuntimeError("no such number")
    if asserted is None:
        return Evidence(Verdict.UNDECIDED, "no number")
    return fact(asserted % 2 == 0, f"{asserted} is even")

def add(id, value, expected=Verdict.HOLDS, **more):
    options = {**common, **more}
    topic.claim(id, says=id, expected=expected, asserted=Case(value, "?"), **options)(even)

add("demo.1", 4)
add("demo.2", 5)
add("demo.3", 4, mutant=Case(6, "6 is even"))
add("demo.4", None)
add("demo.5", "raise")
add("demo.6", "wait")
add("demo.7", 5, expected=Verdict.FAILS)
topic.documented("demo.8", "even", "Euclid, book 7", Verdict.QUIZ)
"""


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Install a package with a topic, for this process and its children; yield its folder."""
    information = tmp_path / "demo-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[studytui.topics]\ndemo = demo_topic\n")
    (tmp_path / "demo_topic.py").write_text(TOPIC)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.plugins.cache_clear()
    yield tmp_path
    registry.plugins.cache_clear()
    sys.modules.pop("demo_topic", None)


def verification(ids: str, **options: Any) -> Verification:
    claims = select([f"demo.{number}" for number in ids])
    return Verification(claims, new_worker=Worker, cores=2, **options)


def runs(demo: Path) -> int:
    log = demo / "runs.txt"
    return len(log.read_text().split()) if log.exists() else 0


def test_verdicts_come_in_the_order_asked(demo: Path) -> None:
    seen: list[str] = []
    judged = verification("7123485").run(lambda one: seen.append(one["id"]))
    assert [one["id"] for one in judged] == [f"demo.{n}" for n in "7123485"]
    assert sorted(seen) == sorted(one["id"] for one in judged)
    by_id = {one["id"]: one for one in judged}
    wrong = {id for id, one in by_id.items() if is_wrong(one)}
    assert wrong == {"demo.2", "demo.3", "demo.5"}
    assert {id for id, one in by_id.items() if is_open(one)} == {"demo.3", "demo.4", "demo.5"}
    assert by_id["demo.3"]["verdict"] == "UNDECIDED"
    assert by_id["demo.3"]["mutant"]["refused"] is False
    assert "no such number" in by_id["demo.5"]["error"]
    counts = summary(judged)
    assert counts["wrong"] == ["demo.2", "demo.3", "demo.5"]
    assert counts["undecided"] == ["demo.4"]
    assert counts["claims"] == 7
    assert counts["computed"] == 6
    assert json.loads(json.dumps(judged)) == judged


def test_a_cached_verdict_is_not_computed_again(demo: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first = verification("17", cache=cache).run()
    count = runs(demo)
    again = verification("17", cache=cache).run()
    assert runs(demo) == count
    assert [one["verdict"] for one in again] == [one["verdict"] for one in first]
    assert all(one["cached"] for one in again)
    verification("17", cache=cache, seed=1).run()
    assert runs(demo) == 2 * count
    verification("17").run()
    assert runs(demo) == 3 * count


def test_changed_code_is_never_answered_from_the_cache(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Python takes a file that changes within a second, in the same length, for the compiled one.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    cache = Cache(tmp_path / "cache")
    verification("1", cache=cache).run()
    count, before = runs(demo), code_digest("demo")
    source = demo / "demo_topic.py"
    written = source.stat()
    source.write_text(TOPIC.replace('add("demo.1", 4)', 'add("demo.1", 5)'))
    os.utime(source, ns=(written.st_atime_ns, written.st_mtime_ns))  # as if within that second
    assert code_digest("demo") != before
    (judged,) = verification("1", cache=cache).run()
    assert runs(demo) > count
    assert judged["verdict"] == "FAILS"


def test_failures_open_claims_and_broken_files_are_not_kept(demo: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    verification("45", cache=cache).run()
    assert not list((tmp_path / "cache").glob("*"))
    verification("1", cache=cache).run()
    (kept,) = (tmp_path / "cache").glob("*.json")
    kept.write_text(kept.read_text()[:20])
    count = runs(demo)
    verification("1", cache=cache).run()
    assert runs(demo) > count


def test_a_cache_that_cannot_be_written_stops_no_verification(
    demo: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way of a folder")
    judged = verification("17", cache=Cache(tmp_path / "file" / "cache")).run()
    assert [one["verdict"] for one in judged] == ["HOLDS", "FAILS"]
    (said,) = caplog.messages
    assert "results are not kept" in said
    assert "Not a directory" in said


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    opened = os.fdopen

    def half(file: int, *how: str, **more: str) -> None:
        with opened(file, *how, **more) as writer:
            writer.write("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    cache, ask = Cache(tmp_path), {"claim": "demo.1"}
    monkeypatch.setattr(os, "fdopen", half)
    for _ in range(2):
        cache.put("code", ask, 1)
    assert not list(tmp_path.iterdir())
    assert cache.get("code", ask) is None
    (said,) = caplog.messages
    assert "No space left" in said
    monkeypatch.undo()
    cache.put("code", ask, 1)
    assert cache.get("code", ask) == 1


def test_cancelling_keeps_what_was_judged(demo: Path, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    running = verification("1672", cache=cache)

    def stop(judged: dict[str, Any]) -> None:
        if judged["id"] == "demo.2":  # the other child sleeps in demo.6
            threading.Thread(target=running.cancel).start()

    with pytest.raises(WorkerCancelled):
        running.run(stop)
    count = runs(demo)
    judged = verification("172", cache=cache).run()
    assert runs(demo) == count
    assert [one.get("cached") for one in judged] == [True] * 3


class Impatient(Worker):
    """Gives the claim that waits for ever half a second, and each other one its time."""

    def call(self, task: str, arguments: Any, *, seconds: float, **options: Any) -> Any:
        """Call the task."""
        waits = arguments["claims"] == ["demo.6"]
        return super().call(task, arguments, seconds=0.5 if waits else seconds, **options)


def test_a_claim_that_takes_too_long_stays_undecided(demo: Path) -> None:
    waited, after = Verification(select(["demo.6", "demo.1"]), new_worker=Impatient, cores=2).run()
    assert waited["verdict"] == "UNDECIDED"
    assert "time limit" in waited["error"]
    assert after["verdict"] == "HOLDS"


def test_names_of_topics_and_claims(demo: Path) -> None:
    assert [claim.id for claim in select(["5.8", "24.4"])] == ["5.8", "24.4"]
    assert {claim.topic for claim in select(["Gini coefficient"])} == {"gini"}
    assert len(select(["demo"])) == 8
    assert len(select(["demo", "demo.1"])) == 8
    for wrong in ("5.99", "nonsense", "demo.99", "99.1"):
        with pytest.raises(LookupError):
            select([wrong])
    assert len(select([])) > 100


def test_the_digest_follows_other_topics_that_are_imported(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sims import cache

    files = set(cache.sources("softmax"))
    names = {path.name for path in files}
    assert {"model.py", "claims.py", "parent.py", "experiment.py"} <= names
    assert not any("gini" in path.name for path in files)
    (demo / "demo_topic.py").write_text("from sims.topics.gini import gini\n" + TOPIC)
    assert any(path.name == "gini.py" for path in cache.sources("demo"))


@pytest.mark.usefixtures("demo")
def test_each_claim_is_announced_before_it_is_judged():
    sent = []
    tasks.verify({"claims": ["demo.1"]}, sent.append)
    assert sent[0] == {"progress": 0.0, "says": "judging demo.1"}
    assert [message["judgement"]["id"] for message in sent if "judgement" in message] == ["demo.1"]
