"""Stages of model training: pre-training, supervised fine-tuning, preferences, verifiable rewards.

Sources: Shannon 1948 (code length); Ouyang et al. 2022 (InstructGPT); Rafailov et al. 2023 (DPO);
DeepSeek-AI 2024, "DeepSeek-V3 technical report", table 1 (GPU hours); DeepSeek-AI 2025,
"DeepSeek-V3.2" (post-training beyond 10 % of pre-training) and "DeepSeek-R1" (order of stages);
Shenfeld et al. 2025, "RL's razor" (on-policy learning forgets less). What no toy can decide is
quoted; what a toy can, is decided in it.
"""

from sims.topics.training_stages import documented, figures, formulas, learning, policies
from sims.topics.training_stages.model import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["documented", "figures", "formulas", "learning", "policies", "topic"]
