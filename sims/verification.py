"""Verification: many claims, judged in as many children as there are cores.

A child keeps to one topic as long as that has claims left, because claims of a topic share imports
and cached runs. Results are kept in a cache as they come, so an interrupted verification goes on
where it stopped.
"""

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from sims import catalogue, registry
from sims.cache import Cache, code_digest
from sims.claims.claim import Claim, judge
from sims.claims.evidence import ACCEPTED, EvidenceKind, Verdict
from sims.run import Run
from sims.worker.parent import Worker, WorkerCancelled, WorkerError

CLAIM_SECONDS = 900.0
"""How long one claim may take, mutant and control included."""

CLAIM_MEMORY = 4 << 30
"""Bytes of resident memory that one claim may take."""

Judged = dict[str, Any]


def select(names: Iterable[str]) -> list[Claim]:
    """Return the claims that topics (slugs or titles) and claim ids name; all, for no names.

    Raises LookupError for a name that is neither.
    """
    chosen: dict[str, Claim] = {}
    for name in tuple(names) or filter(registry.opens, registry.available()):
        entry = catalogue.find(name)
        if entry or name in registry.plugins():
            claims = registry.load(entry.slug if entry else name).in_order()
        else:
            claims = [registry.claim(name)]
        chosen |= {claim.id: claim for claim in claims}
    return list(chosen.values())


@dataclass
class _Queue:
    """Claims still to run, by topic."""

    topics: dict[str, list[Claim]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, topic: str) -> Claim | None:
        """Return a claim of `topic`, else of the topic with the most left, else None."""
        with self.lock:
            left = [slug for slug, claims in self.topics.items() if claims]
            if not left:
                return None
            fullest = max(left, key=lambda slug: len(self.topics[slug]))
            return self.topics[topic if topic in left else fullest].pop(0)


@dataclass
class Verification:
    """A run over claims. `seed` and `device` are given to every claim."""

    claims: list[Claim]
    seed: int = 0
    device: str = "cpu"
    cache: Cache | None = None
    cores: int = field(default_factory=lambda: os.cpu_count() or 1)
    new_worker: Callable[[], Worker] = field(
        default=lambda: Worker(resident=CLAIM_MEMORY, niceness=5)
    )
    _workers: list[Worker] = field(default_factory=list)
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def run(self, on_judged: Callable[[Judged], None] = lambda judged: None) -> list[Judged]:
        """Return the judgements in the claims' order; `on_judged` gets each as it falls.

        `on_judged` is called in the calling thread. A claim whose procedure raises, runs out of
        time or memory is UNDECIDED, with `error` saying why. Raises WorkerCancelled after
        `cancel`; what was judged until then is in the cache.
        """
        judged = {claim.id: known for claim in self.claims if (known := self._at_once(claim))}
        for judgement in judged.values():
            on_judged(judgement)
        waiting = _Queue()
        for claim in self.claims:
            if claim.id not in judged:
                waiting.topics.setdefault(claim.topic, []).append(claim)
        count = len(self.claims) - len(judged)
        finished: SimpleQueue[Judged | Exception] = SimpleQueue()
        self._workers = [self.new_worker() for _ in range(min(self.cores, count))]
        threads = [
            threading.Thread(target=self._serve, args=(worker, waiting, finished), daemon=True)
            for worker in self._workers
        ]
        try:
            for thread in threads:
                thread.start()
            for _ in range(count):
                outcome = finished.get()
                if self._cancelled.is_set():
                    raise WorkerCancelled("cancelled")
                if isinstance(outcome, Exception):
                    raise outcome
                judged[outcome["id"]] = outcome
                on_judged(outcome)
        finally:
            self.cancel()
        return [judged[claim.id] for claim in self.claims]

    def cancel(self) -> None:
        """Stop all children, from any thread."""
        self._cancelled.set()
        for worker in self._workers:
            worker.close()

    def _at_once(self, claim: Claim) -> Judged | None:
        """Return the judgement of a claim that needs no child: documented, or in the cache."""
        if claim.procedure is None:
            return judge(claim, Run(self.seed, self.device)).to_dict()
        if self.cache is None:
            return None
        cached: Judged | None = self.cache.get(code_digest(claim.topic), self._ask(claim))
        return cached and cached | {"cached": True}

    def _ask(self, claim: Claim) -> dict[str, Any]:
        return {"claim": claim.id, "seed": self.seed, "device": self.device}

    def _serve(
        self, worker: Worker, waiting: _Queue, finished: "SimpleQueue[Judged | Exception]"
    ) -> None:
        """Judge claims with one child until none is left; a fault is passed on to the caller."""
        topic = ""
        try:
            while not self._cancelled.is_set() and (claim := waiting.next(topic)):
                topic = claim.topic
                finished.put(self._judged(worker, claim))
        except Exception as error:
            finished.put(error)

    def _judged(self, worker: Worker, claim: Claim) -> Judged:
        """Judge one claim in a child and keep the result, if the code is still what was run.

        UNDECIDED is not kept: a claim on real processes may be decided on a quieter machine.
        """
        code = code_digest(claim.topic) if self.cache else ""
        arguments = {"claims": [claim.id], "seed": self.seed, "device": self.device}
        try:
            judged: Judged = worker.call(
                "sims.tasks:verify", arguments, seconds=CLAIM_SECONDS, cancelled=self._cancelled
            )[0]
        except WorkerError as error:
            return claim.undecided().to_dict() | {"error": str(error), "device": self.device}
        decided = judged["verdict"] != Verdict.UNDECIDED
        if self.cache and decided and code_digest(claim.topic) == code:
            self.cache.put(code, self._ask(claim), judged)
        return judged


