"""The claims on what the stages teach, decided in small models that learn."""

import math
from functools import cache
from typing import TYPE_CHECKING, Any

from sims.claim import Case
from sims.evidence import Evidence, Kind, Level, Verdict
from sims.lazy import np, torch
from sims.run import Run
from sims.statistics import experiment
from sims.topics.training_stages.model import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


@topic.claim(
    "2.7",
    says="might just generate more questions",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="share of sampled continuations of a question that are questions, less 5 %, over 200 "
    "samples from models fitted to 500 documents; 20 seeds, two rounds",
    right="after pre-training on text in which questions follow questions; fine-tuning on pairs "
    "of question and answer removes it",
    assumptions=("a Markov model over kinds of lines, one document in five a list of questions",),
    inside=Case(("pre-trained", 0.05), "pre-trained: more than 5 % of the time"),
    outside=Case(("fine-tuned", 0.05), "fine-tuned: more than 5 % of the time"),
    mutant=Case(("pre-trained", 0.9), "pre-trained: more than 90 % of the time"),
    control=Case(("lists only", 0.9), "trained on lists of questions only: more than 90 %"),
)
def more_questions(asserted: tuple[str, float], run: Run) -> Evidence:
    """Count which kind of line follows a question in each corpus, and sample from the counts."""
    stage, least = asserted
    lists = {"pre-trained": 0.2, "fine-tuned": 0.0, "lists only": 1.0}[stage]

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        shares = []
        for seed in range(offset, offset + count):
            rng = run.rng(f"{stage} {seed}")
            is_list = rng.random(500) < lists
            # A list holds nine steps from question to question, a dialogue ten to an answer.
            to_question = 9 * int(is_list.sum())
            to_answer = 10 * int((~is_list).sum())
            p = (to_question + 0.01) / (to_question + to_answer + 0.02)
            shares.append(float((rng.random(200) < p).mean()))
        return np.array(shares) - least

    return experiment(sample, margin=0.0, says=f"share of questions, {stage}, less {least:g}")


@cache
def final_losses(order: str, first: int, seeds: int, seed: int, device: str) -> "Tensor":
    """Train bigram language models on two distributions of text; return the good one's loss.

    Of 1,000 steps a tenth uses good text: ``first``, ``mixed`` or ``last``; the learning rate falls
    linearly to 0 in the last third. Shape (seeds,), nats for each token.
    """
    letters, batch, steps = 8, 32, 1000
    generator = Run(seed, device).generator(f"texts {first}")

    def chain() -> "Tensor":
        draw = torch.randn(seeds, letters, letters, generator=generator, device=device)
        return (1.5 * draw).softmax(-1)

    good, broad = chain(), chain()
    noise = torch.rand(steps, seeds, batch, 2, generator=generator, device=device)
    logits = torch.zeros(seeds, letters, letters, device=device)
    every = torch.arange(seeds, device=device)[:, None]
    for step in range(steps):
        is_good = {
            "first": step < steps // 10,
            "mixed": step % 10 == 0,
            "last": step >= steps - steps // 10,
        }[order]
        source = good if is_good else broad
        before = (noise[step, :, :, 0] * letters).long().clamp_max(letters - 1)
        after = (source[every, before].cumsum(-1) < noise[step, :, :, 1:]).sum(-1)
        after = after.clamp_max(letters - 1)
        rate = 2.0 * min(1.0, 3 * (steps - step) / steps)
        error = logits[every, before].softmax(-1)
        error.scatter_add_(2, after[..., None], -torch.ones_like(error[..., :1]))
        update = torch.zeros_like(logits)
        update.index_put_((every.expand_as(before), before), error, accumulate=True)
        logits = logits - rate * update / batch
    loss: Tensor = -(good * logits.log_softmax(-1)).sum(-1).mean(-1)
    return loss.double().cpu()


@topic.claim(
    "2.9",
    says="still next-token prediction, just with a sharper data diet near the end",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.HOLDS,
    rule="final loss on good text, log ratio of the second order to the first, beyond log 1.02; "
    "10 paired seeds, two rounds; the loss is the same in all",
    right="the loss is the same; only what is read, and when, differs",
    assumptions=("bigram models of 8 letters, 1,000 steps, the rate annealed in the last third",),
    asserted=Case(("last", "mixed"), "good text near the end beats mixing it in"),
    mutant=Case(("first", "mixed"), "good text at the start beats mixing it in"),
    control=Case(("last", "first"), "good text near the end beats good text at the start"),
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

    return experiment(sample, margin=0.0, first=10, says=f"log loss {worse} / {better}, less 2 %")


def few_shot_errors(way: str, inside: bool, seeds: int, run: Run, stream: str) -> Any:
    """Return errors on a task after 6 examples, shape (seeds,), relative to knowing nothing.

    Pre-training sees 40 linear tasks of 20 inputs that share 3 directions, and keeps the 3 main
    directions of their solutions; fine-tuning is ridge regression there, or on the raw inputs.
    ``inside``: the task lies in the shared directions; else it is orthogonal to them.
    """
    rng = run.rng(stream)
    basis = np.linalg.qr(rng.normal(size=(seeds, 20, 20)))[0]
    shared, rest = basis[:, :, :3], basis[:, :, 3:6]
    tasks = shared @ rng.normal(size=(seeds, 3, 40)) + 0.05 * rng.normal(size=(seeds, 20, 40))
    learned = np.linalg.svd(tasks)[0][:, :, :3]
    target = (shared if inside else rest) @ rng.normal(size=(seeds, 3, 1))
    x = rng.normal(size=(seeds, 6, 20))
    y = x @ target + 0.05 * rng.normal(size=(seeds, 6, 1))
    directions = learned if way == "pre-trained" else np.broadcast_to(np.eye(20), (seeds, 20, 20))
    features = x @ directions
    gram = features.swapaxes(1, 2) @ features + 0.01 * np.eye(features.shape[2])
    found = directions @ np.linalg.solve(gram, features.swapaxes(1, 2) @ y)
    return ((found - target) ** 2).sum((1, 2)) / (target**2).sum((1, 2))


@topic.claim(
    "2.14",
    says="The capability was already there from pre-training",
    kind=Kind.EXPERIMENT,
    level=Level.SIMULATOR,
    expected=Verdict.CONDITIONAL,
    rule="log error after 6 examples, from scratch over pre-trained, beyond log 2; 20 paired "
    "seeds, two rounds",
    right="for what pre-training covered; a few examples do not give what it did not",
    assumptions=("linear tasks with three shared directions out of twenty",),
    inside=Case((True, "scratch", "pre-trained"), "for a task that pre-training covered"),
    outside=Case((False, "scratch", "pre-trained"), "for a task outside of it"),
    mutant=Case((True, "pre-trained", "scratch"), "six examples from scratch do better"),
    control=Case((False, "pre-trained", "nothing"), "outside, pre-training is no help at all"),
)
def elicitation(asserted: tuple[bool, str, str], run: Run) -> Evidence:
    """Fine-tune both on the same examples; ``nothing`` stands for an error of 0.45."""
    inside, worse, better = asserted

    def errors(way: str, count: int, offset: int) -> "NDArray[np.float64]":
        if way == "nothing":
            return np.full(count, 0.45)
        found: NDArray[np.float64] = few_shot_errors(way, inside, count, run, f"tasks {offset}")
        return found

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        high, low = (errors(way, count, offset) for way in (worse, better))
        gap: NDArray[np.float64] = np.log(high / low) - math.log(2)
        return gap

    return experiment(sample, margin=0.0, says=f"log error {worse} / {better}, less log 2")
