"""The claims on what the stages teach, decided in small models that learn."""

import math
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, every, experiment, fact
from sims.lazy import np, scipy, torch
from sims.run import Run
from sims.topics.training_stages.model import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


DOCUMENTS, QUESTIONS, ANSWERS = 500, 10, 200
"""Documents that a model is fitted to, questions in each, answers sampled from the model."""
PAIRED, EPOCHS = 50, 50
"""Documents of pairs to fine-tune on, and how often each is read."""
STAGES = {"pre-trained": (0.2, 0), "fine-tuned": (0.2, EPOCHS), "lists only": (1.0, 0)}
"""The share of pre-training documents that list questions, and the epochs of fine-tuning."""


def follow_ups(stage: str, run: Run, stream: str) -> float:
    """Return the share of questions among lines sampled after a question.

    The model is the frequencies of neighbouring lines in documents of ten questions, of which some
    only list them; in all others each question has its answer. Fine-tuning adds the counts of
    documents of the latter kind, once for each epoch.
    """
    lists, epochs = STAGES[stage]
    rng = run.rng(stream)
    listed = int(rng.binomial(DOCUMENTS, lists))
    pairs = ["question", "answer"] * QUESTIONS
    texts = [["question"] * QUESTIONS] * listed + [pairs] * (DOCUMENTS - listed)
    steps = Counter(step for text in texts for step in pairwise(text))
    for step in pairwise(pairs):
        steps[step] += PAIRED * epochs
    again, answered = steps["question", "question"], steps["question", "answer"]
    return float(rng.binomial(ANSWERS, again / (again + answered))) / ANSWERS


@topic.simulated(
    "2.7",
    says="might just generate more questions",
    rule="share of sampled continuations of a question that are questions, less 5 %, over 200 "
    "samples from models fitted to 500 documents; 20 seeds, two rounds; the mean is within a tenth "
    "and one point of the share in all text read",
    right="after pre-training on text in which questions follow questions; fine-tuning on pairs "
    "of question and answer makes it rare",
    assumptions=(
        "a Markov model over kinds of lines, one document in five a list of questions",
        "fine-tuning reads 50 documents of pairs 50 times, and counts all that was read alike",
    ),
    mutant=Case(("fine-tuned", 0.05), "so does one fine-tuned on pairs of question and answer"),
    control=Case(("lists only", 0.9), "trained on lists of questions only: more than 90 %"),
    asserted=Case(
        ("pre-trained", 0.05),
        "a pre-trained model goes on from a question with a question more than 5 % of the time",
    ),
    simulation="diet",
)
def more_questions(asserted: tuple[str, float], run: Run) -> Evidence:
    """Sample what follows a question in a fitted model, beside the share expected of its text."""
    stage, least = asserted
    seen: list[float] = []

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        seeds = range(offset, offset + count)
        seen.extend(follow_ups(stage, run, f"{stage} {seed}") for seed in seeds)
        return np.array(seen[offset:]) - least

    decided = experiment(sample, margin=0.0, says=f"share of questions, {stage}, less {least:g}")
    # A list has one step fewer in which a question is followed by something.
    lists, epochs = STAGES[stage]
    read = DOCUMENTS * (QUESTIONS - lists) + PAIRED * epochs * QUESTIONS
    exact = DOCUMENTS * lists * (QUESTIONS - 1) / read
    gap = float(np.mean(seen)) - exact
    near = fact(abs(gap) < 0.01 + exact / 10, f"{gap:+.3f} from the share of the texts")
    return every([decided, near])


