"""The claims of the notes that are arithmetic on published configurations."""

import math
from collections.abc import Callable

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, fact, figure, require
from sims.lazy import torch
from sims.run import Run
from sims.topics.small_language_models.model import (
    EVERY_SMALL,
    LARGE,
    LFM2_VOCABULARY,
    MODELS,
    SMALL,
    TIED,
    UNTIED,
    Configuration,
    topic,
)

CONFIGURATIONS = "arithmetic on the published config.json of Gemma 3, Qwen2.5, Qwen3 and Llama 3"


def _shares(names: tuple[str, ...], low: float, high: float) -> Evidence:
    """Decide whether every named model's embedding share lies in [low, high]."""
    shares = {name: MODELS[name].embedding_share for name in names}
    shown = ", ".join(f"{name} {share:.1%}" for name, share in shares.items())
    wrong = sum(not low <= share <= high for share in shares.values())
    return every(
        [
            enumeration(len(shares), wrong, "shares outside the asserted range"),
            fact(wrong == 0, shown, max(shares.values())),
        ]
    )


def _share_range(asserted: tuple[tuple[str, ...], float, float], run: Run) -> Evidence:
    """Compare the embedding shares with the asserted range."""
    return _shares(*asserted)


topic.agrees(
    "3.1",
    says="The embedding takes up so much of an SLM's params",
    kind=Kind.NUMERIC,
    scope="five small models",
    expected=Verdict.AGREES,
    rule="share of the embedding in each of five models below 1B parameters, of families with "
    "large and with small vocabularies; 'so much' is read as three times the largest share in two "
    "models of 70B, at least",
    source=CONFIGURATIONS + ", and SmolLM2",
    right="63 % in Gemma 3 270M, 27 % in Qwen2.5 0.5B, 13 % in SmolLM2 360M, whose vocabulary is "
    "small; 3 % in models of 70B",
    asserted=Case(
        (EVERY_SMALL, 3 * max(MODELS[name].embedding_share for name in LARGE), 1.0),
        "over three times as much as in the 70B models, in every small model",
    ),
    mutant=Case((EVERY_SMALL, 0.25, 1.0), "at least a quarter in every small model"),
    control=Case((SMALL, 0.25, 1.0), "at least a quarter in those of Gemma and Qwen"),
    simulation="count",
)(_share_range)


@topic.ran(
    "3.2",
    says="Embedding size is roughly vocab_size x hidden_dim",
    kind=Kind.FORMULA,
    rule="equal to the parameter count of torch.nn.Embedding for every size in a grid of 60",
    asserted=Case(lambda v, d: v * d, "vocabulary times width"),
    mutant=Case(lambda v, d: v * (d + 1), "vocabulary times width, with a bias for each token"),
    control=Case(lambda v, d: d * v, "width times vocabulary"),
    simulation="count",
)
def table_size(asserted: Callable[[int, int], int], run: Run) -> Evidence:
    """Count on the meta device, which holds no numbers."""
    sizes = [
        (v, d) for v in (1, 7, 65_536, 151_936, 262_144) for d in (1, 2, 64, 640, 5_376, 8_192)
    ]
    sizes += [(v + 13, d + 5) for v, d in sizes]
    wrong = sum(
        torch.nn.Embedding(v, d, device="meta").weight.numel() != asserted(v, d) for v, d in sizes
    )
    return enumeration(len(sizes), wrong, "sizes that differ")


@topic.all_cases(
    "3.3",
    says="Vocabulary doesn't shrink when you shrink the model",
    expected=Verdict.CONDITIONAL,
    rule="the largest of the vocabularies over the smallest is at most 1.01",
    source=CONFIGURATIONS + " and LFM2",
    right="inside one family, which shares a tokenizer; LFM2 uses 65,536 tokens",
    statement="the vocabulary stays the same {}",
    inside=Case(("Gemma 3 27B", "Gemma 3 270M"), "within a family: from Gemma 3 27B to 270M"),
    outside=Case(("Gemma 3 27B", "LFM2"), "between families: from Gemma 3 27B to LFM2"),
    mutant=Case(("Llama 3 70B", "Qwen3 0.6B"), "Llama 3 70B and Qwen3 0.6B share a vocabulary"),
    control=Case(("Qwen2.5 0.5B", "Qwen2.5 72B"), "within Qwen2.5, but for padding"),
    simulation="count",
)
def one_vocabulary(asserted: tuple[str, ...], run: Run) -> Evidence:
    """Compare the vocabularies of the named models."""
    sizes = [LFM2_VOCABULARY if n == "LFM2" else MODELS[n].vocabulary for n in asserted]
    ratio = max(sizes) / min(sizes)
    return fact(ratio <= 1.01, f"vocabularies {sizes}, ratio {ratio:.3f}", ratio)


