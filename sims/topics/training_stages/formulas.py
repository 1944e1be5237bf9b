"""The claims on the stages that are formulas or arithmetic."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

from sims.claims import (
    POINTS,
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    fact,
    identity,
    is_zero,
    proof,
    require,
)
from sims.lazy import np, sympy, torch
from sims.maths import compare
from sims.run import Run
from sims.topics.training_stages.model import (
    CONTEXT,
    POST_TRAINING,
    PRE_TRAINING,
    arithmetic_code,
    arithmetic_decode,
    bigram,
    bradley_terry,
    dpo_optimum,
    kl_regularised_optimum,
    likeliest,
    negative_log2,
    topic,
)

V3 = "DeepSeek-V3 technical report, table 1"
TEXT = (
    "a model that predicts well codes well: each letter costs the logarithm of its probability, "
    "and no code can do better than the entropy of the source. "
) * 4


@topic.all_cases(
    "2.3",
    says="that's roughly the scale of Llama 3, DeepSeek-V3, etc.",
    rule="28 trillion tokens over those of each model named lies within the asserted factors; "
    "'roughly the scale' is read as within a factor of two, fixed beforehand",
    source="DeepSeek-V3 technical report, abstract; Llama 3 report 2024, section 1 (the model of "
    "405B); LFM2.5 model pages",
    right="1.8 and 1.9 times as many: of the same order, not nearly equal",
    mutant=Case((0.75, 1.25), "nearly the same: within a quarter"),
    control=Case((1.7, 2.0), "1.7 to 2 times as many"),
    asserted=Case(
        (0.5, 2.0), "within a factor of two of Llama 3's 15.6 and of DeepSeek-V3's 14.8 trillion"
    ),
    simulation="hours",
)
def token_ratio(asserted: tuple[float, float], run: Run) -> Evidence:
    """Divide."""
    low, high = asserted
    ratios = {name: 28 / tokens for name, tokens in (("Llama 3", 15.6), ("DeepSeek-V3", 14.8))}
    wrong = [f"{name}: {ratio:.2f}" for name, ratio in ratios.items() if not low <= ratio <= high]
    said = ", ".join(f"{ratio:.2f} times {name}'s" for name, ratio in ratios.items())
    return enumeration(len(ratios), len(wrong), said, "; ".join(wrong))


@topic.all_cases(
    "2.5",
    says="essentially compressing the internet into weights",
    kind=Kind.FORMULA,
    expected=Verdict.CONDITIONAL,
    rule="a text coded arithmetically with its exact bigram model, and decoded, as is every text "
    "of six letters a and b: with a code no longer than asserted decoding gives the text "
    "back; without a code what the weights find likeliest is not the text",
    source="Shannon 1948",
    right="with a code of -sum log2 p bits beside the weights, and at most 2 more; the weights "
    "alone do not give the text back",
    statement="the text can be got back from {}",
    inside=Case(
        ("weights", "code"), "the weights and a code of -sum log2 p bits and at most 2 more"
    ),
    outside=Case(("weights", ""), "the weights alone"),
    mutant=Case(("weights", "perplexity"), "the weights and a code of perplexity bits suffice"),
    control=Case(
        ("weights", "letters"),
        "the weights and log2 of the perplexity for each letter, 2 bits more in all, suffice",
    ),
    assumptions=("a bigram model of one text; what a trained network stores is not tested",),
    simulation="diet",
)
def compression(asserted: tuple[str, str], run: Run) -> Evidence:
    """Code and decode a text of some 600 letters, and short ones, in exact fractions."""
    model = bigram(TEXT)
    number, bits = arithmetic_code(TEXT, model)
    lossless = arithmetic_decode(number, bits, len(TEXT), model) == TEXT
    for short in map("".join, product("ab", repeat=6)):  # their codes lie on the intervals' ends
        own = bigram(short)
        lossless &= arithmetic_decode(*arithmetic_code(short, own), len(short), own) == short
    nll = negative_log2(TEXT, model)
    perplexity = 2 ** (nll / len(TEXT))
    greedy = likeliest(len(TEXT), model)
    allowed = {
        "": 0.0,
        "code": nll + 2,
        "perplexity": perplexity + 2,
        "letters": len(TEXT) * math.log2(perplexity) + 2,
    }[asserted[1]]
    back = lossless and bits <= allowed if asserted[1] else greedy == TEXT
    says = f"{bits} bits, -sum log2 p = {nll:.1f}, perplexity {perplexity:.2f}"
    return every(
        [
            fact(negative_log2(greedy, model) < nll, "the weights' own text is likelier"),
            fact(back, f"{says}, at most {allowed:.1f} allowed", float(bits)),
        ]
    )


@topic.all_cases(
    "2.10",
    says="~95%+ of total compute",
    expected=Verdict.CONDITIONAL,
    rule="share of pre-training in the GPU hours, at least the asserted one",
    source=V3 + "; DeepSeek-V3.2 (arXiv 2512.02556, section 1) reports post-training above 10 % "
    "of pre-training",
    right="for DeepSeek-V3; at most 90.9 % where post-training costs a tenth of pre-training",
    statement="pre-training takes at least 95 % of the GPU hours of {}",
    inside=Case(("DeepSeek-V3", 0.95), "DeepSeek-V3"),
    outside=Case(("DeepSeek-V3.2", 0.95), "DeepSeek-V3.2, whose post-training costs a tenth of it"),
    mutant=Case(("DeepSeek-V3", 0.99), "pre-training takes more than 99 % for DeepSeek-V3"),
    control=Case(("DeepSeek-V3.2", 0.5), "more than half for DeepSeek-V3.2"),
    simulation="hours",
)
def pre_training_share(asserted: tuple[str, float], run: Run) -> Evidence:
    """Divide hours; for V3.2 take the largest share its report allows."""
    name, least = asserted
    whole = PRE_TRAINING + CONTEXT + POST_TRAINING
    share = {"DeepSeek-V3": PRE_TRAINING / whole, "DeepSeek-V3.2": 1 / 1.1}[name]
    return fact(share >= least, f"share of pre-training {share:.1%}", share)


@topic.all_cases(
    "2.11",
    says="Everything downstream is cheap by comparison",
    expected=Verdict.CONDITIONAL,
    rule="post-training over pre-training, at most the asserted ratio, for the named models",
    source=V3 + "; DeepSeek-V3.2 (arXiv 2512.02556, section 1)",
    right="for DeepSeek-V3; reasoning models spend a tenth and more",
    statement="everything after pre-training costs at most 5 % of it in {}",
    inside=Case((("DeepSeek-V3",), 0.05), "DeepSeek-V3"),
    outside=Case((("DeepSeek-V3.2",), 0.05), "DeepSeek-V3.2"),
    mutant=Case(
        (("DeepSeek-V3", "DeepSeek-V3.2"), 0.01), "post-training costs below 1 % in every model"
    ),
    control=Case((("DeepSeek-V3",), 0.002), "below 0.2 % for DeepSeek-V3"),
    simulation="hours",
)
def downstream(asserted: tuple[tuple[str, ...], float], run: Run) -> Evidence:
    """Divide hours; for V3.2 take the least ratio its report allows."""
    names, most = asserted
    ratios = {"DeepSeek-V3": POST_TRAINING / PRE_TRAINING, "DeepSeek-V3.2": 0.10}
    wrong = sum(ratios[name] > most for name in names)
    return enumeration(len(names), wrong, f"ratios {[ratios[name] for name in names]}")


@topic.proved(
    "2.12",
    says="curated (prompt, ideal response) pairs, still using next-token prediction",
    rule="the fine-tuning loss equals the asserted one: symbolically for a prompt, a response so "
    "far and one more token, each of any length, and for 50 sequences; its gradient on the "
    "prompt's logits is 0",
    right="with a 0/1 mask that leaves the prompt out",
    asserted=Case("masked", "next-token cross-entropy with the prompt masked"),
    mutant=Case("unmasked", "next-token cross-entropy over prompt and response"),
    control=Case("response", "next-token cross-entropy of the response alone"),
    simulation="diet",
)
def masked_loss(asserted: str, run: Run) -> Evidence:
    """Compare -log p(response | prompt) with the token losses that the statement adds up."""
    # The chances of a prompt, of a response so far, and of the token after it.
    a, b, c = sympy.symbols("a b c", positive=True)
    losses, prompt = [-sympy.log(a), -sympy.log(b), -sympy.log(c)], 1
    chosen = {"unmasked": losses}.get(asserted, losses[prompt:])
    symbolic = is_zero(sympy.expand_log(-sympy.log(b * c), force=True) - sum(chosen))
    generator = run.generator("sequences")
    logits = torch.randn(POINTS, 6, 5, generator=generator, device=run.device).double()
    logits.requires_grad_()
    labels = torch.randint(0, 5, (POINTS, 6), generator=generator, device=run.device)
    token = torch.nn.functional.cross_entropy(
        logits.flatten(0, 1), labels.flatten(), reduction="none"
    ).reshape(POINTS, 6)
    mask = torch.tensor([0, 0, 1, 1, 1, 1], device=run.device)
    response = -torch.gather(logits.log_softmax(-1), 2, labels[..., None])[:, 2:, 0].sum(1)
    claimed = {
        "masked": (token * mask).sum(1),
        "unmasked": token.sum(1),
        "response": token[:, 2:].sum(1),
    }[asserted]
    (gradient,) = torch.autograd.grad(claimed.sum(), logits)
    errors = (claimed - response).abs() + gradient[:, :2].abs().amax((1, 2))
    return identity([symbolic], errors.detach().cpu(), f"the {asserted} loss")


@topic.agrees(
    "2.18",
    says="The model learns to rank outputs the way humans (or a reward model) would",
    scope="50 draws of six rewards",
    expected=Verdict.CONDITIONAL,
    rule="strengths fitted to exact Bradley-Terry win shares of six items recover the asserted "
    "property of the rewards to 1e-6, for 50 draws; the shift invariance symbolically",
    right="up to a constant for each prompt, and only if comparisons connect all outputs",
    source="Bradley & Terry 1952; Hunter 2004",
    statement="fitting recovers the differences of the rewards where comparisons {}",
    inside=Case(("connected", "differences"), "connect all outputs"),
    outside=Case(("two islands", "differences"), "leave two groups unconnected"),
    mutant=Case(("connected", "values"), "fitting recovers the rewards themselves"),
    control=Case(("connected", "order"), "fitting recovers the order, all pairs compared"),
    simulation="optimum",
    derivation="dpo",
)
def preferences(asserted: tuple[str, str], run: Run) -> Evidence:
    """Fit and compare; a shift of all rewards must leave the likelihood as it is."""
    graph, what = asserted
    x, y, shift = sympy.symbols("x y s", real=True)
    logistic = 1 / (1 + sympy.exp(y - x))
    invariant = is_zero(logistic.subs({x: x + shift, y: y + shift}, simultaneous=True) - logistic)
    rewards = 1 + run.rng("rewards").normal(size=(POINTS, 6))
    wins = 1 / (1 + np.exp(rewards[:, None, :] - rewards[:, :, None]))
    wins[:, range(6), range(6)] = 0
    if graph == "two islands":
        wins[:, :3, 3:] = wins[:, 3:, :3] = 0
    fitted = bradley_terry(wins)
    require(np.abs(fitted.mean(1)) < 1e-9, says="fitted strengths must add up to 0")
    errors = {
        "values": np.abs(fitted - rewards).max(1),
        "order": (fitted.argsort(1) != rewards.argsort(1)).sum(1),
        "differences": np.abs((fitted - fitted[:, :1]) - (rewards - rewards[:, :1])).max(1),
    }[what]
    return _fitted(invariant, errors, f"{what} of the rewards, {graph}")


def _fitted(proved: bool | None, errors: Any, says: str) -> Evidence:
    """Decide an identity that a numerical optimum must meet to 1e-6, beside its symbolic part."""
    errors = np.asarray(errors, dtype=float)
    wrong = int((~(errors <= 1e-6)).sum())
    return every(
        [
            proof([proved], "the formula"),
            enumeration(errors.size, wrong, f"{says}: largest error {errors.max():.2g}"),
        ]
    )


@topic.proved(
    "2.23",
    says="skips the reward model and trains directly on preference pairs",
    rule="the reward that the asserted DPO loss implies is, pair by pair, that of the closed form "
    "reference exp(r/beta)/Z: symbolically, with the normalizer Z of any number of answers; "
    "and its minimiser over infinitely many pairs equals the closed form to 1e-6 for 50 "
    "bandits of 5 actions",
    source="Rafailov et al. 2023, equations 4 to 7",
    asserted=Case("reference", "the DPO loss with its reference policy"),
    mutant=Case("uniform", "the DPO loss without its reference policy"),
    control=Case("closed form", "the closed form, found again by brute force"),
    simulation="optimum",
    derivation="regularised",
)
def dpo(asserted: str, run: Run) -> Evidence:
    """Minimise and compare; the control climbs E[r] - beta KL itself."""
    beta, z, *references = sympy.symbols("beta Z a b", positive=True)
    rewards = sympy.symbols("r1 r2", real=True)
    optimum = [a * sympy.exp(r / beta) / z for a, r in zip(references, rewards, strict=True)]
    beside = references if asserted != "uniform" else (1, 1)
    implied = [beta * sympy.log(p / q) for p, q in zip(optimum, beside, strict=True)]
    gap = sympy.expand(sympy.expand_log(implied[0] - implied[1], force=True))
    cancels = is_zero(gap - (rewards[0] - rewards[1]))
    errors = []
    for seed in range(POINTS):
        rng = run.rng(f"bandit {seed}")
        reference, reward = rng.dirichlet(np.full(5, 3.0)), rng.normal(size=5)
        wanted = kl_regularised_optimum(reference, reward, 0.7)
        if asserted == "closed form":
            found = _climbed(reference, reward, 0.7)
        else:
            start = reference if asserted == "reference" else np.ones(5) / 5
            found = dpo_optimum(start, reward, 0.7)
        errors.append(float(np.abs(found - wanted).max()))
    return _fitted(cancels, errors, "optimum against reference exp(r/beta)/Z")


def _climbed(reference: Any, rewards: Any, beta: float, steps: int = 400) -> Any:
    """Return the maximiser of E[r] - beta KL(pi || reference), by exponentiated gradient."""
    policy = np.ones_like(reference)
    for _ in range(steps):
        slope = rewards - beta * np.log(policy / reference)
        policy = policy * np.exp(0.5 * slope)
        policy = policy / policy.sum()
    return policy


@topic.proved(
    "2.26",
    says="reinforce the trajectories that worked",
    rule="with reward 1 for success the policy gradient equals the asserted factor times the mean "
    "gradient of log pi over successes: symbolically for one action, successful or not, "
    "beside any number of others, and below 1e-10 at 50 points",
    right="imitation of one's own successes, scaled by how often they come",
    asserted=Case(lambda p: p, "p(success) times the filtered imitation gradient"),
    mutant=Case(lambda p: p**0, "the filtered imitation gradient itself"),
    control=Case(lambda p: 1 - (1 - p), "one less p(failure) times that gradient"),
    simulation="reinforce",
)
def filtered_imitation(asserted: Callable[[Any], Any], run: Run) -> Evidence:
    """Differentiate by one action's score; the others' weights are R (right) and W (wrong)."""
    s = sympy.Symbol("s", real=True)
    others, wrong = sympy.symbols("R W", positive=True)
    total = sympy.exp(s) + others + wrong
    proved = []
    for own in (1, 0):  # the action whose score is moved is right, or wrong
        success = (own * sympy.exp(s) + others) / total
        imitated = sympy.log(sympy.exp(s) / total), sympy.log(others / total)
        shares = own * sympy.exp(s) / total / success, others / total / success
        mean = sum(share * sympy.diff(log, s) for share, log in zip(shares, imitated, strict=True))
        proved.append(is_zero(sympy.diff(success, s) - asserted(success) * mean))
    scores = run.rng("scores").normal(size=(POINTS, 3))
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    chance = weights[:, :2].sum(1, keepdims=True)
    gradient = weights * (np.array([1, 1, 0]) - chance)
    imitation = np.array([1, 1, 0]) * weights / chance - weights
    return identity(
        proved, np.abs(gradient - asserted(chance) * imitation).max(1), "policy gradient"
    )


@topic.ran(
    "2.31",
    says="generate millions of math problems and grade them automatically",
    rule="of a million seeded sums of fractions the verifier accepts every right answer, however "
    "it is written, and refuses every answer that is off by one in the numerator; so does the "
    "grader of this program, which reads texts, in the first 60",
    assumptions=("not tested: proofs, and problems whose answer is not one number",),
    asserted=Case("value", "comparing values grades them all"),
    mutant=Case("text", "comparing texts grades them all"),
    control=Case("exact", "comparing exact fractions grades a sample of them all"),
    simulation="reinforce",
)
def grading(asserted: str, run: Run) -> Evidence:
    """Write each answer unreduced, as a learner might, and grade it."""
    count = 1_000_000 if asserted != "exact" else 2_000
    a, b, c, d = run.rng("problems").integers(1, 100, (4, count))
    top, bottom = a * d + c * b, b * d
    common = np.gcd(top, bottom)
    if asserted == "text":
        accepted = common == 1
        refused = np.ones(count, bool)
    elif asserted == "value":
        accepted = top * (bottom // common) == (top // common) * bottom
        refused = (top + 1) * (bottom // common) != (top // common) * bottom
    else:
        exact = [Fraction(int(t), int(u)) for t, u in zip(top, bottom, strict=True)]
        accepted = np.array(
            [
                Fraction(int(w), int(x)) + Fraction(int(y), int(z)) == e
                for w, x, y, z, e in zip(a, b, c, d, exact, strict=True)
            ]
        )
        refused = np.array(
            [e + Fraction(1, int(u)) != e for e, u in zip(exact, bottom, strict=True)]
        )
    if asserted == "value":
        for at in range(60):
            right = str(Fraction(int(top[at]), int(bottom[at])))
            given = f"{a[at]}/{b[at]} + {c[at]}/{d[at]}"
            accepted[at] &= compare(given, right).outcome == "right"
            refused[at] &= compare(f"{top[at] + 1}/{bottom[at]}", right).outcome == "wrong"
    wrong = int((~accepted).sum() + (~refused).sum())
    return enumeration(2 * count, wrong, f"answers graded wrongly by {asserted}")