LETTERS, BATCH, STEPS, RATE = 8, 32, 1000, 2.0
ORDERS = {
    "first": slice(0, STEPS // 10),
    "mixed": slice(0, None, 10),
    "last": slice(STEPS - STEPS // 10, None),
    "only": slice(None),
}
"""The steps that read good text."""


def annealed(steps: int) -> "NDArray[np.float64]":
    """Return the learning rate at each step: constant, then linearly to 0 in the last third."""
    rates: NDArray[np.float64] = RATE * np.interp(np.arange(steps), [steps * 2 / 3, steps], [1, 0])
    return rates


def texts(first: int, seeds: int, run: Run) -> "tuple[Tensor, Tensor, Tensor]":
    """Return the chains of good and broad text, (seeds, a, b), and uniform numbers to sample by."""
    generator = run.generator(f"texts {first}")

    def chain() -> "Tensor":
        shape = (seeds, LETTERS, LETTERS)
        return (1.5 * torch.randn(shape, generator=generator, device=run.device)).softmax(-1)

    good, broad = chain(), chain()
    shape = (STEPS, seeds, BATCH, 2)
    return good, broad, torch.rand(shape, generator=generator, device=run.device)


@cache
def final_losses(order: str, first: int, seeds: int, seed: int, device: str) -> "Tensor":
    """Train bigram language models on two distributions of text; return the good one's loss.

    Of 1,000 steps a tenth uses good text: `first`, `mixed` or `last` (or all of them:
    `only`). Shape (seeds,), nats for each token.
    """
    good, broad, noise = texts(first, seeds, Run(seed, device))
    is_good = np.zeros(STEPS, bool)
    is_good[ORDERS[order]] = True
    logits = torch.zeros_like(good, requires_grad=True)
    rows = torch.arange(seeds, device=device)[:, None]
    for step, rate in enumerate(annealed(STEPS)):
        source = good if is_good[step] else broad
        place, height = noise[step].unbind(-1)
        before = (place * LETTERS).long()
        after = (source[rows, before].cumsum(-1)[..., :-1] < height[..., None]).sum(-1)
        read = logits[rows, before].flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(read, after.flatten(), reduction="sum") / BATCH
        (gradient,) = torch.autograd.grad(loss, logits)
        logits = (logits.detach() - float(rate) * gradient).requires_grad_()
    return cross_entropy(good, logits.detach().softmax(-1)).double().cpu()


def cross_entropy(chain: "Tensor", model: "Tensor") -> "Tensor":
    """Return the model's loss on a chain in nats, the mean over all letters before, (seeds,)."""
    loss: Tensor = torch.special.xlogy(chain, model).sum(-1).mean(-1)
    return -loss


@topic.simulated(
    "2.9",
    says="still next-token prediction, just with a sharper data diet near the end",
    rule="final loss on good text, log ratio of the second order to the first, beyond log 1.02; "
    "10 paired seeds, two rounds; the loss is the same in all, entropy and KL divergence added up, "
    "and on good text alone it comes within 2 % of that text's entropy",
    right="the loss is the same; only what is read, and when, differs",
    assumptions=("bigram models of 8 letters, 1,000 steps, the rate annealed in the last third",),
    asserted=Case(("last", "mixed"), "good text near the end beats mixing it in"),
    mutant=Case(("first", "mixed"), "good text at the start beats mixing it in"),
    control=Case(("last", "first"), "good text near the end beats good text at the start"),
    simulation="diet",
)
def diet(asserted: tuple[str, str], run: Run) -> Evidence:
    """Train on the same texts in another order."""
    better, worse = asserted

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        low, high = (
            final_losses(order, offset, count, run.seed, run.device).numpy()
            for order in (better, worse)
        )
        gap: NDArray[np.float64] = np.log(high / low) - math.log(1.02)
        return gap

    says = f"log loss {worse} / {better}, less 2 %"
    return every([experiment(sample, margin=0.0, first=10, says=says), _learns(run)])


def _alone(run: Run) -> float:
    """Return the first network's final loss on mixed text, trained by torch's own layers."""
    good, broad, noise = (part.cpu() for part in texts(0, 10, run))
    model = torch.nn.Embedding(LETTERS, LETTERS)
    torch.nn.init.zeros_(model.weight)
    descent = torch.optim.SGD(model.parameters(), lr=RATE)
    for step in range(STEPS):
        place, height = noise[step, 0].unbind(-1)
        before = (place * LETTERS).long()
        source = good[0] if step % 10 == 0 else broad[0]
        after = (source[before].cumsum(-1)[:, :-1] < height[:, None]).sum(-1)
        descent.param_groups[0]["lr"] = RATE * min(1.0, 3 * (1 - step / STEPS))
        descent.zero_grad()
        torch.nn.functional.cross_entropy(model(before), after).backward()  # type: ignore[no-untyped-call]
        descent.step()
    chances = model.weight.detach().softmax(-1).double()
    return float(-(good[0].double() * chances.log()).sum(-1).mean())


def _learns(run: Run) -> Evidence:
    """Check the training: on good text alone the loss ends near the text's own entropy."""
    good, broad, _ = (part.cpu().double() for part in texts(0, 10, run))
    least = scipy.stats.entropy(good, axis=-1).mean(-1)
    apart = scipy.stats.entropy(good, broad, axis=-1).mean(-1)
    defined = np.allclose(cross_entropy(good, broad), least + apart, rtol=1e-6)
    loss = final_losses("only", 0, 10, run.seed, run.device).numpy()
    excess = float((loss / least).mean()) - 1
    rates = annealed(STEPS)
    whole = abs(float(rates.mean()) / RATE - 5 / 6) < 1e-3 and float(rates.max()) == RATE
    rows = bool(((good.sum(-1) - 1).abs() < 1e-5).all())
    one = float(final_losses("mixed", 0, 10, run.seed, run.device)[0])
    same = abs(one - _alone(run)) < 1e-3
    says = f"{excess:.2%} above the entropy"
    return fact(defined and whole and rows and same and 0 < excess < 0.02, says)
