"""Parameter counts against published totals, and the tiny model's training."""

import pytest

from sims.run import Run
from sims.topics.small_language_models.figures import Counts, count
from sims.topics.small_language_models.model import MODELS, block_parameters
from sims.topics.small_language_models.structure import fitted


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("Gemma 3 270M", 268),
        ("Qwen2.5 0.5B", 494),
        ("Qwen3 0.6B", 596),
        ("SmolLM2 135M", 134.5),
        ("SmolLM2 360M", 362),
        ("Llama 3 70B", 70_600),
        ("Qwen2.5 72B", 72_700),
        ("Gemma 3 27B", 27_000),
    ],
)
def test_totals_of_the_model_cards(name: str, millions: float) -> None:
    assert MODELS[name].total / 1e6 == pytest.approx(millions, rel=0.005)


def test_gemma_270m_is_170_million_embedding_and_100_million_blocks() -> None:
    gemma = MODELS["Gemma 3 270M"]
    assert round(gemma.embedding / 1e6) == 168
    assert round(gemma.blocks / 1e6) == 100


def test_attention_outdoes_gemmas_output_layer_from_1832_tokens_of_context() -> None:
    gemma = MODELS["Gemma 3 270M"]
    assert gemma.blocks_compute(1831) < gemma.embedding < gemma.blocks_compute(1832)
    assert gemma.blocks_compute(0) == gemma.blocks


def test_blocks_scale_with_layers_and_width_squared() -> None:
    assert block_parameters(20, 3) == 12 * block_parameters(10, 1)


def test_count_is_the_configurations_arithmetic() -> None:
    (frame,) = count(Counts(), Run())
    assert frame.outputs["share"] == pytest.approx(MODELS["Gemma 3 270M"].embedding_share, abs=1e-4)


def test_blocks_of_a_narrow_model_fit_what_its_table_cannot() -> None:
    blocks = fitted("blocks", 8, 900, 2, 0, "cpu")
    table = fitted("embedding", 8, 900, 2, 0, "cpu")
    assert float(blocks.min()) > float(table.max())
