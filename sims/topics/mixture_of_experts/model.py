"""The layer: router, experts, what they count and cost, and the layer spread over processes."""

from typing import TYPE_CHECKING, Any

from sims.lazy import torch
from sims.topic import Topic

if TYPE_CHECKING:
    from torch import Tensor

topic = Topic("mixture-of-experts")

# --- The layer ---------------------------------------------------------------------------------


def layer(width: int, hidden: int, experts: int) -> "torch.nn.ModuleDict":
    """Return a float64 layer: a router and `experts` networks of two matrices, without biases.

    Its numbers are not drawn yet: see `draw`.
    """
    nn = torch.nn
    made: dict[str, Any] = {"device": "meta", "dtype": torch.float64, "bias": False}
    return nn.ModuleDict(
        {
            "router": nn.Linear(width, experts, **made),
            "experts": nn.ModuleList(
                nn.Sequential(
                    nn.Linear(width, hidden, **made), nn.ReLU(), nn.Linear(hidden, width, **made)
                )
                for _ in range(experts)
            ),
        }
    )


def draw(layer: "torch.nn.ModuleDict", generator: "torch.Generator") -> "torch.nn.ModuleDict":
    """Return the layer with normal numbers from `generator`, on its device."""
    layer = layer.to_empty(device=generator.device)
    with torch.no_grad():
        for weights in layer.parameters():
            weights.normal_(generator=generator)
    return layer


def route(scores: "Tensor", active: int) -> "tuple[Tensor, Tensor]":
    """Return gates and experts of each token's `active` best scores, shapes (tokens, active).

    The gates are a softmax over the chosen scores, so they sum to 1.
    """
    best, chosen = scores.topk(active, dim=-1)
    return best.softmax(-1), chosen


def forward(layer: Any, x: "Tensor", active: int) -> "Tensor":
    """Return the layer's output for tokens `x`, shape (tokens, width).

    Each expert runs once, on the tokens that chose it.
    """
    gates, chosen = route(layer["router"](x), active)
    out = torch.zeros_like(x)
    for index, expert in enumerate(layer["experts"]):
        token, place = (chosen == index).nonzero(as_tuple=True)
        out = out.index_add(0, token, gates[token, place, None] * expert(x[token]))
    return out


def forward_all(layer: Any, x: "Tensor", active: int) -> "Tensor":
    """Return the same output the long way: every expert on every token, most gates 0.

    Experts are written out as W_2 max(W_1 x, 0), gates as shares of the chosen chances.
    """
    chances = layer["router"](x).softmax(-1)
    least = chances.sort(-1, descending=True).values[:, active - 1, None]
    kept = chances * (chances >= least)
    weights = kept / kept.sum(-1, keepdim=True)
    outputs = []
    for expert in layer["experts"]:
        first, second = expert.parameters()
        outputs.append((x @ first.T).clamp(min=0) @ second.T)
    out: Tensor = (weights[:, :, None] * torch.stack(outputs, dim=1)).sum(1)
    return out


def rows_computed(layer: Any, x: "Tensor", active: int) -> list[int]:
    """Return how many tokens pass through each expert, counted by a hook on it."""
    rows = [0] * len(layer["experts"])

    def count(index: int) -> Any:
        def hook(module: Any, inputs: "tuple[Tensor, ...]", output: "Tensor") -> None:
            rows[index] += len(inputs[0])

        return hook

    hooks = [e.register_forward_hook(count(i)) for i, e in enumerate(layer["experts"])]
    forward(layer, x, active)
    for hook in hooks:
        hook.remove()
    return rows


# --- Counts and costs --------------------------------------------------------------------------


def expert_parameters(width: int, hidden: int) -> int:
    """Return the numbers in one expert: two matrices."""
    return 2 * width * hidden


def total_parameters(width: int, hidden: int, experts: int) -> int:
    """Return the numbers in the layer: all experts and the router."""
    return experts * expert_parameters(width, hidden) + width * experts


def active_parameters(width: int, hidden: int, experts: int, active: int) -> int:
    """Return the numbers that one token meets: its experts and the router."""
    return active * expert_parameters(width, hidden) + width * experts


def distinct_experts(experts: int, active: int, tokens: int) -> float:
    """Return how many experts `tokens` uniformly routed tokens need, in expectation."""
    return experts * (1 - (1 - active / experts) ** tokens)


def roofline(read: float, used: float, tokens: float, bandwidth: float, peak: float) -> float:
    """Return seconds for `tokens` through `used` parameters each, reading `read` in all.

    Two bytes a parameter at `bandwidth` bytes a second; two operations a parameter and token at
    `peak` operations a second; whichever is slower (Williams et al. 2009).
    """
    return max(2 * read / bandwidth, 2 * used * tokens / peak)


def network_bytes(width: int, active: int, devices: int, size: int = 2) -> float:
    """Return bytes that one token sends and gets back: to `active` experts placed evenly.

    A share of 1/devices of the experts is at home; numbers take `size` bytes.
    """
    return 2 * active * width * size * (devices - 1) / devices


def expert_operations(width: int, hidden: float, active: int) -> float:
    """Return operations of one token in its experts: two for each number of two matrices."""
    return 4 * active * width * hidden


def critical_hidden(devices: int, bandwidth: float, peak: float, size: int = 2) -> float:
    """Return the hidden width at which network and arithmetic take the same time."""
    return size * (devices - 1) / devices * peak / (2 * bandwidth)


# --- The layer in real processes: one expert and a share of the tokens on each -----------------

WIDTH, HIDDEN, TOKENS = 6, 10, 40


def shared_layer(experts: int) -> "tuple[torch.nn.ModuleDict, Tensor]":
    """Return the same layer and tokens in every process, without torch's global generator."""
    generator = torch.Generator().manual_seed(26)
    made = draw(layer(WIDTH, HIDDEN, experts), generator)
    return made, torch.randn(TOKENS, WIDTH, generator=generator, dtype=torch.float64)


def expert_parallel(rank: int, size: int) -> dict[str, Any]:
    """Run this rank's expert on the tokens that all ranks send it (top-1); return its outputs.

    `returned` puts the answers back in the order of the tokens, `unordered` leaves them in
    the order of the experts; `rows` counts the tokens that this expert was sent.
    """
    made, tokens = shared_layer(size)
    with torch.no_grad():
        own = tokens.chunk(size)[rank]
        gates, chosen = route(made["router"](own), 1)
        order = chosen[:, 0].argsort(stable=True)
        send = torch.bincount(chosen[:, 0], minlength=size)
        receive = torch.empty_like(send)
        torch.distributed.all_to_all_single(receive, send)
        arrived = _exchange(own[order], send, receive)
        expert = list(made["experts"].children())[rank]
        answers = _exchange(expert(arrived), receive, send)
        returned = torch.empty_like(answers)
        returned[order] = answers
    return {
        "returned": (gates * returned).tolist(),
        "unordered": (gates * answers).tolist(),
        "rows": len(arrived),
    }


def _exchange(rows: "Tensor", send: "Tensor", receive: "Tensor") -> "Tensor":
    """Send `send[r]` rows to each rank r, in order, and return the `receive[r]` from each."""
    arrived = rows.new_empty(int(receive.sum()), rows.shape[1])
    torch.distributed.all_to_all_single(arrived, rows.contiguous(), receive.tolist(), send.tolist())
    return arrived
