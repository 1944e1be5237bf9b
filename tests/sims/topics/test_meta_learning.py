"""Steps without weights against gradient descent with them, and errors in closed form."""

import math

import pytest
import torch

from sims.rl.environments import sinusoid
from sims.rl.environments.gridworld import room
from sims.run import Run
from sims.topics.meta_learning.figures import meta_gradients
from sims.topics.meta_learning.model import Layer, Network, activations, adapt, loss, network


def tasks_and_net() -> tuple[Network, torch.Tensor, torch.Tensor]:
    generator = Run().generator("net")
    net = tuple(
        Layer(layer.weight.detach().double(), layer.bias.detach().double())
        for layer in network(2, generator)
    )
    x, y = sinusoid.draw((2, 3), generator).sample(6, generator)
    return net, x.double(), y.double()


def explicit_step(net: Network, x: torch.Tensor, y: torch.Tensor, rate: float) -> Network:
    """Take the step by autograd, for one seed and one task."""
    tensors = [t.detach().requires_grad_() for layer in net for t in (layer.weight, layer.bias)]
    layers = tuple(Layer(w, b) for w, b in zip(tensors[::2], tensors[1::2], strict=True))
    slopes = torch.autograd.grad(loss(layers, x, y).sum(), tensors)
    stepped = [t - rate * slope for t, slope in zip(tensors, slopes, strict=True)]
    return tuple(Layer(w, b) for w, b in zip(stepped[::2], stepped[1::2], strict=True))


def test_steps_are_those_of_gradient_descent_on_each_task() -> None:
    net, x, y = tasks_and_net()
    twice = adapt(adapt(net, x, y), x, y)
    points = torch.linspace(-5, 5, 11).double()[None, None, :, None].expand(2, 3, 11, 1)
    found = activations(twice, points)[-1]
    for seed in range(2):
        for task in range(3):
            one = tuple(Layer(a.weight[seed : seed + 1], a.bias[seed : seed + 1]) for a in net)
            own = x[seed, task][None, None], y[seed, task][None, None]
            for _ in range(2):
                one = explicit_step(one, *own, 0.05)
            expected = activations(one, points[:1, :1])[-1][0, 0]
            assert torch.allclose(found[seed, task], expected, atol=1e-10)


def test_the_meta_gradient_is_a_finite_difference_and_first_order_is_not() -> None:
    net, x, y = tasks_and_net()

    def after(bias: torch.Tensor, *, through: bool = True) -> torch.Tensor:
        moved = (net[0], Layer(net[1].weight, bias), net[2])
        return loss(adapt(moved, x, y, through=through), x, y).sum()

    bias = net[1].bias.clone().requires_grad_()
    full = torch.autograd.grad(after(bias), bias)[0]
    first_order = torch.autograd.grad(after(bias, through=False), bias)[0]
    bias = bias.detach()
    nudge = torch.randn(bias.shape, generator=torch.Generator().manual_seed(1)).double()
    slope = (after(bias + 1e-6 * nudge) - after(bias - 1e-6 * nudge)) / 2e-6
    assert float((full * nudge).sum()) == pytest.approx(float(slope), rel=1e-5)
    assert float((first_order * nudge).sum()) != pytest.approx(float(slope), rel=1e-2)


def test_one_weight_by_hand() -> None:
    full, first_order = meta_gradients(theta=2, w=-1, m=0.5, alpha=0.2)
    assert full == pytest.approx(2 * 0.5 * 0.8**2 * 3)
    assert first_order == pytest.approx(2 * 0.5 * 0.8 * 3)


@pytest.mark.parametrize("phase", [math.pi, 1.0, 0.0])
def test_error_of_answering_zero_is_the_mean_square(phase: float) -> None:
    generator = torch.Generator().manual_seed(0)
    tasks = sinusoid.draw((20_000,), generator, (0.1, 5.0), (0.0, phase))
    squares = tasks.sample(20, generator)[1].square().mean((1, 2))
    error = float(squares.std()) / len(squares) ** 0.5
    assert float(squares.mean()) == pytest.approx(
        sinusoid.zero_error((0.1, 5.0), (0.0, phase)), abs=4 * error
    )


def test_a_room_pays_once_and_turns_actions() -> None:
    plain, turned = room(3, 4), room(3, 4, turned=2)
    assert plain.R.sum() == 4  # the four cells beside the middle
    assert torch.equal(plain.P[0, 2], turned.P[0, 0])
    assert torch.equal(plain.P[0, 1], turned.P[0, 3])
