"""Predictions: what will a simulation give? One commits to a number, then the run decides.

Each names a simulation whose runs scatter, one of its outputs, and values to draw.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cards.answers.result import Output
from cards.card import Card, Check, Kind
from cards.variants.generator import Generator

ERRORS, SHARE = "3 standard errors", "10%"
"""A prediction is right within the wider of the two."""

DECK = "Predictions"


@dataclass(frozen=True)
class Prediction:
    """What is asked of one simulation; `{name}` in `asks` is the value drawn."""

    simulation: str
    output: str
    asks: str
    given: Mapping[str, str]

    def card(self) -> Card:
        """Return it as a card, which is drawn, graded and shown like any other."""
        topic = self.simulation.partition(".")[0]
        id = f"prediction-{self.simulation}-{self.output}"
        says = f"Within 3 standard errors of the run, or {SHARE}, counts as right."
        return Card(
            id=id,
            family=id,
            deck=DECK,
            topic=topic,
            headings=(),
            kind=Kind.NUMBER,
            prompt=f"Predict, then watch it run: {self.asks} ({says})",
            answer=f"What `{self.simulation}` gives.",
            file="",
            line=0,
            check=Check(
                given=dict(self.given),
                simulation=self.simulation,
                output=self.output,
                tolerance=ERRORS,
                settings={name: name for name in self.given},
            ),
        )


PREDICTIONS = (
    Prediction(
        "gini.lorenz",
        "gini",
        "the incomes of many people are Pareto distributed with index {a}. "
        "What is their Gini coefficient?",
        {"a": "[1.5, 2, 3, 5]"},
    ),
    Prediction(
        "pareto.shares",
        "top_fifth_sampled",
        "incomes are Pareto distributed with index {a}. Which share of all income, between 0 and "
        "1, do the richest fifth hold in a sample?",
        {"a": "[1.3, 1.6, 2, 3]"},
    ),
    Prediction(
        "mcts.regret",
        "regret",
        "UCB1 plays 2000 times on {arms} arms, the best of which pays {gap} more than the others. "
        "What regret has it run up, on average?",
        {"arms": "[2, 5, 8]", "gap": "[0.2, 0.4]"},
    ),
    Prediction(
        "mcts.tree",
        "optimal_share",
        "in a position of tic-tac-toe where one move must block, UCT searches {iterations} times. "
        "Which share of the visits, between 0 and 1, goes to that move?",
        {"iterations": "[100, 400]"},
    ),
    Prediction(
        "distributed-dl.timeline",
        "idle",
        "{workers} synchronous workers take exponentially distributed times for a gradient, and "
        "the last is {straggler} times slower. Which share of their time, between 0 and 1, do they "
        "wait?",
        {"workers": "[4, 8, 16]", "straggler": "[1, 3]"},
    ),
    Prediction(
        "exposure-bias.shift",
        "total_variation",
        "in every step a model is off by a total variation of about {misfit}. By how much do its "
        "own prefixes of {length} tokens differ from the true ones, in total variation?",
        {"misfit": "[0.05, 0.1, 0.2]", "length": "[4, 8]"},
    ),
    Prediction(
        "mac-signatures.guess",
        "sampled",
        "attackers may try {tries} tags of 8 bits each. Which share of them, between 0 and 1, "
        "forges at least once?",
        {"tries": "[50, 100, 300]"},
    ),
    Prediction(
        "mac-signatures.avalanche",
        "mean",
        "one bit of a message is flipped. Which share of the bits of its tag, between 0 and 1, "
        "changes under {scheme}?",
        {"scheme": "[HMAC-SHA256]"},
    ),
    Prediction(
        "a3c.diversity",
        "lag_1",
        "{workers} workers feed one stream of transitions. How strongly do neighbours in it "
        "correlate?",
        {"workers": "[2, 4, 8]"},
    ),
    Prediction(
        "batch-normalization.covariance",
        "correlation",
        "two features that correlate by {correlation} are batch normalized. By how much do they "
        "correlate afterwards?",
        {"correlation": "[0.3, 0.5, 0.8]"},
    ),
)


def predicts(card: Card) -> bool:
    """Whether a card asks for the output of a simulation, so that one can watch it run."""
    return bool(card.check and card.check.simulation and card.check.output)


def judged_by(card: Card, output: Output | None) -> Card:
    """Return the card with the tolerance that the run's own scatter calls for.

    Cards of notes say themselves how near an answer must be.
    """
    if card.check is None or card.deck != DECK or output is None or output.value is None:
        return card
    wide = 3 * output.standard_error > abs(output.value) / 10
    return replace(card, check=replace(card.check, tolerance=ERRORS if wide else SHARE))


def drawn(topics: Sequence[str], count: int, generator: Generator) -> Iterator[Card]:
    """Yield up to `count` predictions about some topics, in a drawn order."""
    found = [one for one in PREDICTIONS if one.simulation.partition(".")[0] in topics]
    generator.shuffle(found)
    for one in found[:count]:
        yield one.card()
