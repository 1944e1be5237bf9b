"""A token task with a verifiable reward: write digits that add up to a target, then stop.

Token 0 stops, token d writes the digit d. An answer ends with the stop or after `longest` tokens
and is right (reward 1, else 0) if its digits add up to the target. A policy is a table of
preferences for each position and running sum, so every answer can be listed with its probability.
It stands in for the mathematical problems of Shao et al. 2024 (DeepSeekMath), whose answers a
rule can check.
"""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor


@dataclass(frozen=True)
class Answers:
    """Token ids, shape (…, longest), how many of them count, and the running sums before each."""

    tokens: "Tensor"
    lengths: "Tensor"
    """Tokens written, the stop included, shape (…)."""
    before: "Tensor"
    """The sum of the digits before each token, shape (…, longest)."""

    @property
    def mask(self) -> "Tensor":
        """1.0 for the tokens that were written, shape (…, longest)."""
        at = torch.arange(self.tokens.shape[-1], device=self.tokens.device)
        return (at < self.lengths.unsqueeze(-1)).double()

    @property
    def sums(self) -> "Tensor":
        """The sum of all digits, shape (…)."""
        return self.tokens.sum(-1)


@dataclass(frozen=True)
class Sums:
    """The task: digits 1 .. `digits`, at most `longest` tokens; `fixed` forbids stopping."""

    digits: int = 2
    longest: int = 3
    target: int = 3
    fixed: bool = False

    @property
    def shape(self) -> tuple[int, int, int]:
        """Shape of a policy's table: positions, running sums, tokens."""
        return self.longest, self.digits * self.longest + 1, self.digits + 1

    def reward(self, answers: Answers) -> "Tensor":
        """Return 1.0 for right answers and 0.0 for wrong ones."""
        return (answers.sums == self.target).double()

    def log_policy(self, theta: "Tensor") -> "Tensor":
        """Return log probabilities of the tokens, shape (…, positions, sums, tokens)."""
        if self.fixed:
            theta = torch.cat([torch.full_like(theta[..., :1], -1e9), theta[..., 1:]], -1)
        return torch.log_softmax(theta, -1)

    def log_probabilities(self, theta: "Tensor", answers: Answers) -> "Tensor":
        """Return log pi of each token, 0 where none is written.

        `theta` has shape (batch, *shape), the answers (batch, …, longest) or, listed once for
        the whole batch, (n, longest); the result is (batch, …, longest) or (batch, n, longest).
        """
        table = self.log_policy(theta)
        at = torch.arange(self.longest, device=theta.device)
        if answers.tokens.dim() == 2:
            return table[:, at, answers.before, answers.tokens] * answers.mask
        batch = torch.arange(len(theta), device=theta.device)
        batch = batch.view(-1, *[1] * (answers.tokens.dim() - 1))
        return table[batch, at, answers.before, answers.tokens] * answers.mask

    def every(self, device: str = "cpu") -> Answers:
        """Return all answers that can be given, once each, tokens (n, longest)."""
        rows = []
        for tokens in product(range(self.digits + 1), repeat=self.longest):
            stop = tokens.index(0) if 0 in tokens else self.longest
            if any(tokens[stop:]) or (self.fixed and stop < self.longest):
                continue
            rows.append((tokens, min(stop + 1, self.longest)))
        written = torch.tensor([row[0] for row in rows], device=device)
        lengths = torch.tensor([row[1] for row in rows], device=device)
        return Answers(written, lengths, written.cumsum(-1) - written)

    def sample(self, theta: "Tensor", count: int, generator: "Generator") -> Answers:
        """Draw `count` answers from each policy of a batch, tokens (batch, count, longest)."""
        table = self.log_policy(theta).exp().cumsum(-1)
        batch = torch.arange(len(theta), device=theta.device).unsqueeze(-1)
        total = torch.zeros((len(theta), count), dtype=torch.long, device=theta.device)
        going, lengths, tokens = torch.ones_like(total), torch.zeros_like(total), []
        for position in range(self.longest):
            uniform = torch.rand(
                (*total.shape, 1), generator=generator, device=theta.device, dtype=theta.dtype
            )
            row = table[batch, position, total]
            token = (uniform >= row).sum(-1).clamp_max(self.digits) * going
            lengths = lengths + going
            going = going * (token > 0)
            total = total + token
            tokens.append(token)
        written = torch.stack(tokens, -1)
        return Answers(written, lengths, written.cumsum(-1) - written)
