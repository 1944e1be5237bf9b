"""Counts again, on tensors without storage that have the shapes of the parts."""

from sims.claims import agree
from sims.lazy import torch
from sims.run import Run
from sims.topics.small_language_models.figures import Family, share
from sims.topics.small_language_models.model import MODELS, block_parameters, topic
from sims.topics.small_language_models.structure import MODULUS


@topic.second_route
def counts(run: Run) -> None:
    """Build each part of a block, and the table, on torch's meta device."""

    def held(*shapes: tuple[int, int]) -> int:
        return sum(torch.empty(shape, device="meta").numel() for shape in shapes)

    for one in MODELS.values():
        d, f = one.width, one.feed_forward
        queries, keys = one.heads * one.head_width, one.key_value_heads * one.head_width
        attention = held((d, queries), (queries, d), (d, keys), (d, keys))
        block = attention + held((d, f), (d, f), (f, d))
        table = held((one.vocabulary, d))
        tables = table if one.tied else 2 * table
        agree(one.blocks, one.layers * block, says=f"the blocks of {one.name}")
        agree(one.embedding, table, says=f"the table of {one.name}")
        agree(one.total, one.layers * block + tables, says=f"all of {one.name}")
        agree(one.embedding_share, tables / one.total, says=f"the share in {one.name}")
        looked = one.layers * 2 * queries * 100
        agree(one.blocks_compute(100), one.blocks + looked, says=f"the work of {one.name}")
    squares = held(*[(8, 8)] * 4, *[(8, 32)] * 3)
    agree(block_parameters(8, 3), 3 * squares, says="parameters of blocks")


@topic.second_route
def one_model(run: Run) -> None:
    """Count the picture's model in megabytes and shares."""
    found = topic.outputs("count", run, vocabulary=1000, width=20, blocks=0.5, bytes=2)
    agree(found["share"], 20_000 / 520_000, says="the table's share")
    agree(found["megabytes"], 1.04, says="the memory")
    agree(found["saved_megabytes"], 0.04, says="what tying saves")
    agree(found["head_compute"], 20_000 / 520_000, says="the output layer's work")


@topic.second_route
def family(run: Run) -> None:
    """Count the widest model of a family: four squares for attention, twelve for its network."""
    found = topic.outputs("share", run, vocabulary=50_000, tied=0, aspect=64)
    width, table = 16_384, 50_000 * 16_384
    blocks = width // 64 * 16 * width**2
    agree(found["share"], 2 * table / (2 * table + blocks), says="the tables' share")
    agree(found["compute"], table / (table + blocks), says="the output layer's share")
    *_, last = share(Family(vocabulary=50_000, tied=False, aspect=64), run)
    shown = [10 ** curve.x[-1] for curve in last.series]
    agree(shown, [2 * table + blocks] * 2, says="all parameters of the widest")


@topic.second_route
def one_part_alone(run: Run) -> None:
    """Train each network by itself, by torch's own layers, on all sums modulo 11."""
    found = topic.outputs("parts", run, widest=8, seeds=2)
    nn = torch.nn
    a, b = (torch.arange(MODULUS**2) // MODULUS, torch.arange(MODULUS**2) % MODULUS)
    for part in ("blocks", "embedding"):
        generator, width, reached = run.generator("tiny 0"), 8, 0.0
        drawn = [
            torch.randn(2, *shape, generator=generator, device=run.device).cpu() / shape[-2] ** 0.5
            for shape in ((MODULUS, width), (width, 16), (16, width))
        ]
        drawn[0] *= (MODULUS / width) ** 0.5
        for table, up, down in zip(*drawn, strict=True):
            embed = nn.Embedding(MODULUS, width)
            embed.weight = nn.Parameter(table.clone(), requires_grad=part == "embedding")
            block = nn.Sequential(
                nn.Linear(width, 16, False), nn.ReLU(), nn.Linear(16, width, False)
            )
            for layer, weight in ((block[0], up), (block[2], down)):
                layer.weight = nn.Parameter(weight.T.clone(), requires_grad=part == "blocks")
            learnt = [p for p in (*embed.parameters(), *block.parameters()) if p.requires_grad]
            adam = torch.optim.Adam(learnt, lr=0.01)
            for _ in range(300):
                h = (embed(a) + embed(b)) * width**0.5
                logits = (h + block(h)) @ embed.weight.T
                adam.zero_grad()
                nn.functional.cross_entropy(logits, (a + b) % MODULUS, reduction="sum").backward()  # type: ignore[no-untyped-call]
                adam.step()
            reached += float((logits.argmax(1) == (a + b) % MODULUS).double().mean()) / 2
        agree(found[part], reached, says=f"what {part} alone can fit", tolerance=0.015)