@topic.all_cases(
    "3.4",
    says="Gemma still needs to represent ~256k tokens, Qwen ~150k",
    rule="'~' means within 3 %",
    source=CONFIGURATIONS,
    asserted=Case((256_000, 150_000), "Gemma 256k, Qwen 150k"),
    mutant=Case((32_000, 50_000), "Gemma 32k, Qwen 50k"),
    control=Case((262_144, 151_936), "Gemma 262,144, Qwen 151,936"),
    simulation="count",
)
def vocabularies(asserted: tuple[int, int], run: Run) -> Evidence:
    """Compare both figures with the configurations."""
    names = ("Gemma 3 270M", "Qwen3 0.6B")
    return every(
        figure(MODELS[name].vocabulary, size, 0.03 * size, f"vocabulary of {name}")
        for name, size in zip(names, asserted, strict=True)
    )


topic.fence(
    "3.5",
    """
variables: {V: positive, d: positive, r: positive}
let: table(V, d) = V*d
""",
    says="the embedding matrix barely budges",
    expected=Verdict.FAILS,
    rule="V(rd)/(Vd) equals the asserted function of r, for every vocabulary and width",
    source=CONFIGURATIONS,
    right="it shrinks with the width: 8.4-fold from Gemma 3 27B to 270M, while the blocks shrink "
    "250-fold",
    asserted=Case("table(V, r*d)/table(V, d) = 1", "the table does not depend on the width"),
    mutant=Case(
        "table(V, r*d)/table(V, d) = r^2", "the table shrinks with the square of the width"
    ),
    control=Case("table(V, r*d)/table(V, d) = r", "the table shrinks with the width"),
    simulation="share",
)


def _percentage(asserted: tuple[Configuration, float, float], run: Run) -> Evidence:
    """Compare an embedding share with a percentage, to a tolerance in points."""
    model, percent, tolerance = asserted
    share = 100 * model.embedding_share
    return figure(share, percent, tolerance, f"embedding share of {model.name} in per cent")


topic.all_cases(
    "3.6",
    says="63% of params in a 270M model",
    rule="within half a percentage point",
    source=CONFIGURATIONS,
    asserted=Case((MODELS["Gemma 3 270M"], 63.0, 0.5), "63 % in Gemma 3 270M"),
    mutant=Case((MODELS["Gemma 3 270M"], 77.0, 0.5), "77 %, the table standing there twice"),
    control=Case((MODELS["Gemma 3 270M"], 62.6, 0.5), "62.6 % in Gemma 3 270M"),
    simulation="count",
)(_percentage)

topic.all_cases(
    "3.7",
    says="maybe 5% in a 70B model",
    expected=Verdict.CONDITIONAL,
    rule="'maybe' means within 1.5 percentage points",
    source=CONFIGURATIONS,
    right="3.0 % in Llama 3 70B and 3.4 % in Qwen2.5 72B; 6 % with Gemma's vocabulary, untied",
    statement="the embedding takes about 5 % of a 70B model with Gemma's vocabulary and {}",
    inside=Case((UNTIED, 5.0, 1.5), "two tables"),
    outside=Case((TIED, 5.0, 1.5), "one table, tied as Gemma's are"),
    mutant=Case((UNTIED, 15.0, 1.5), "15 %, even with the largest vocabulary"),
    control=Case((MODELS["Llama 3 70B"], 3.0, 0.5), "3 % in Llama 3 70B"),
    simulation="share",
)(_percentage)


FAMILIES = (("Gemma 3 27B", "Gemma 3 270M"), ("Qwen2.5 72B", "Qwen2.5 0.5B"))
"""The largest and the smallest model of two families."""


