"""The pictures' statistics again, by numpy, and each network's step as torch takes it."""

from sims.claims import agree
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.batch_normalization.model import (
    BATCH,
    CLASSES,
    INPUTS,
    RATES,
    Trained,
    networks,
    normalized,
    topic,
    trained,
)


@topic.second_route
def layer(run: Run) -> None:
    """Normalize column by column; read first steps and rates off curves one by one."""
    x = torch.randn(
        3, 12, 5, dtype=torch.float64, device=run.device, generator=run.generator("batch")
    )
    columns = np.stack([[(c - c.mean()) / c.std() for c in batch.T] for batch in x.numpy()])
    agree(normalized(x, 0.0), columns.swapaxes(1, 2), says="a normalized batch")
    accuracy = torch.rand(4, 3, 8, device=run.device, generator=run.generator("curves")).double()
    runs = Trained((0.1, 1.0, 10.0), accuracy)
    steps = [
        [next((i for i, a in enumerate(c, 1) if a >= 0.9), 16) for c in s]
        for s in accuracy.tolist()
    ]
    agree(runs.steps_to(0.9), steps, says="steps to a target")
    rates = [
        max([r for r, c in zip(runs.rates, s, strict=True) if c[-1] >= 0.6], default=0.05)
        for s in accuracy.tolist()
    ]
    agree(runs.largest_rate(0.6), rates, says="largest rates")


@topic.second_route
def running(run: Run) -> None:
    """Follow an exponential average from 0 and from 1."""
    found = topic.outputs("running", run, momentum=0.2, mean=5.0, variance=4.0, batches=7)
    known = [5 * (1 - 0.8**7), 4 + (1 - 4) * 0.8**7]
    agree([found["mean"], found["variance"]], known, says="running statistics", tolerance=1e-6)


@topic.second_route
def initialisation(run: Run) -> None:
    """Keep the mean square of what goes in, by weights of variance 2 over the inputs."""
    start = networks(2, 60, run.generator("initialisation"))
    inputs = INPUTS
    for weight in start.weights:
        agree(weight.shape[-2], inputs, says="a layer's inputs")
        spread = weight.detach()[:, 0].var()
        agree(spread * inputs / 2, 1, says="He's variance of the weights", tolerance=0.06)
        drawn = weight.detach()
        agree(drawn.var(1).max(), 0, says="one start for every step size")
        alone = drawn[:, 0].var(0).mean() / drawn[:, 0].var()
        agree(alone, 1, says="each network's start is drawn alone", tolerance=0.06)
        inputs = weight.shape[-1]
    for bias in start.biases:
        agree(bias.detach().abs().max(), 0, says="the first biases")


@topic.second_route
def pair(run: Run) -> None:
    """Normalize two features by numpy, without the small number under the root."""
    found = topic.outputs("covariance", run, correlation=0.6, batch=100)
    agree(found["covariance"], found["correlation"], says="the covariance", tolerance=1e-3)
    agree(found["variance"], 1.0, says="the variance", tolerance=1e-3)
    z = torch.randn(100, 2, generator=run.generator("features"), device=run.device).cpu().numpy()
    mixed = np.corrcoef(z[:, 0], 0.6 * z[:, 0] + 0.8 * z[:, 1])[0, 1]
    agree(found["correlation"], mixed, says="the features' correlation", tolerance=1e-5)


@topic.second_route
def descent(run: Run) -> None:
    """Train one hidden layer by the chain rule, written out in numpy."""
    start = networks(1, 2, run.generator("networks 1 0"))
    x, scores, labels = (t.detach().cpu().numpy() for t in (start.x, start.scores, start.labels))

    def trained_by_hand(seed: int, rate: float, task: str) -> list[float]:
        first, last, offset, end = (
            t.detach()[seed, 0].cpu().numpy().astype(float) for t in (*start.weights, *start.biases)
        )
        goal, seen = scores[seed, 0], x[seed, 0]
        history = []
        for _ in range(12):
            hidden = np.maximum(seen @ first + offset, 0)
            out = hidden @ last + end
            if task == "regression":  # half the squared error, summed over the scores
                off = out - goal
                history.append(1 - (off**2).mean())
            else:
                powers = np.exp(out - out.max(1, keepdims=True))
                off = powers / powers.sum(1, keepdims=True) - np.eye(CLASSES)[labels[seed, 0]]
                history.append((out.argmax(1) == labels[seed, 0]).mean())
            back = off / BATCH @ last.T * (hidden > 0)
            last = last - rate * hidden.T @ off / BATCH
            end = end - rate * off.sum(0) / BATCH
            first = first - rate * seen.T @ back
            offset = offset - rate * back.sum(0)
        return history

    for task, rate in (("classes", 0.1), ("regression", 0.03)):
        runs = trained("none", 1, 0, 2, 12, run.seed, run.device, task)
        for seed in range(2):
            found = runs.accuracy[seed, RATES.index(rate)]
            known = trained_by_hand(seed, rate, task)
            agree(found, known, says=f"training: {task}", tolerance=0.011)
    shown = topic.outputs("training", run, depth=1, rate=0.1, steps=12, seeds=2)
    ends = [trained_by_hand(seed, 0.1, "classes")[-1] for seed in range(2)]
    agree(shown["none"], sum(ends) / 2, says="the accuracy at the end", tolerance=0.011)
