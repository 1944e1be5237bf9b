"""The claims of the notes on maximum likelihood and KL divergence."""

from collections.abc import Callable
from itertools import product
from typing import Any

from sims.claims import (
    EXACT,
    POINTS,
    Case,
    Evidence,
    Verdict,
    enumeration,
    every,
    figure,
    identity,
    is_zero,
)
from sims.lazy import mpmath, np, sympy
from sims.run import Run
from sims.topics.mle_kl.model import (
    bernoulli,
    cross_entropy,
    forward_kl,
    full,
    joint,
    laplace,
    log,
    mixture,
    normal,
    reverse_kl,
    smallest,
    squared_distance,
    thin,
    tilt_of_mean,
    tilted,
    topic,
)

topic.documented(
    "21.1",
    "drawn from a distribution P_theta in P",
    "Bishop 2006, section 1.2.4",
    Verdict.CONDITIONAL,
    "holds when the model is well specified; and P_theta(D | theta) names theta twice",
)


@topic.proved(
    "21.2",
    says="the MLE estimate of theta is defined as",
    rule="the asserted objective is stationary at k/n (Bernoulli) and at the mean and mean squared "
    "deviation (normal), symbolically; and is largest at k/n for 50 seeded samples",
    source="Bishop 2006, sections 1.2.4 and 2.1",
    asserted=Case(lambda likelihood, theta: log(likelihood), "argmax log L = argmax L"),
    mutant=Case(lambda likelihood, theta: log(likelihood * theta), "argmax L theta = argmax L"),
    control=Case(
        lambda likelihood, theta: 3 * log(likelihood) + 5, "argmax 3 log L + 5 = argmax L"
    ),
    simulation="family",
    derivation="bernoulli",
)
def same_argmax(asserted: Callable[[Any, Any], Any], run: Run) -> Evidence:
    """Compare the maximiser of an objective made from L with the closed forms of the MLE."""
    k, rest, theta, v = sympy.symbols("k r theta v", positive=True)
    n = k + rest
    slope = sympy.diff(asserted(bernoulli(theta, k, n), theta), theta)
    proved = [is_zero(slope.subs(theta, k / n))]
    x = sympy.symbols("x1:4", real=True)
    likelihood = sympy.prod([normal(one - theta, sympy.sqrt(v)) for one in x])
    centre = sum(x) / 3
    spread = sum((one - centre) ** 2 for one in x) / 3
    objective = sympy.expand_log(asserted(likelihood, theta))
    for name in (theta, v):
        slope = sympy.diff(objective, name)
        proved.append(is_zero(slope.subs({theta: centre, v: spread}, simultaneous=True)))
    errors = []
    with mpmath.workdps(30):
        for successes, failures in run.rng("counts").integers(1, 30, size=(POINTS, 2)):
            count, total = int(successes), int(successes + failures)

            def negative(t: Any, count: int = count, total: int = total) -> Any:
                return -asserted(bernoulli(t, count, total), t)

            errors.append(
                smallest(negative, mpmath.mpf("1e-6"), 1 - mpmath.mpf("1e-6"))
                - mpmath.mpf(count) / total
            )
    return identity(proved, errors, "maximiser of the objective against the MLE")


@topic.proved(
    "21.3",
    says="Equivalently, this can be formulated as iid samples, negative log-likelihood",
    expected=Verdict.CONDITIONAL,
    rule="k/n is stationary for the joint likelihood of any number of draws, symbolically, by how "
    "often each value follows each, and the asserted use of NLL finds the joint maximiser of 50 "
    "seeded sequences; the joint likelihoods of all "
    "sequences of three draws add up to 1, symbolically",
    right="needs independent draws, and the NLL is minimised; the sum shown is the conditional "
    "one, -sum log p(y_i | x_i), with n and N mixed up",
    statement="minimising the NLL maximises the likelihood of {}",
    inside=Case((0, 1), "independent draws"),
    outside=Case((0.6, 1), "draws that repeat the one before with probability 0.6"),
    mutant=Case((0.3, 1), "so it does for draws that depend on the one before a little"),
    control=Case((0, 1 / 12), "independent draws: minimising the mean NLL maximises it"),
    simulation="family",
    derivation="bernoulli",
)
def sum_of_logs(asserted: tuple[float, float], run: Run) -> Evidence:
    """Compare the minimiser of the sum of marginal -log p with the maximiser of the joint."""
    repeat, factor = asserted
    theta = sympy.Symbol("theta", positive=True)
    chance = sympy.nsimplify(repeat)
    again = sympy.Symbol("r", positive=True)
    total = sum(joint(theta, y, again) for y in product((0, 1), repeat=3))
    proved = [_stationary(chance), is_zero(total - 1)]
    errors = []
    with mpmath.workdps(30):
        ends = mpmath.mpf("1e-6"), 1 - mpmath.mpf("1e-6")
        for row in run.rng("sequences").integers(0, 2, size=(POINTS, 10)):
            y = [0, 1, *(int(value) for value in row)]

            def nll(t: Any, y: list[int] = y) -> Any:
                return -factor * sum(log(t if value else 1 - t) for value in y)

            def surprise(t: Any, y: list[int] = y) -> Any:
                return -log(joint(t, y, repeat))

            errors.append(smallest(nll, *ends) - smallest(surprise, *ends))
    return identity(proved, errors, "minimiser of the NLL against the joint maximiser")


