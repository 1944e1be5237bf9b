"""A topic: the simulations, derivations and claims of one heading of the notes."""

import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, wraps
from typing import Any

from sims import catalogue
from sims.claims.claim import Case, Claim, Procedure
from sims.claims.evidence import Evidence, EvidenceKind, Kind, Verdict
from sims.derivation import Derivation, Step
from sims.run import Run
from sims.simulation import Model, Simulation


class Topic:
    """Collects what a topic module declares, through decorators, in the order of the page."""

    def __init__(self, slug: str) -> None:
        """Start the topic `slug`; a bundled one takes its title from the catalogue."""
        entry = catalogue.find(slug)
        self.slug = slug
        self.title = entry.title if entry else slug
        self.simulations: dict[str, Simulation] = {}
        self.derivations: dict[str, Derivation] = {}
        self.claims: dict[str, Claim] = {}
        self.second_routes = ""
        """The module that declares second routes, imported to decide a claim and not to look."""
        self._checks: list[Callable[[int, str], None]] = []

    def simulation(
        self, name: str, parameters: type, *, says: str, units: Mapping[str, str] | None = None
    ) -> Callable[[Model], Model]:
        """Register `model(parameters, run)` as the simulation `<slug>.<name>`.

        `units` names, for each unit, the outputs that have it, with spaces between: `{"s": "ring
        tree"}`. Outputs that it does not name are pure numbers.
        """
        of = {output: unit for unit, names in (units or {}).items() for output in names.split()}

        def register(model: Model) -> Model:
            full = f"{self.slug}.{name}"
            self.simulations[full] = Simulation(full, self.slug, says, parameters, model, of)
            return model

        return register

    def outputs(self, name: str, run: Run, **settings: Any) -> Mapping[str, float]:
        """Return the outputs in which the simulation `<slug>.<name>` ends."""
        return self.simulations[f"{self.slug}.{name}"].outputs(run, **settings)

    def derivation(
        self, name: str, *, says: str, **options: Any
    ) -> Callable[[Callable[[], Iterator[Step]]], Callable[[], Iterator[Step]]]:
        """Register a generator of steps as the derivation `<slug>.<name>`.

        `options` are those of `sims.derivation.Derivation`.
        """

        def register(steps: Callable[[], Iterator[Step]]) -> Callable[[], Iterator[Step]]:
            full = f"{self.slug}.{name}"
            self.derivations[full] = Derivation(full, self.slug, says, steps, **options)
            return steps

        return register

    def second_route(self, check: Callable[[Run], None]) -> Callable[[Run], None]:
        """Register `check(run)`, which holds figures of the topic to a route of their own.

        It shares no code with them, and raises ArithmeticError where they differ. Then no claim of
        the topic is decided: whoever looks at its picture would be shown something else.
        """

        @cache
        def once(seed: int, device: str) -> None:
            check(Run(seed, device))

        self._checks.append(once)
        return check

    def check_second_routes(self, run: Run) -> int:
        """Raise ArithmeticError where a second route leads elsewhere; return how many there are."""
        if self.second_routes:
            importlib.import_module(self.second_routes)
        for check in self._checks:
            check(run.seed, run.device)
        return len(self._checks)

    def claim(
        self,
        id: str,
        *,
        says: str,
        kind: Kind,
        by: EvidenceKind,
        expected: Verdict = Verdict.HOLDS,
        rule: str,
        mutant: Case,
        control: Case,
        simulation: str = "",
        derivation: str = "",
        **parts: Any,
    ) -> Callable[[Procedure], Procedure]:
        """Register `procedure(asserted, run)` as the decision procedure of a claim.

        `simulation` and `derivation` show it; without a slug they are this topic's. `parts`
        are the other fields of `sims.claims.claim.Claim`: `asserted`, or `statement`
        with `inside` and `outside`; `scope`, `source`, `right`, `assumptions`.
        """

        def register(procedure: Procedure) -> Procedure:
            @wraps(procedure)
            def decide(asserted: Any, run: Run) -> Evidence:
                self.check_second_routes(run)
                return procedure(asserted, run)

            self._add(
                Claim(
                    id,
                    self.slug,
                    says,
                    kind,
                    by,
                    expected,
                    rule,
                    procedure=decide,
                    mutant=mutant,
                    control=control,
                    simulation=self._full(simulation),
                    derivation=self._full(derivation),
                    **parts,
                )
            )
            return procedure

        return register

    def proved(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register a formula that algebra settles; `parts` are those of `claim`."""
        return self._by(EvidenceKind.PROVED, Kind.FORMULA, id, parts)

    def proved_for_sizes(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register a formula that algebra settles for the sizes that its `scope` names."""
        return self._by(EvidenceKind.PROVED_FOR_SIZES, Kind.FORMULA, id, parts)

    def all_cases(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register a statement on finitely many cases, each of which is looked at."""
        return self._by(EvidenceKind.ALL_CASES, Kind.NUMERIC, id, parts)

    def agrees(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register a formula that is tried at points or sizes, and not proved."""
        return self._by(EvidenceKind.AGREES, Kind.FORMULA, id, parts)

    def simulated(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register an experiment in a model whose `assumptions` are stated."""
        return self._by(EvidenceKind.SIMULATED, Kind.EXPERIMENT, id, parts)

    def ran(self, id: str, **parts: Any) -> Callable[[Procedure], Procedure]:
        """Register what real processes, layers or ciphers on this machine show."""
        return self._by(EvidenceKind.RAN, Kind.STRUCTURAL, id, parts)

    def _by(
        self, by: EvidenceKind, kind: Kind, id: str, parts: Mapping[str, Any]
    ) -> Callable[[Procedure], Procedure]:
        """Register a claim by its evidence, with the kind that goes with it unless one is given."""
        return self.claim(id, **{"kind": kind, "by": by, **parts})

    def fence(self, id: str, fence: str, **parts: Any) -> None:
        """Register a claim written in the language of notes: `docs/claims.md`.

        `fence` has the lines of the fence but for `claim`; the value of each case is that
        line. `parts` are those of `claim`.
        """

        @self.proved(id, fence=fence.strip(), **parts)
        def decided(asserted: str, run: Run) -> Evidence:
            """Decide the fence as one of a note is decided."""
            from sims.claims.decide import decide
            from sims.claims.statement import read_fence

            evidence = decide(read_fence(f"{fence.strip()}\nclaim: {asserted}"), attack=False)
            return replace(evidence, proved=evidence.kind is EvidenceKind.PROVED)

    def documented(
        self,
        id: str,
        says: str,
        source: str,
        expected: Verdict = Verdict.HOLDS,
        right: str = "",
        kind: Kind = Kind.DEFINITIONAL,
    ) -> None:
        """Register a claim that rests on a citation: nothing is computed."""
        cited = EvidenceKind.CITED
        self._add(Claim(id, self.slug, says, kind, cited, expected, source=source, right=right))

    def in_order(self) -> list[Claim]:
        """Return the claims by their numbers: 1.2 before 1.10, and 8.7 before 8.7.1."""
        return sorted(
            self.claims.values(), key=lambda claim: [int(n) for n in re.findall(r"\d+", claim.id)]
        )

    def shown_by(self, name: str) -> list[Claim]:
        """Return the topic's claims that the simulation or derivation of a full name shows."""
        return [claim for claim in self.in_order() if name in (claim.simulation, claim.derivation)]

    def _full(self, name: str) -> str:
        """Return the full name of a simulation or derivation; "" for none."""
        return f"{self.slug}.{name}" if name and "." not in name else name

    def _add(self, claim: Claim) -> None:
        if claim.id in self.claims:
            raise ValueError(f"claim {claim.id} is declared twice")
        self.claims[claim.id] = claim
