"""Small language models: the embedding table is a large share of what is small.

Sources: the models' published configurations (Gemma 3 technical report 2025 and "Introducing
Gemma 3 270M", Google 2025; Qwen2.5 and Qwen3 model cards; Llama 3 report 2024; LFM2 report 2025);
Press & Wolf 2017, "Using the output embedding to improve language models" (tying). Figures from
configurations are citations; the arithmetic on them is ours.
"""

from sims.topics.small_language_models import claims, figures, structure
from sims.topics.small_language_models.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "structure", "topic"]
