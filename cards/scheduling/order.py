"""The order of a session: topics interleaved, new cards spread among the due ones.

Interleaving related topics makes study harder and recall better: Rohrer & Taylor 2007, "The
shuffling of mathematics problems improves learning".
"""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import count, islice
from typing import TypeVar

from cards.scheduling.options import Options

T = TypeVar("T")

REACH = 8
"""How far a card of another topic may be brought forward."""


def interleaved(items: Sequence[T], group: Callable[[T], Hashable]) -> list[T]:
    """Return `items` with neighbours of different groups where one is within `REACH`."""
    waiting = deque(items)
    groups = deque(map(group, items))
    result: list[T] = []
    last: Hashable = object()  # equal to no group
    while waiting:
        at = 0
        if groups[0] == last:
            near = islice(groups, REACH)
            at = next((place for place, other in enumerate(near) if other != last), 0)
        last = groups[at]
        result.append(waiting[at])
        del waiting[at], groups[at]
    return result


def spread(many: Sequence[T], few: Sequence[T]) -> list[T]:
    """Return both sequences in one, each in its order, evenly mixed."""
    total = len(many) + len(few)
    result: list[T] = []
    taken = 0
    for place in range(total):
        if taken < len(few) and (2 * taken + 1) * total <= (2 * place + 1) * len(few):
            result.append(few[taken])
            taken += 1
        elif place - taken < len(many):
            result.append(many[place - taken])
        else:
            result.append(few[taken])
            taken += 1
    return result


def in_turns(groups: Iterable[tuple[int, Iterator[T]]]) -> Iterator[T]:
    """Yield the items of all groups, one of each in turn, the groups in the order given.

    With each group stands how many turns it had before; it waits until the others had as many.
    """
    waiting = list(groups)
    for turn in count():
        if not waiting:
            break
        left = []
        for had, items in waiting:
            drawn = list(islice(items, had <= turn))
            yield from drawn
            if drawn or had > turn:
                left.append((had, items))
        waiting = left


def mixed(
    due: Sequence[T], new: Sequence[T], topic: Callable[[T], Hashable], options: Options
) -> list[T]:
    """Return due and new cards in the one line that the options ask for.

    The new ones stay in their order: they were in turns before the daily limit cut them.
    """
    if options.topics == "interleaved":
        due = interleaved(due, topic)
    if options.new_cards == "first":
        return [*new, *due]
    return [*due, *new] if options.new_cards == "last" else spread(due, new)