@topic.all_cases(
    "3.8",
    says="The 'small' gets squeezed into the part that actually does compute",
    kind=Kind.FORMULA,
    rule="from the largest to the smallest model of two families: how many times smaller the "
    "blocks get, over how many times smaller the table gets, lies in the asserted range; the "
    "blocks get smaller as layers times width squared do, within a factor of 1.5",
    source=CONFIGURATIONS,
    right="blocks scale with layers times width squared, the table with width alone",
    assumptions=("two families; that it follows from the shapes is the derivation",),
    asserted=Case((10.0, math.inf), "the blocks shrink over ten times as much as the table"),
    mutant=Case((0.5, 2.0), "blocks and table shrink alike, within a factor of two"),
    control=Case((20.0, 31.0), "the blocks shrink 20 to 31 times as much"),
    simulation="share",
    derivation="scaling",
)
def squeezed(asserted: tuple[float, float], run: Run) -> Evidence:
    """Divide blocks, tables, layers and widths of both ends of each family."""
    low, high = asserted
    ratios, wrong = [], 0
    for names in FAMILIES:
        large, small = (MODELS[name] for name in names)
        blocks = large.blocks / small.blocks
        ratios.append(blocks / (large.embedding / small.embedding))
        shapes = (large.layers / small.layers) * (large.width / small.width) ** 2
        wrong += not 1 / 1.5 <= blocks / shapes <= 1.5
    outside = sum(not low <= ratio <= high for ratio in ratios)
    shown = ", ".join(f"{ratio:.1f}" for ratio in ratios)
    return every(
        [
            enumeration(len(ratios), outside, f"families outside ({shown} times as much)"),
            enumeration(len(FAMILIES), wrong, "families whose blocks scale otherwise"),
        ]
    )


@topic.all_cases(
    "3.9",
    says="The compute is done by the transformer blocks",
    kind=Kind.FORMULA,
    expected=Verdict.CONDITIONAL,
    rule="share of the blocks in the multiplications for a token, one for each number in the "
    "matrices and two for each number of a query and token of context, is above the asserted "
    "share; looking up the input costs none",
    source=CONFIGURATIONS,
    right="in a large model, or over a long context; in Gemma 3 270M the output layer does up to "
    "63 % of the multiplications, and more than half for contexts of up to 1,800 tokens",
    assumptions=(
        "every layer looks at the whole context; most of Gemma's look at 512 tokens, so that its "
        "blocks' share is less still",
    ),
    statement="the blocks do more than half of the multiplications after 512 tokens of context in "
    "{}",
    inside=Case(("Llama 3 70B", 512, 0.5), "a large model, Llama 3 70B"),
    outside=Case(("Gemma 3 270M", 512, 0.5), "a small one, Gemma 3 270M"),
    mutant=Case(
        ("Gemma 3 270M", 32_768, 0.9), "over a long context all but a tenth, in Gemma 3 270M too"
    ),
    control=Case(("Qwen2.5 72B", 0, 0.95), "in Qwen2.5 72B, more than 95 %"),
    simulation="count",
)
def compute(asserted: tuple[str, int, float], run: Run) -> Evidence:
    """Count multiplications by the output layer and by the blocks."""
    name, context, threshold = asserted
    model = MODELS[name]
    blocks = model.blocks_compute(context)
    share = blocks / (blocks + model.embedding)
    heads = model.layers * model.heads
    products = [(1, model.head_width, context), (1, context, model.head_width)] * heads
    counted = sum(math.prod(shape) for shape in [*matrices(model), *products])
    require(blocks == counted, says=f"{blocks:,} multiplications, {counted:,} by matrix products")
    says = f"blocks of {name}, {context:,} tokens of context: {share:.1%} of the multiplications"
    return fact(share > threshold, says, share)


topic.documented(
    "3.10",
    "Effective size doesnt take embedding layer size into account",
    "a choice of words",
    Verdict.QUIZ,
)


