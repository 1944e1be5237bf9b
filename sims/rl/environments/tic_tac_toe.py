"""Tic-tac-toe as tables: every position that can be reached, and its value by full enumeration.

Positions are numbered from 0, the empty board; cells 0 to 8 row by row. X (1) moves first, O is
-1. Values are from X's side: 1 is a win for X, -1 a win for O.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from sims.lazy import torch

if TYPE_CHECKING:
    from torch import Generator, Tensor

LINES = ((0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6))
MARKS = {1: "X", -1: "O", 0: "·"}
Board = tuple[int, ...]


@dataclass(frozen=True)
class TicTacToe:
    """All positions; tensors are on one device."""

    boards: tuple[Board, ...]
    after: "Tensor"
    """The position after a move in each cell, or -1 where there is none, int64, shape (N, 9)."""
    mover: "Tensor"
    """Who moves, 1 or -1, float64, shape (N,)."""
    over: "Tensor"
    """Whether the game has ended, bool, shape (N,)."""
    value: "Tensor"
    """The value under best play by both, shape (N,)."""
    random_value: "Tensor"
    """The expected outcome when both play at random, shape (N,)."""

    @cached_property
    def allowed(self) -> "Tensor":
        """Whether a cell may be played, bool, shape (N, 9)."""
        return self.after != -1

    def move_values(self, table: "Tensor") -> "Tensor":
        """Return the table's value of each move for the one who moves, -inf if not allowed."""
        reached = table[self.after] * self.mover[:, None]
        return reached.masked_fill(~self.allowed, -torch.inf)

    @cached_property
    def optimal(self) -> "Tensor":
        """Whether a move keeps the value of best play, bool, shape (N, 9)."""
        return self.move_values(self.value) == (self.value * self.mover)[:, None]

    def random_move(self, position: "Tensor", generator: "Generator") -> "Tensor":
        """Draw a move for each position, evenly among those allowed; the game must not be over."""
        noise = torch.rand(
            (*position.shape, 9), generator=generator, device=position.device, dtype=torch.float32
        )
        return noise.masked_fill(~self.allowed[position], -1.0).argmax(-1)

    def playout(self, position: "Tensor", generator: "Generator") -> "Tensor":
        """Play at random to the end and return the outcome for X, float64, like `position`."""
        over = self.over[position]
        while not bool(over.all()):
            onward = self.after[position, self.random_move(position, generator)]
            position = torch.where(over, position, onward)
            over = self.over[position]
        return self.value[position]


def winner(board: Board) -> int:
    """Return 1 or -1 for who has a line, else 0."""
    for a, b, c in LINES:
        if board[a] and board[a] == board[b] == board[c]:
            return board[a]
    return 0


@lru_cache(maxsize=4)
def tic_tac_toe(device: str = "cpu") -> TicTacToe:
    """Return the tables, listed breadth first from the empty board."""
    boards: list[Board] = [(0,) * 9]
    number = {boards[0]: 0}
    rows: list[list[int]] = []
    for board in boards:  # grows while it is read
        mover = 1 if board.count(1) == board.count(-1) else -1
        row = [-1] * 9
        if not winner(board):
            for cell in range(9):
                if board[cell] == 0:
                    after = (*board[:cell], mover, *board[cell + 1 :])
                    if after not in number:
                        number[after] = len(boards)
                        boards.append(after)
                    row[cell] = number[after]
        rows.append(row)
    value, by_chance = [0.0] * len(boards), [0.0] * len(boards)
    movers = [1 if board.count(1) == board.count(-1) else -1 for board in boards]
    for i in range(len(boards) - 1, -1, -1):
        onward = [k for k in rows[i] if k != -1]
        if onward:
            value[i] = movers[i] * max(movers[i] * value[k] for k in onward)
            by_chance[i] = sum(by_chance[k] for k in onward) / len(onward)
        else:
            value[i] = by_chance[i] = float(winner(boards[i]))
    moves = torch.tensor(rows, device=device)
    sides, best, chance = (
        torch.tensor(x, dtype=torch.float64, device=device) for x in (movers, value, by_chance)
    )
    return TicTacToe(tuple(boards), moves, sides, (moves == -1).all(1), best, chance)


def choices(game: TicTacToe, empty: int = 5) -> "Tensor":
    """Return the positions with that many empty cells or more whose moves differ in value."""
    free = game.allowed.sum(1)
    differ = game.optimal.sum(1) < free
    return ((free >= empty) & differ).nonzero()[:, 0]
