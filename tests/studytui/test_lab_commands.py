"""The verify, sim and derive commands: their JSON, their words and their exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sims.verification import select, summary
from studytui import cli
from studytui.commands.verify import in_words
from studytui.widgets.verdict import figure

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the home of all tests here: what was judged once is kept there."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a runner of command lines that gives exit code, standard output and errors."""
    monkeypatch.setenv("STUDYTUI_HOME", str(home))

    def call(*arguments: str) -> tuple[int, str, str]:
        code = 0
        try:
            cli.main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capfd.readouterr()
        return code, out, err

    return call


def test_sim_lists_with_parameters_and_without_the_heavy_libraries(run: Run) -> None:
    code, out, _ = run("sim", "--json")
    listed = {one["name"]: one for one in json.loads(out)["simulations"]}
    assert code == 0
    controls = listed["gini.lorenz"]["parameters"]
    assert {"name", "type", "default", "low", "high", "says"} <= set(controls[0])
    assert "24.3" in listed["gini.lorenz"]["claims"]
    code, out, _ = run("sim")
    assert "softmax.jacobian" in out


def test_sim_runs_in_a_child_and_repeats_itself(run: Run) -> None:
    arguments = ("sim", "softmax.temperature", "--set", "T=0.5", "--set", "a=3", "--seed", "4")
    results = [json.loads(run(*arguments, "--json")[1]) for _ in range(2)]
    assert set(results[0]) == {
        "name",
        "parameters",
        "seed",
        "device",
        "outputs",
        "units",
        "shown",
        "digest",
        "seconds",
    }
    assert results[0]["parameters"]["T"] == 0.5
    assert results[0]["seed"] == 4
    assert results[0]["units"]["entropy"] == "nats"
    assert results[0]["shown"]["entropy"].endswith(" nats")
    assert results[0]["digest"] == results[1]["digest"]
    code, out, _ = run(*arguments)
    assert code == 0
    assert "temperature" in out
    assert results[0]["digest"] in out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sim", "softmax.nothing"), "no simulation called softmax.nothing"),
        (("sim", "nothing.at-all"), "no simulation called nothing.at-all; studytui sim lists them"),
        (("sim", "softmax.temperature", "--set", "T"), "name=value"),
        (("sim", "softmax.temperature", "--set", "T=-1"), "between 0.05 and 20"),
        (("sim", "softmax.temperature", "--set", "T=warm"), "T needs a number, not warm"),
        (("sim", "softmax.temperature", "--set", "x=1"), "no parameter 'x'"),
        (("sim", "softmax.temperature", "--set", f"T={'9' * 400}"), "T must be finite"),
        (("sim", "softmax.temperature", "--set", f"T=0.{'9' * 400}e-999"), "between 0.05 and 20"),
        (("sim", "softmax.temperature", "--set", f"T=1e{'9' * 5000}"), "T must be finite"),
        (("sim", "softmax.temperature", "--device", "nowhere"), "device nowhere"),
        (("sim", "nothing"), "no simulation called nothing; studytui sim lists them"),
        (("derive", "softmax.nothing"), "no derivation called softmax.nothing"),
        (("derive", "nothing"), "no derivation called nothing; studytui derive lists them"),
        (("verify", "nonsense"), "no topic called nonsense"),
        (("verify", "5.99"), "no claim called 5.99"),
    ],
)
def test_bad_input_is_one_sentence_and_code_2(
    run: Run, arguments: tuple[str, ...], says: str
) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert len(err.strip().splitlines()) == 1


def test_derive_proves_each_step(run: Run) -> None:
    code, out, _ = run("derive", "softmax.gradient", "--json")
    told: dict[str, Any] = json.loads(out)
    assert code == 0
    assert told["name"] == "softmax.gradient"
    assert all(step["proved"] and step["because"] and step["expression"] for step in told["steps"])
    code, out, _ = run("derive", "softmax.gradient")
    assert "proved by algebra" in out
    assert "quotient rule" in out
    assert "\n   ✓ proved by algebra" in out


def test_derive_says_what_short_names_stand_for(run: Run) -> None:
    _, out, _ = run("derive", "a3c.advantage")
    rows = [row.strip() for row in out.splitlines()]
    assert rows[2:6] == [
        "1. discounted one-step errors of the critic",
        "δ₀ + δ₁γ + δ₂γ²",
        "where",
        "δ₀ = V₁γ − V₀ + r₀",
    ]
    assert rows.count("where") == 1


def test_derive_lists(run: Run) -> None:
    code, out, _ = run("derive", "--json")
    listed = {one["name"]: one for one in json.loads(out)["derivations"]}
    assert code == 0
    assert listed["softmax.gradient"]["steps"] == 4
    assert listed["softmax.gradient"]["topic"] == "softmax"


def test_verify_judges_and_keeps(run: Run) -> None:
    code, out, err = run("verify", "5.2", "8.1", "--json")
    told = json.loads(out)
    assert code == 0
    assert err == ""
    assert [one["id"] for one in told["claims"]] == ["5.2", "8.1"]
    judged = told["claims"][0]
    assert (judged["verdict"], judged["mutant"]["refused"]) == ("HOLDS", True)
    assert judged["evidence_kind"] == "proved"
    assert judged["shown"] == "✓ proved"
    assert judged["decided_as"] == "divide by the sum"
    assert told["claims"][1]["evidence_kind"] == "cited"
    assert judged["control"]["passed"] is True
    assert told["summary"]["mutants_refused"] == 1


def test_verify_says_what_a_verdict_rests_on(run: Run) -> None:
    code, out, _ = run("verify", "5.2", "8.1", "19.4", "19.9")
    assert code == 0
    assert "mutant refused: divide by the length" in out
    assert "note: exponentiate each score, then normalize by the sum" in out
    assert "decided as: divide by the sum" in out
    assert "4 claims: 2 decided here" in out
    assert "1 agree where tried, 1 cited, 0 not decidable" in out
    assert "3 of 3 mutants refused" in out
    assert "source: Sutton and Barto 2018" in out
    assert "8.1     HOLDS        “ cited" in out
    assert "assuming: independent exponential times" in out


@pytest.mark.parametrize(("verdict", "code"), [("FAILS", 1), ("UNDECIDED", 3)])
def test_verify_tells_a_wrong_verdict_from_an_open_one(
    run: Run, monkeypatch: pytest.MonkeyPatch, verdict: str, code: int
) -> None:
    from sims import registry
    from sims.claims.claim import Claim
    from sims.verification import Verification

    claim: Claim = registry.claim("5.2")
    judged = claim.undecided().to_dict() | {"verdict": verdict}
    monkeypatch.setattr(Verification, "run", lambda self, show: [judged])
    assert run("verify", "5.2", "--json")[0] == code


def test_one_of_a_thing_is_said_in_the_singular() -> None:
    counts = summary([])
    counts |= {"claims": 1, "decided": 1, "held": 1, "mutants_refused": 1, "computed": 1}
    said = in_words(counts)
    assert said.startswith("1 claim: 1 decided here (1 hold, ")
    assert said.endswith("\n1 of 1 mutant refused.")
    assert figure({"statistic": 2.0, "seeds": 1}) == "2, from 1 repetition"


def test_claims_come_in_the_order_of_their_numbers() -> None:
    numbers = [claim.id for claim in select(["cross-domain-recsys", "Softmax", "MCTS"])]
    assert numbers[:8] == [f"1.{n}" for n in range(1, 9)]
    assert numbers[8:19] == [f"5.{n}" for n in range(1, 12)]
    assert numbers[19:22] == ["14.1", "14.1.1", "14.2"]
