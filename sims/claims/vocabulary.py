"""The words that the language of claims has beside those of the maths language."""

MOMENTS = ("E", "Var", "Cov", "P", "Std", "Corr", "median", "sd", "corr", "mode")


PREDICATES = (
    "law", "independent", "defined", "psd", "pd", "invertible", "rank", "convex", "concave",
    "increasing", "decreasing", "root", "bigO", "bigTheta", "bigOmega", "smallo", "isprime",
    "symmetric", "orthogonal", "nullity", "uncorrelated", "stochastic",
)  # fmt: skip


FUNCTIONS = (
    "lim", "argmax", "argmin", "steps", "reach", "stationary", "value", "optimal", "eye", "phi",
    "quantile", "mode", "roots", "bellman", "greedy", "eigenvalues", "percentile", "pdf", "cdf",
    "prodof", "remainder", "sort", "block", "totient", "zeros", "ones", "pmf", "step", "occupancy",
)  # fmt: skip


SPOKEN = frozenset({*MOMENTS, *PREDICATES, *FUNCTIONS})
"""Words that the language of claims has beside those of the maths language."""


WORDS = {"cov": "Cov", "Pr": "P", "Expect": "E", "Variance": "Var", "Covariance": "Cov"}
ORDERS = ("bigO", "bigTheta", "bigOmega", "smallo")
"""Orders of growth, as they stand in trees."""
