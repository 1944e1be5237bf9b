"""The product bound again, by eigenvalues; cones by all pairs."""

import math

from sims.claims import agree, require
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.lipschitz.model import forward, product_bound, relu_network, steepest_secant, topic


@topic.second_route
def bounds(run: Run) -> None:
    """Take the largest eigenvalue of each W'W; no secant of the network is steeper than all."""
    layers = relu_network(run, 16, 4)
    norms = [float(np.linalg.eigvalsh((w.mT @ w).numpy())[-1]) ** 0.5 for w, _ in layers]
    agree(product_bound(layers), math.prod(norms), says="the product of the spectral norms")
    x = torch.randn(
        200, 2, dtype=torch.float64, device=run.device, generator=run.generator("points")
    )
    y = x.numpy()
    for (weight, bias), bent in zip(layers, [True] * 3 + [False], strict=True):
        y = y @ weight.numpy().T + bias.numpy()
        y = np.maximum(y, 0) if bent else y
    agree(forward(layers, x), y[:, 0], says="the network's values")
    gaps = np.abs(np.subtract.outer(y[:, 0], y[:, 0]))
    apart = np.linalg.norm(x.numpy()[:, None] - x.numpy()[None], axis=-1)
    require(bool((gaps <= product_bound(layers) * apart + 1e-9).all()), says="a secant is steeper")


@topic.second_route
def secants(run: Run) -> None:
    """Look at each pair of points of a parabola in turn."""
    x = np.linspace(-1, 2, 13)
    pairs = [abs(a * a - b * b) / abs(a - b) for a in x for b in x if a != b]
    agree(steepest_secant(x, x**2), max(pairs), says="the steepest secant")


@topic.second_route
def cones(run: Run) -> None:
    """Look at each pair of points of the picture in turn."""
    found = topic.outputs("cone", run, frequency=2.0, slope=1.0, constant=1.5)
    x = [-3 + k / 40 for k in range(241)]
    y = [math.sin(2 * a) + abs(a) for a in x]
    steep = sum(
        abs(y[i] - y[j]) > 1.5 * (x[j] - x[i]) + 1e-9 for i in range(241) for j in range(i + 1, 241)
    )
    agree(found["violating_pairs"], steep, says="pairs inside a cone")
    agree(found["least_constant"], 3.0, says="the least constant")


@topic.second_route
def steepest(run: Run) -> None:
    """Add up, point by point, the weights of the units of one hidden layer that are above 0."""
    found = topic.outputs("network", run, width=4, deepest=2, seeds=2)
    slopes, norms = [], []
    for seed in range(2):
        (first, offset), (last, _) = relu_network(Run(run.seed + seed, run.device), 4, 2)
        generator = run.generator(f"2 {seed}")
        x = torch.randn(500, 2, generator=generator, device=run.device, dtype=torch.float64)
        above = (x[:, None] * first).sum(2) + offset > 0
        slopes.append(float(((above * last[0]) @ first).square().sum(1).max()) ** 0.5)
        norms.append(math.prod(float(np.linalg.svd(w.cpu().numpy())[1][0]) for w in (first, last)))
    typical = [math.prod(numbers) ** 0.5 for numbers in (slopes, norms)]
    agree([found["steepest"], found["bound"]], typical, says="slope and bound of two networks")
    agree(found["looseness"], typical[1] / typical[0], says="how loose the bound is")