def is_wrong(judged: Judged) -> bool:
    """Return whether a judgement contradicts the expected verdict, or its check is broken."""
    mutant = judged["mutant"]
    passing_mutant = mutant is not None and mutant["verdict"] in ACCEPTED
    undecided = judged["verdict"] == Verdict.UNDECIDED
    return bool(
        passing_mutant
        or judged.get("error")
        or (judged["verdict"] != judged["expected"] and not undecided)
    )


def is_open(judged: Judged) -> bool:
    """Return whether a claim stayed undecided that was expected to be decided."""
    return bool(judged["verdict"] == Verdict.UNDECIDED != judged["expected"])


def summary(judgements: list[Judged]) -> dict[str, Any]:
    """Return counts of verdicts and of evidence, and the ids that came out wrong or open.

    `decided` was settled by computing; claims that only agree where they were tried, that a source
    states (`cited`) and that no machine can decide (`not_decidable`) are counted apart.
    """
    computed = [j for j in judgements if j["mutant"] is not None or j.get("error")]
    verdicts = Counter(str(j["verdict"]) for j in judgements)
    kinds = Counter(str(j["evidence_kind"]) for j in judgements if j["evidence_kind"])
    settled = Counter(
        str(j["verdict"])
        for j in judgements
        if j["evidence_kind"] not in (None, EvidenceKind.CITED)
    )
    return {
        "claims": len(judgements),
        "computed": len(computed),
        "decided": sum(settled.values()) - settled[Verdict.AGREES],
        "held": settled[Verdict.HOLDS],
        "refuted": settled[Verdict.FAILS],
        "conditional": settled[Verdict.CONDITIONAL],
        "agrees": settled[Verdict.AGREES],
        "cited": kinds[EvidenceKind.CITED],
        "not_decidable": verdicts[Verdict.QUIZ],
        "verdicts": dict(verdicts),
        "evidence": {kind.value: kinds[kind] for kind in EvidenceKind if kinds[kind]},
        "mutants_refused": sum(bool(j["mutant"] and j["mutant"]["refused"]) for j in computed),
        "wrong": [j["id"] for j in judgements if is_wrong(j)],
        "undecided": [j["id"] for j in judgements if is_open(j) and not is_wrong(j)],
        "seconds": round(sum(j["seconds"] for j in judgements), 1),
    }
