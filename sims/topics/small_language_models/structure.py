"""The claims on how embeddings work: shapes, tying, and what the blocks are needed for."""

from functools import cache
from typing import TYPE_CHECKING, Any

from sims.claims import POINTS, Case, Evidence, Kind, Verdict, enumeration, identity, is_zero
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.small_language_models.model import topic

if TYPE_CHECKING:
    from torch import Tensor

MODULUS = 11


@cache
def fitted(part: str, width: int, first: int, seeds: int, seed: int, device: str) -> "Tensor":
    """Train one part of a tiny model on addition modulo 11; return final accuracies, (seeds,).

    Tokens a and b are embedded, added, sent through a residual block of one hidden layer, and
    read out with the tied table. `part` is `blocks`, `embedding` or `both`; the rest stays
    as initialised. All 121 pairs are the training set: the question is what can be fitted.
    """
    generator = Run(seed, device).generator(f"tiny {first}")

    def normal(*shape: int) -> "Tensor":
        return torch.randn(*shape, generator=generator, device=device)

    table = normal(seeds, MODULUS, width) / width**0.5
    up = normal(seeds, width, 2 * width) / width**0.5
    down = normal(seeds, 2 * width, width) / (2 * width) ** 0.5
    trained = {"blocks": [up, down], "embedding": [table], "both": [table, up, down]}[part]
    for tensor in trained:
        tensor.requires_grad_()
    optimizer = torch.optim.Adam(trained, lr=0.01)
    pairs = torch.cartesian_prod(torch.arange(MODULUS), torch.arange(MODULUS)).to(device)
    labels = (pairs.sum(1) % MODULUS).expand(seeds, -1)
    logits = table.new_zeros(())
    for _ in range(300):
        h = (table[:, pairs[:, 0]] + table[:, pairs[:, 1]]) * width**0.5
        h = h + torch.relu(h @ up) @ down
        logits = h @ table.mT
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), labels.reshape(-1), reduction="sum"
        )
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    accuracy: Tensor = (logits.argmax(-1) == labels).double().mean(1).detach().cpu()
    return accuracy


topic.documented(
    "3.12",
    "the reasoning etc comes from the other parameters, not embedding layers",
    "contested, and about large models; in a toy as wide as its table is large either part "
    "can be fitted alone (simulation 'parts'; compare Zhong & Andreas 2024)",
    Verdict.QUIZ,
    kind=Kind.EXPERIMENT,
)
topic.documented(
    "3.13",
    "gets baked in through the embeddings during distillation",
    "no source supports it; a toy would not certify it",
    Verdict.QUIZ,
    kind=Kind.EXPERIMENT,
)


@topic.ran(
    "3.17",
    says="[unembedding] -> logits -> token IDs",
    rule="shapes along a real forward pass, for 12 sizes; ids, of shape (B, T), must be whole "
    "numbers from 0 to V - 1",
    right="with a decoding rule, argmax or sampling, between the logits and the ids",
    mutant=Case(("nothing", "BTd"), "logits have shape (B, T, d)"),
    control=Case(("nothing", "BTV"), "logits have shape (B, T, V)"),
    asserted=Case(
        ("argmax", "BT"),
        "logits of shape (B, T, V), and from them token ids, by a rule such as argmax",
    ),
    simulation="count",
)
def shapes(asserted: tuple[str, str], run: Run) -> Evidence:
    """Send tokens through embedding, a layer and unembedding."""
    rule, letters = asserted
    wrong = cases = 0
    for b, t, d, v in [
        (b, t, d, v) for b in (1, 3) for t in (2, 5) for d in (4, 6, 9) for v in (17,)
    ]:
        table = torch.nn.Embedding(v, d)
        hidden = torch.nn.Linear(d, d)(table(torch.zeros(b, t, dtype=torch.long)))
        out = hidden @ table.weight.T
        out = out.argmax(-1) if rule == "argmax" else out
        wanted = tuple({"B": b, "T": t, "d": d, "V": v}[letter] for letter in letters)
        ids = not out.is_floating_point() and int(out.min()) >= 0 and int(out.max()) < v
        cases += 1
        wrong += tuple(out.shape) != wanted or (letters == "BT" and not ids)
    return enumeration(cases, wrong, "passes with another outcome")


@topic.proved(
    "3.18",
    says="input embedding = output unembedding but just transposed",
    rule="the gradient on the tied table is the sum of the asserted paths' gradients: symbolically "
    "for each term of a power series of any loss in the two places of a number, for two tokens of "
    "width 1, where the loss is torch's, and for 50 random tables",
    source="Press & Wolf 2017",
    right="logits = h E'; Gemma scales the input side by sqrt(d) as well",
    asserted=Case(("input", "output"), "the gradient has an input and an output path"),
    mutant=Case(("output",), "only the output path"),
    control=Case(("output", "input"), "an output and an input path"),
    simulation="share",
)
def tied_gradient(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Differentiate with one table, and with two copies of it."""
    e, f = sympy.symbols("e0:2", real=True), sympy.symbols("f0:2", real=True)

    def loss(inputs: Any, outputs: Any) -> Any:
        h = sympy.tanh(inputs[0])
        return sympy.log(sum(sympy.exp(h * o) for o in outputs)) - h * outputs[1]

    def cross_entropy(inputs: "Tensor", outputs: "Tensor") -> "Tensor":
        """Return the loss of a text that goes once through the table, from row to row."""
        following = torch.arange(1, len(outputs), device=outputs.device)
        return torch.nn.functional.cross_entropy(torch.tanh(inputs[:-1]) @ outputs.T, following)

    pair = torch.tensor([[0.7], [-1.2]], dtype=torch.float64)
    numbers = pair.flatten().tolist()
    same = abs(float(loss(numbers, numbers)) - float(cross_entropy(pair, pair))) < 1e-12
    proved: list[bool | None] = [same, _of_any_loss(asserted)]
    for index in range(2):
        whole = sympy.diff(loss(e, e), e[index])
        parts = {
            "input": sympy.diff(loss(e, f), e[index]),
            "output": sympy.diff(loss(e, f), f[index]),
        }
        paths = sum(parts[name].subs(dict(zip(f, e, strict=True))) for name in asserted)
        proved.append(is_zero(whole - paths))
    errors = []
    for seed in range(POINTS):
        table = torch.randn(5, 3, generator=run.generator(f"table {seed}"), device=run.device)
        table = table.double().requires_grad_()
        copies = {name: table.detach().clone().requires_grad_() for name in ("input", "output")}
        (whole,) = torch.autograd.grad(cross_entropy(table, table), table)
        paths = torch.autograd.grad(
            cross_entropy(copies["input"], copies["output"]), list(copies.values())
        )
        named = dict(zip(copies, paths, strict=True))
        errors.append(float((whole - sum(named[name] for name in asserted)).abs().max()))
    return identity(proved, errors, "gradient on the tied table")


def _of_any_loss(asserted: tuple[str, ...]) -> bool | None:
    """Return the proof for a term x^a y^b of the loss, x the input copy, y the output copy.

    Any power series in both is a sum of such terms; what else stands in one is a constant here.
    """
    x, y, a, b = sympy.symbols("x y a b", positive=True)
    paths = {"input": sympy.diff(x**a * y**b, x), "output": sympy.diff(x**a * y**b, y)}
    tied = sympy.diff((x**a * y**b).subs(y, x), x)
    return is_zero(tied - sum(paths[name].subs(y, x) for name in asserted))