@topic.ran(
    "3.11",
    says="so SLM are indeed very memory efficient",
    kind=Kind.NUMERIC,
    expected=Verdict.FAILS,
    rule="bytes of Gemma 3 270M in bf16, counted on tensors without storage, against the asserted "
    "bytes, within 1 %; for every model these tensors hold as many numbers as its configuration "
    "says",
    source=CONFIGURATIONS,
    right="all 268 million parameters sit in memory: 536 MB, 336 MB of them the embedding",
    asserted=Case(lambda m: 2 * m.blocks, "it needs the memory of its effective parameters"),
    mutant=Case(
        lambda m: 2 * (m.blocks + 2 * m.embedding), "it holds its table twice, for input and output"
    ),
    control=Case(lambda m: 2 * m.total, "it needs two bytes for every parameter"),
    simulation="count",
)
def memory(asserted: Callable[[Configuration], float], run: Run) -> Evidence:
    """Lay out the tensors on the meta device and add up their bytes."""
    sizes = {
        m.name: sum(torch.empty(s, dtype=torch.bfloat16, device="meta").nbytes for s in tensors(m))
        for m in MODELS.values()
    }
    miscounted = sum(size != 2 * MODELS[name].total for name, size in sizes.items())
    m = MODELS["Gemma 3 270M"]
    wanted = asserted(m)
    return every(
        [
            figure(sizes[m.name] / 1e6, wanted / 1e6, 0.01 * wanted / 1e6, "megabytes in bf16"),
            enumeration(len(sizes), miscounted, "models whose tensors hold another number"),
        ]
    )


def tensors(model: Configuration) -> list[tuple[int, int]]:
    """Return the shapes of a model's tables and of all its blocks' matrices."""
    table = (model.vocabulary, model.width)
    return ([table] if model.tied else [table, table]) + matrices(model)


def matrices(model: Configuration) -> list[tuple[int, int]]:
    """Return the shapes of all blocks' matrices, as (inputs, outputs)."""
    d, queries, keys = model.width, model.heads, model.key_value_heads
    block = [
        (d, queries * model.head_width),
        *[(d, keys * model.head_width)] * 2,  # keys and values
        (queries * model.head_width, d),
        *[(d, model.feed_forward)] * 2,  # up, and its gate
        (model.feed_forward, d),
    ]
    return model.layers * block


topic.documented(
    "3.14",
    "That's why tied embeddings are so common in this size class",
    "Press & Wolf 2017: tying saves parameters and regularises; it does not come from distillation",
    Verdict.FAILS,
    "the notes' own last clause: two copies of that matrix are too many",
)


topic.documented(
    "3.15",
    "which both Gemma and Qwen do",
    "tie_word_embeddings in the config.json of Gemma 3, Qwen2.5 and Qwen3",
    Verdict.CONDITIONAL,
    "in this size class: Gemma 3 at every size, Qwen in its small models; Qwen2.5 72B has "
    "two tables",
    kind=Kind.NUMERIC,
)


@topic.all_cases(
    "3.16",
    says="you can't afford two copies of that matrix",
    rule="a second table adds at least the asserted share to Gemma 3 270M",
    source=CONFIGURATIONS,
    asserted=Case((0.5, 1.0), "it adds more than half again"),
    mutant=Case((0.95, 1.05), "it doubles the model"),
    control=Case((0.62, 0.63), "it adds 62 to 63 %"),
    simulation="count",
)
def second_table(asserted: tuple[float, float], run: Run) -> Evidence:
    """Divide a table by the whole model."""
    low, high = asserted
    m = MODELS["Gemma 3 270M"]
    added = m.embedding / m.total
    return fact(low <= added <= high, f"a second table adds {added:.1%}", added)


topic.agrees(
    "3.19",
    says="In a large model the embedding is a thin layer",
    kind=Kind.NUMERIC,
    scope="two large models",
    expected=Verdict.AGREES,
    rule="share of the embeddings in each of two models of 70B parameters, in the asserted range",
    source=CONFIGURATIONS,
    asserted=Case((LARGE, 0.0, 0.07), "below 7 % in every large model"),
    mutant=Case((LARGE, 0.0, 0.03), "below 3 % in every large model"),
    control=Case((LARGE, 0.025, 0.04), "2.5 to 4 % in both"),
    simulation="share",
    derivation="scaling",
)(_share_range)
