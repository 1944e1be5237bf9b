"""What one text and one comparison may cost, and the budget that enforces it everywhere."""

import time

MAX_CHARACTERS = 2_000
MAX_TOKENS = 600
MAX_DEPTH = 64
MAX_TREE_DEPTH = 160
MAX_DIGITS = 60
MAX_EXPONENT = 400
MAX_TERMS = 2_000
STEPS = 45_000  # of one comparison; some 12 microseconds each
SECONDS = (
    1.4  # of processor time: a fence behind the steps, for a machine two or three times slower
)


class BudgetError(Exception):
    """The comparison cost more than it may; the answer is then undecided, never wrong."""


class Budget:
    """One allowance shared by everything a comparison does, nested sums and integrals included.

    `spend` is called for every node visited; the cost grows with the working precision. The
    steps are the same on a slow or busy machine, and so is what is decided; the processor time of
    this thread is a second fence, for a step that costs more than was foreseen. Raises BudgetError
    when the steps, the terms of sums or the seconds are used up.
    """

    def __init__(self, seconds: float = SECONDS, visits: int = STEPS) -> None:
        self.deadline = time.thread_time() + seconds
        self.visits = visits
        self.terms = 20 * MAX_TERMS
        self._until_look = 64

    def spend(self, cost: int = 1) -> None:
        """Charge for work done."""
        self.visits -= cost
        if self.visits < 0:
            raise BudgetError
        self._until_look -= 1
        if self._until_look <= 0:
            self._until_look = 64
            if time.thread_time() > self.deadline:
                raise BudgetError

    def spend_terms(self, count: int) -> None:
        """Charge for the terms of a sum or product before they are added up."""
        self.terms -= count
        if count > MAX_TERMS or self.terms < 0:
            raise BudgetError
