"""Parameter counts of decoder-only models from their configurations."""

from dataclasses import dataclass
from typing import Any

from sims.topic import Topic

topic = Topic("small-language-models")


@dataclass(frozen=True)
class Configuration:
    """What a model card says: sizes of the embedding and of the blocks (gated feed-forward)."""

    name: str
    vocabulary: int
    width: int
    layers: int
    feed_forward: int
    heads: int
    key_value_heads: int
    head_width: int
    tied: bool

    @property
    def embedding(self) -> int:
        """Parameters of one embedding table."""
        return self.vocabulary * self.width

    @property
    def blocks(self) -> int:
        """Matrix parameters of all blocks; norms and biases, under 0.1 %, are left out."""
        attention = self.width * self.head_width * (2 * self.heads + 2 * self.key_value_heads)
        return self.layers * (attention + 3 * self.width * self.feed_forward)

    @property
    def tables(self) -> int:
        """Parameters of input and output embedding: one table if tied, else two."""
        return self.embedding * (1 if self.tied else 2)

    @property
    def total(self) -> int:
        """All matrix parameters."""
        return self.blocks + self.tables

    @property
    def embedding_share(self) -> float:
        """Share of the tables in all parameters, in [0, 1]."""
        return self.tables / self.total

    def blocks_compute(self, context: int) -> int:
        """Return the blocks' multiplications for one token that looks at `context` tokens.

        One for each parameter, and in each layer two for each number of the queries and token of
        context, where all layers look at all of them.
        """
        return self.blocks + 2 * self.layers * self.heads * self.head_width * context


SIZE_70B = (8_192, 80, 28_672, 64, 8, 128)

MODELS = {
    model.name: model
    for model in (
        Configuration("Gemma 3 270M", 262_144, 640, 18, 2_048, 4, 1, 256, True),
        Configuration("Gemma 3 27B", 262_144, 5_376, 62, 21_504, 32, 16, 128, True),
        Configuration("Qwen2.5 0.5B", 151_936, 896, 24, 4_864, 14, 2, 64, True),
        Configuration("Qwen2.5 72B", 152_064, 8_192, 80, 29_568, 64, 8, 128, False),
        Configuration("Qwen3 0.6B", 151_936, 1_024, 28, 3_072, 16, 8, 128, True),
        Configuration("SmolLM2 135M", 49_152, 576, 30, 1_536, 9, 3, 64, True),
        Configuration("SmolLM2 360M", 49_152, 960, 32, 2_560, 15, 5, 64, True),
        Configuration("Llama 3 70B", 128_256, 8_192, 80, 28_672, 64, 8, 128, False),
    )
}
UNTIED, TIED = (
    Configuration(f"a 70B model with Gemma's vocabulary, {n}", 262_144, *SIZE_70B, tied)
    for n, tied in (("two tables", False), ("one table", True))
)
SMALL = ("Gemma 3 270M", "Qwen2.5 0.5B", "Qwen3 0.6B")
EVERY_SMALL = (*SMALL, "SmolLM2 135M", "SmolLM2 360M")
"""With a family whose vocabulary is a fifth of Gemma's."""
LARGE = ("Llama 3 70B", "Qwen2.5 72B")
LFM2_VOCABULARY = 65_536


def block_parameters(width: Any, layers: Any, ratio: Any = 4) -> Any:
    """Return parameters of blocks with full attention and a feed-forward `ratio` as wide."""
    return layers * (4 * width**2 + 3 * ratio * width**2)
