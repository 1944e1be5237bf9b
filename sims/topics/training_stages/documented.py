"""The statements of the notes that rest on a citation, or that no machine decides."""

from sims.claims import Kind, Verdict
from sims.topics.training_stages.model import topic

QUIZ = (
    ("2.4", "Knowledge and world model"),
    ("2.6", "The model emerges as a brilliant autocomplete"),
    ("2.8", "pre-training (broad web data) and mid-training (higher-quality, curated data"),
    ("2.13", "Format and instruction-following"),
    ("2.19", "hard to demonstrate but easy to compare"),
    ("2.20", "Reducing hallucination (preferring 'I don't know' over confident nonsense)"),
    ("2.25", "score them against a verifiable signal"),
    ("2.27", "This is the stage that produced o1, R1"),
    ("2.28", "Spend more tokens on harder problems"),
    ("2.34", "this stage is where reasoning behaviors are amplified"),
)
for number, says in QUIZ:
    topic.documented(number, says, "a description", Verdict.QUIZ)

topic.documented(
    "2.14",
    "The capability was already there from pre-training",
    "contested, and about large models: Zhou et al. 2023 (LIMA) argue for it",
    Verdict.QUIZ,
)
topic.documented(
    "2.21",
    "much cheaper, and captures subjective quality SFT can't",
    (
        "what people's labels cost is a matter of fact, not of computing; 'subjective "
        "quality' is a "
        "judgement. Ouyang et al. 2022 collect both kinds of labels"
    ),
    Verdict.QUIZ,
)
topic.documented(
    "2.29",
    "capped by human ability",
    (
        "contested: feedback may come from a model (Bai et al. 2022), and comparing is easier than "
        "producing"
    ),
    Verdict.QUIZ,
)
topic.documented(
    "2.33",
    "RL is unstable and easily destroys capabilities",
    (
        "contested, and about large models: Shenfeld et al. 2025 find that on-policy learning "
        "forgets less; the simulation 'forgetting' is a table of ten answers, no more"
    ),
    Verdict.QUIZ,
)

topic.documented(
    "2.1",
    "Predict the next token on a massive corpus",
    "the definition of autoregressive pre-training",
)
topic.documented(
    "2.2",
    "28T tokens in LFM2.5's case",
    "Liquid AI's model pages for LFM2.5; LFM2 had 10 to 12 trillion (LFM2 report, arXiv "
    "2511.23404)",
    kind=Kind.NUMERIC,
)
topic.documented(
    "2.17",
    "(prompt, preferred response, rejected response) triples",
    "Rafailov et al. 2023; Ethayarajh et al. 2024 (KTO)",
    Verdict.CONDITIONAL,
    "for reward models, DPO, IPO and SimPO; KTO takes unpaired labels, PPO prompts alone",
)
topic.documented("2.22", "Classical RLHF uses a reward model + PPO", "Ouyang et al. 2022")
topic.documented(
    "2.24",
    "IPO, KTO, SimPO are variants on the same theme",
    "Azar et al. 2023; Ethayarajh et al. 2024; Meng et al. 2024: each learns from "
    "preferences "
    "without a reward model; KTO needs no pairs, SimPO no reference model",
)
topic.documented(
    "2.32",
    "Why it goes last",
    "DeepSeek-AI 2025: R1-Zero applies reinforcement learning to the base model; R1 "
    "alternates fine-tuning and reinforcement learning",
    Verdict.FAILS,
    "often late, not as a rule last",
)