def _stationary(chance: Any) -> bool | None:
    """Return whether k/n is stationary for the joint likelihood of n draws, k of them 1.

    Of the draws after the first, which is 1, a are 1 after 1, b are 0 after 0, c are 1 after 0 and
    d are 0 after 1. What is not repeated is a fresh draw.
    """
    theta = sympy.Symbol("theta", positive=True)
    a, b, c, d = sympy.symbols("a b c d", positive=True)
    fresh = 1 - chance
    parts = (
        (1, theta),
        (a, chance + fresh * theta),
        (b, chance + fresh * (1 - theta)),
        (c, fresh * theta),
        (d, fresh * (1 - theta)),
    )
    slope = sum(count * sympy.diff(p, theta) / p for count, p in parts)
    share = (1 + a + c) / (1 + a + b + c + d)
    return is_zero(sympy.cancel(slope.subs(theta, share)))


topic.documented(
    "21.4",
    "it measures the dissimilarity of two probability distributions",
    "Kullback and Leibler 1951, section 2",
    right="true, though it is no metric: it is not symmetric and has no triangle inequality",
)


def symbolic_pair(n: int = 3) -> tuple[list[Any], list[Any]]:
    """Return p and q as positive symbols; no identity here needs them to sum to 1."""
    return (
        list(sympy.symbols(f"p1:{n + 1}", positive=True)),
        list(sympy.symbols(f"q1:{n + 1}", positive=True)),
    )


topic.fence(
    "21.5",
    "variables: {p: simplex(n), q: simplex(n)}",
    says="p_k log(p_k / q_k)",
    rule="sums over outcomes in normal form, for every number of them",
    source="Kullback and Leibler 1951, section 2",
    asserted=Case("KL(p, q) = sum(p_i*log(p_i/q_i), i)", "a term is p log(p/q)"),
    mutant=Case("KL(p, q) = sum(p_i*log(p_i) - q_i*log(q_i), i)", "a term is p log p - q log q"),
    control=Case("KL(p, q) = sum(-p_i*log(q_i/p_i), i)", "a term is -p log(q/p)"),
    simulation="family",
)


topic.fence(
    "21.6",
    "variables: {p: simplex(n), q: simplex(n)}",
    says="KL = -H(p) + H(p,q)",
    rule="sums over outcomes in normal form, for every number of them",
    asserted=Case("KL(p, q) = -entropy(p) + crossentropy(p, q)", "KL = -H(p) + H(p, q)"),
    mutant=Case("KL(p, q) = entropy(q) - entropy(p)", "KL = H(q) - H(p), the entropies alone"),
    control=Case("KL(p, q) = crossentropy(p, q) - crossentropy(p, p)", "KL = H(p,q) - H(p,p)"),
    simulation="family",
    derivation="split",
)


@topic.proved(
    "21.7",
    says="In the limit, KL is same as MLE",
    expected=Verdict.CONDITIONAL,
    rule="the divergence and NLL/n have the same slope in t, symbolically, and their minimisers "
    "agree below 1e-10 for 50 seeded counts of the family softmax(t, 0, -t)",
    right="the minimiser of the forward KL from the observed frequencies is the MLE for every n, "
    "not only in the limit; the minimiser of the reverse KL is another",
    statement="minimising {} over theta gives the MLE, for every n",
    inside=Case(forward_kl, "KL(p_hat || p_theta)"),
    outside=Case(reverse_kl, "KL(p_theta || p_hat)"),
    mutant=Case(squared_distance, "minimising the squared distance gives the MLE"),
    control=Case(cross_entropy, "minimising H(p_hat, p_theta) gives the MLE"),
    simulation="family",
    derivation="split",
)
def same_fit(asserted: Callable[..., Any], run: Run) -> Evidence:
    """Compare the minimiser of a divergence with that of the negative log-likelihood."""
    t = sympy.Symbol("t", real=True)
    p, _ = symbolic_pair()
    p[2] = 1 - p[0] - p[1]
    difference = asserted(p, tilted(t)) - cross_entropy(p, tilted(t))
    proved = is_zero(sympy.diff(difference, t))
    errors = []
    with mpmath.workdps(30):
        for counts in run.rng("counts").integers(1, 20, size=(POINTS, 3)):
            observed = [mpmath.mpf(int(k)) / int(counts.sum()) for k in counts]
            errors.append(fit(asserted, observed) - tilt_of_mean(observed[0] - observed[2]))
    return identity([proved], errors, "minimiser against the MLE")


