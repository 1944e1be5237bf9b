"""What softmax looks like: cooling weights, their Jacobian, and entropy under a target."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from sims.lazy import np
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.softmax.model import (
    entropy,
    exponential_family,
    jacobian_entry,
    matrix,
    mean,
    softmax,
    tilt_for,
    topic,
    variance,
)


@dataclass(frozen=True)
class Scores:
    """Three scores and a temperature."""

    a: float = parameter(2.0, -10, 10, "first score")
    b: float = parameter(1.0, -10, 10, "second score")
    c: float = parameter(0.5, -10, 10, "third score")
    T: float = parameter(1.0, 0.05, 20, "temperature")


@topic.simulation(
    "temperature",
    Scores,
    units={"nats": "entropy", "nats a unit of T": "slope"},
    says="Weights and entropy as the temperature falls to T",
)
def cooling(parameters: Scores, run: Run) -> Iterator[Frame]:
    """Cool from 20 to T: the weights go from equal to the best score's, the entropy falls."""
    s = [parameters.a, parameters.b, parameters.c]
    path = np.geomspace(20.0, parameters.T, 40)
    history: list[list[float]] = []
    for step, T in enumerate(path):
        p = [float(weight) for weight in softmax(s, T)]
        history.append([*p, float(entropy(p)) / math.log(3)])
        names = ("weight of a", "weight of b", "weight of c", "entropy over log 3")
        x = path[: step + 1].tolist()
        yield Frame(
            progress=(step + 1) / len(path),
            series=tuple(
                Series(name, x, list(y))
                for name, y in zip(names, zip(*history, strict=True), strict=True)
            ),
            outputs={
                "weight": p[0],
                "largest": max(p),
                "entropy": float(entropy(p)),
                "slope": float(variance(s, p) / T**3),
                "mean": float(mean(s, p)),
            },
            says=f"T = {T:.2f}: weights {p[0]:.3f}, {p[1]:.3f}, {p[2]:.3f}",
            x_label="temperature",
            y_label="share: of the weight, of the greatest entropy",
        )


@topic.simulation("jacobian", Scores, says="The matrix diag(p) - p p^T at temperature T")
def sensitivity(parameters: Scores, run: Run) -> Iterator[Frame]:
    """Show how each weight answers to each score; rows and columns sum to 0."""
    s = [parameters.a, parameters.b, parameters.c]
    p = np.array(softmax(s, parameters.T), dtype=float)
    J = np.array(matrix(p, jacobian_entry)) / parameters.T
    yield Frame(
        series=(Series("weights", [1.0, 2.0, 3.0], p.tolist(), "bar"),),
        grids=(
            Grid(
                "d weight (row) / d score (column)",
                J.tolist(),
                [[f"{x:.3f}" for x in row] for row in J],
            ),
        ),
        outputs={
            "j11": float(J[0, 0]),
            "j12": float(J[0, 1]),
            "lipschitz": float(np.linalg.eigvalsh(J)[-1]),
        },
        says=f"the largest eigenvalue {np.linalg.eigvalsh(J)[-1]:.4f} is at most 1/(2T)",
    )


@dataclass(frozen=True)
class Target:
    """A target for the expected score, as a share of the way from the lowest to the highest."""

    a: float = parameter(1.0, 0.01, 10, "first score")
    b: float = parameter(2.0, 0.01, 10, "second score")
    c: float = parameter(4.0, 0.01, 10, "third score")
    position: float = parameter(0.7, 0.02, 0.98, "0 is the lowest score, 1 the highest")


@topic.simulation(
    "maximum-entropy",
    Target,
    units={"nats": "entropy"},
    says="Entropy of all weights that meet a target",
)
def feasible(parameters: Target, run: Run) -> Iterator[Frame]:
    """Draw the entropy along the line of feasible weights; softmax sits on its top."""
    s = [parameters.a, parameters.b, parameters.c]
    target = min(s) + parameters.position * (max(s) - min(s))
    tilt = tilt_for(s, target, exponential_family)
    best = np.array(exponential_family(s, tilt or 0), dtype=float)
    direction = np.array([s[1] - s[2], s[2] - s[0], s[0] - s[1]])
    at = np.linspace(-1, 1, 801) / max(abs(direction))
    p = best + at[:, None] * direction
    p = p[(p > 0).all(axis=1)]
    values = [float(entropy(list(map(float, row)))) for row in p]
    yield Frame(
        series=(
            Series("all weights with this expected score", p[:, 0].tolist(), values),
            Series(
                "softmax", [float(best[0])], [float(entropy(list(map(float, best))))], "scatter"
            ),
        ),
        outputs={"tilt": float(tilt or 0), "target": target, "entropy": max(values)},
        says=f"target {target:.3f} is met by exp({float(tilt or 0):.4f} s)",
        x_label="weight of a",
        y_label="entropy in nats",
    )
