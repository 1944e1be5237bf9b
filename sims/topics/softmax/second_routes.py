"""The pictures' figures again, by torch: its softmax, its entropy, its derivatives."""

from typing import TYPE_CHECKING

from sims.claims import agree
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.softmax.model import topic

if TYPE_CHECKING:
    from torch import Tensor

SCORES = [2.0, 1.0, 0.5]


@topic.second_route
def temperature(run: Run) -> None:
    """Differentiate torch's entropy by the temperature, and its weights by the scores."""
    T = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    s = torch.tensor(SCORES, dtype=torch.float64)

    def weights(scores: "Tensor") -> "Tensor":
        return torch.softmax(scores / T, 0)

    known = torch.special.entr(weights(s)).sum()
    (slope,) = torch.autograd.grad(known, T)
    given = dict(zip("abc", SCORES, strict=True))
    found = topic.outputs("temperature", run, **given, T=0.7)
    p = weights(s).detach()
    figures = [found[name] for name in ("weight", "largest", "entropy", "slope", "mean")]
    agree(figures, [p[0], p.max(), known.detach(), slope, p @ s], says="cooling")
    at = s.clone().requires_grad_()
    rows = [torch.autograd.grad(weight, at, retain_graph=True)[0] for weight in weights(at)]
    jacobian = torch.stack(rows)
    found = topic.outputs("jacobian", run, **given, T=0.7)
    steepest = np.linalg.norm(jacobian.detach().numpy(), 2)
    known = [jacobian[0, 0].detach(), jacobian[0, 1].detach(), steepest]
    agree([found["j11"], found["j12"], found["lipschitz"]], known, says="the Jacobian")


@topic.second_route
def target(run: Run) -> None:
    """Try ten thousand weights with the same expected score: none has a larger entropy."""
    found = topic.outputs("maximum-entropy", run, a=1.0, b=2.0, c=4.0, position=0.7)
    p = np.exp(found["tilt"] * np.array([1.0, 2.0, 4.0]))
    p /= p.sum()
    agree([p @ [1, 2, 4], -(p * np.log(p)).sum()], [3.1, found["entropy"]], says="the tilt")
    first = np.linspace(0, 0.3, 10_002)[1:-1]  # the weight of a; the two others follow from it
    third = (found["target"] - 2 + first) / 2
    rows = np.stack([first, 1 - first - third, third])
    rows = rows[:, (rows > 0).all(0)]
    best = (-(rows * np.log(rows)).sum(0)).max()
    agree(found["entropy"], best, says="the largest entropy", tolerance=1e-6)
