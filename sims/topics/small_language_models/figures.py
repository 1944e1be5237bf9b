"""The embedding's share as models grow, and where the multiplications of a token go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sims.curves import sampled
from sims.derivation import Step, as_written
from sims.lazy import sympy
from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.small_language_models.model import block_parameters, topic
from sims.topics.small_language_models.structure import fitted


@dataclass(frozen=True)
class Family:
    """Models of growing width, with layers in proportion: the shape of most families."""

    vocabulary: int = parameter(262_144, 1_000, 500_000, "tokens in the vocabulary")
    tied: bool = parameter(True, says="one table for input and output")
    aspect: int = parameter(64, 16, 256, "width over layers")


@topic.simulation("share", Family, says="Share of the embedding in parameters and compute, by size")
def share(parameters: Family, run: Run) -> Iterator[Frame]:
    """Grow the width and count."""
    sizes: list[float] = []
    of_parameters: list[float] = []
    of_compute: list[float] = []
    widths = [2 ** (k / 2) * 256 for k in range(13)]
    for index, width in enumerate(widths):
        table = parameters.vocabulary * width
        blocks = block_parameters(width, width / parameters.aspect)
        tables = table * (1 if parameters.tied else 2)
        sizes.append(_log10(tables + blocks))
        of_parameters.append(tables / (tables + blocks))
        of_compute.append(table / (table + blocks))
        yield Frame(
            progress=(index + 1) / len(widths),
            series=(
                Series("of the parameters", list(sizes), list(of_parameters)),
                Series("of the multiplications", list(sizes), list(of_compute)),
            ),
            outputs={"share": of_parameters[-1], "compute": of_compute[-1]},
            says=f"width {width:.0f}: {10 ** sizes[-1]:.3g} parameters, "
            f"{of_parameters[-1]:.1%} embedding",
            x_label="log10 of the parameters",
            y_label="share",
        )


def _log10(x: float) -> float:
    return float(sympy.log(x, 10).evalf())


@dataclass(frozen=True)
class Counts:
    """One model, counted from its configuration."""

    vocabulary: int = parameter(262_144, 100, 500_000, "tokens in the vocabulary, V")
    width: int = parameter(640, 16, 16_384, "width d")
    blocks: float = parameter(100.27, 0.1, 500_000.0, "parameters of the blocks, in millions")
    bytes: int = parameter(2, choices=(1, 2, 4), says="bytes for each parameter")


@topic.simulation(
    "count",
    Counts,
    units={"MB": "saved_megabytes megabytes"},
    says="One model's embedding: parameters, compute and memory",
)
def count(parameters: Counts, run: Run) -> Iterator[Frame]:
    """Show the parts as bars."""
    table = parameters.vocabulary * parameters.width / 1e6
    total = table + parameters.blocks
    yield Frame(
        series=(Series("parameters", [1.0, 2.0, 3.0], [table, parameters.blocks, total], "bar"),),
        outputs={
            "share": table / total,
            "head_compute": table / total,
            "saved_megabytes": table * parameters.bytes,
            "megabytes": total * parameters.bytes,
        },
        says=f"embedding {table:.1f}M of {total:.1f}M parameters: {table / total:.1%}",
        x_label="1 embedding, 2 blocks, 3 both",
        y_label="parameters, millions",
    )


@topic.derivation(
    "scaling", says="Narrowed to r of the width, the table grows against the blocks as 1/r"
)
def scaling() -> Iterator[Step]:
    """Scale the width by r at a fixed depth, and divide table by blocks."""
    v, d, n, r = sympy.symbols("V d n r", positive=True)
    yield Step(
        as_written(lambda: v * (r * d) / block_parameters(r * d, n)),
        "table over blocks at width r d",
    )
    yield Step(
        as_written(lambda: v * r * d / (n * 16 * r**2 * d**2)),
        "both sides of every matrix in a block grow with r",
    )
    yield Step(v / (n * r * 16 * d), "cancel r d: the ratio grows as 1/r when the model shrinks")


@dataclass(frozen=True)
class Parts:
    """A one-block toy that fits addition modulo 11. It says nothing of large models."""

    widest: int = parameter(64, 8, 128, "widest table tried")
    seeds: int = parameter(5, 2, 20, "networks of each width")


@topic.simulation("parts", Parts, says="A toy: training the blocks alone, or the table alone")
def parts(parameters: Parts, run: Run) -> Iterator[Frame]:
    """Draw the accuracy that each part reaches by itself, over the width."""
    widths = [width for width in (8, 16, 32, 64, 128) if width <= parameters.widest]
    reached: dict[str, list[Any]] = {"blocks": [], "embedding": []}
    for index, width in enumerate(widths):
        for part, accuracies in reached.items():
            got = fitted(part, width, 0, parameters.seeds, run.seed, run.device)
            accuracies.append(got)
        x = [float(w) for w in widths[: index + 1]]
        last = {part: float(accuracies[-1].mean()) for part, accuracies in reached.items()}
        yield Frame(
            progress=(index + 1) / len(widths),
            series=tuple(sampled(f"{part} trained", x, a) for part, a in reached.items()),
            outputs=last,
            says=f"width {width}: blocks alone {last['blocks']:.0%}, "
            f"table alone {last['embedding']:.0%}",
            x_label="width",
            y_label="accuracy",
        )
