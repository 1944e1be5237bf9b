"""Whether two answers are equal, and how that is known.

Samples first: at high precision, in each symbol's domain, at corners, off every lattice, far out
and on both sides of constants. A branch that no point took is looked for, or shown out of reach,
before two count as equal. Algebra (sympy, in the worker, on our own tree) comes only where samples
cannot decide; what stays open is undecided, and the learner grades it. Steps are counted, so that a
verdict does not depend on the machine; processor time is a fence behind them.
"""