def fit(divergence: Callable[..., Any], observed: list[Any]) -> Any:
    """Return the t in (-6, 6) whose softmax(t, 0, -t) is nearest to the observed frequencies."""
    return smallest(lambda t: divergence(observed, tilted(t)), mpmath.mpf(-6), mpmath.mpf(6))


@topic.all_cases(
    "21.7.1",
    says="Nearest members of softmax(t, 0, -t) to the frequencies 0.5, 0.4, 0.1",
    rule="within 0.0005 of the asserted t",
    source="computed",
    asserted=Case((forward_kl, 0.640), "the forward KL is least at t = 0.640"),
    mutant=Case((forward_kl, 0.674), "the forward KL is least at t = 0.674"),
    control=Case((reverse_kl, 0.674), "the reverse KL is least at t = 0.674"),
    simulation="family",
)
def nearest_members(asserted: tuple[Callable[..., Any], float], run: Run) -> Evidence:
    """Minimise the divergence over t."""
    divergence, t = asserted
    observed = [mpmath.mpf(x) for x in ("0.5", "0.4", "0.1")]
    return figure(float(fit(divergence, observed)), t, 0.0005, f"t of least {divergence.__name__}")


def known_densities() -> Evidence:
    """Integrate each density at thickness 3 for its mass, mean and mean square."""
    known = {thin: (1, 0, 9), full: (1, 0, 1), mixture: (1, 1, 3), laplace: (1, 0, 18)}
    wrong = 0
    for density, moments in known.items():
        for power, moment in enumerate(moments):
            found = mpmath.quad(
                lambda c, f=density, k=power: c**k * f(c, mpmath.mpf(3)),
                [-mpmath.inf, 0, 2, mpmath.inf],
            )
            wrong += not abs(found - moment) <= EXACT
    return enumeration(3 * len(known), wrong, "moments of the four densities")


@topic.proved(
    "21.8",
    says="In generative models, MLE isn't suitable",
    expected=Verdict.FAILS,
    rule="the likelihood of two different observations at every offset is 0 as the thickness s "
    "goes to 0: a limit in sympy, and below 1e-10 at s = 1e-4 for 50 pairs and 21 offsets each; "
    "each density has its known mass, mean and mean square",
    right="true of models without a density, such as a generator of a thin manifold; generative "
    "models of full support (flows, autoregressive models) are fitted by maximum likelihood",
    source="Arjovsky and Bottou 2017, section 2",
    mutant=Case(mixture, "under a mixture of normals every offset has likelihood 0"),
    control=Case(thin, "under a thin model every offset has likelihood 0"),
    asserted=Case(
        full, "under a model of full support every offset has likelihood 0: nothing to maximise"
    ),
    simulation="two-modes",
)
def nothing_to_maximise(asserted: Callable[[Any, Any], Any], run: Run) -> Evidence:
    """Multiply the densities of two observations that no one offset can both hit."""
    s, c, gap = sympy.symbols("s c d", positive=True)
    proved = [is_zero(sympy.limit(asserted(away, s), s, 0, "+")) for away in (c, gap)]
    errors = []
    for first, second in run.rng("pairs").uniform(-1, 1, size=(POINTS, 2)):
        second += np.sign(second - first) * 0.1
        for offset in np.linspace(-2, 2, 21):
            near = [mpmath.mpf(abs(x - offset)) for x in (first, second)]
            errors.append(
                asserted(near[0], mpmath.mpf("1e-4")) * asserted(near[1], mpmath.mpf("1e-4"))
            )
    vanishes = identity(proved, errors, "likelihood of two observations at any offset")
    return every([vanishes, known_densities()])


@topic.proved(
    "21.9",
    says="probability density under the trained model for any actual input is almost always zero",
    expected=Verdict.CONDITIONAL,
    rule="the density at distance c > 0 is 0 as the thickness s goes to 0: a limit in sympy, and "
    "below 1e-10 at s = 1e-4 for 50 seeded distances; each density has its known mass, mean and "
    "mean square",
    right="true of models supported on a manifold of lower dimension (a generator without noise)",
    source="Arjovsky and Bottou 2017, section 2",
    statement="the density at distance c > 0 vanishes for {}",
    inside=Case(thin, "a model on a thin manifold"),
    outside=Case(full, "a flow of full support"),
    mutant=Case(mixture, "off the centres of a mixture of normals the density vanishes"),
    control=Case(laplace, "off the centre of a shrinking Laplace the density vanishes"),
    simulation="two-modes",
    derivation="two-normals",
)
def density_vanishes(asserted: Callable[[Any, Any], Any], run: Run) -> Evidence:
    """Take the limit of the density at a fixed distance."""
    s, c = sympy.symbols("s c", positive=True)
    proved = is_zero(sympy.limit(asserted(c, s), s, 0, "+"))
    distances = run.rng("distances").uniform(0.01, 3, POINTS)
    errors = [asserted(mpmath.mpf(c), mpmath.mpf("1e-4")) for c in distances]
    return every([identity([proved], errors, "density at a distance"), known_densities()])
