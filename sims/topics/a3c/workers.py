"""Workers that learn to leave a room and add what they learned to one vector of parameters.

The parameters are a softmax policy and state values, as tables in one vector: the "network". Each
worker copies it, takes up to five steps in its own room, and adds its update to whatever the vector
has become meanwhile (Mnih et al. 2016, algorithm S3).
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sims import asynchrony
from sims.lazy import np, torch
from sims.rl import dynamic_programming as dp
from sims.rl.environments import gridworld
from sims.rl.finite_mdp import FiniteMDP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

SIDE, ACTIONS, GAMMA, STEPS = 4, 4, 0.9, 5
STATES = SIDE * SIDE
SIZE = STATES * ACTIONS + STATES
ACTOR_RATE, CRITIC_RATE = 0.5, 0.2
SEGMENTS = 1000
"""Updates of each real process."""


def goal_room() -> FiniteMDP:
    """Return the room: from the top left corner to the bottom right one, which pays 1."""
    return gridworld.room(SIDE, STATES - 1)


def start_value(parameters: "Vector") -> float:
    """Return the exact value of the start under the policy in `parameters`, shape (SIZE,)."""
    preferences = torch.tensor(parameters[: STATES * ACTIONS]).view(STATES, ACTIONS)
    room = goal_room()
    return float(room.start @ dp.evaluate(room, dp.softmax_policy(preferences), GAMMA))


def best_value() -> float:
    """Return the best value of the start, GAMMA^(2 SIDE - 3)."""
    room = goal_room()
    return float(room.start @ dp.value_iteration(room, GAMMA).v)


def advantages(rewards: "Vector", values: "Vector", last: float, gamma: float) -> "Vector":
    """Return each step's advantage with all rewards that follow it, and `last` beyond them.

    `rewards` and `values` are (n,): the k-th advantage is the (n - k)-step one.
    """
    credit = np.empty(len(rewards))
    ahead = last
    for k in reversed(range(len(rewards))):
        ahead = rewards[k] + gamma * ahead
        credit[k] = ahead - values[k]
    return credit


def segment(parameters: "Vector", state: int, rng: "np.random.Generator") -> tuple["Vector", int]:
    """Act for up to five steps from `state`; return the update, (SIZE,), and the next state."""
    preferences = parameters[: STATES * ACTIONS].reshape(STATES, ACTIONS)
    values = parameters[STATES * ACTIONS :]
    states, actions, rewards = [], [], []
    for _ in range(STEPS):
        policy = _softmax(preferences[state])
        action = int((rng.random() > policy.cumsum()[:-1]).sum())
        states.append(state)
        actions.append(action)
        state = gridworld.moved(state, action, SIDE, SIDE)
        rewards.append(float(state == STATES - 1))
        if rewards[-1]:
            break
    over = state == STATES - 1
    last = 0.0 if over else float(values[state])
    credit = advantages(np.array(rewards), values[states], last, GAMMA)
    update = np.zeros(SIZE)
    actor = update[: STATES * ACTIONS].reshape(STATES, ACTIONS)
    for where, action, advantage in zip(states, actions, credit, strict=True):
        score = -_softmax(preferences[where])
        score[action] += 1
        actor[where] += ACTOR_RATE * advantage * score
        update[STATES * ACTIONS + where] += CRITIC_RATE * advantage
    return update, 0 if over else state


def _softmax(preferences: "Vector") -> "Vector":
    weights: Vector = np.exp(preferences - preferences.max())
    weights /= weights.sum()
    return weights


# --- On a simulated clock ----------------------------------------------------------------------


def training(
    workers: int, horizon: int, rng: "np.random.Generator"
) -> Iterator[tuple[float, "Vector"]]:
    """Yield (time, parameters) after each update; a segment takes time 1 on average."""
    times = asynchrony.service_times("exponential", (horizon, workers), rng)
    line = asynchrony.asynchronous(times)
    parameters = np.zeros(SIZE)
    read = [parameters.copy() for _ in range(workers)]
    state = [0] * workers
    for who, when in zip(line.worker.tolist(), line.applied.tolist(), strict=True):
        update, state[who] = segment(read[who], state[who], rng)
        parameters += update
        read[who] = parameters.copy()
        yield when, parameters


# --- As real processes -------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Outcome:
    """What real processes left behind: `change` is (SIZE,), `parts` (workers, SIZE)."""

    change: "Vector"
    """The global parameters at the end less those at the start."""
    parts: "Vector"
    """The sum of each worker's own updates."""
    overtaken: tuple[float, ...]
    """Each worker's share of updates made from parameters that others had changed meanwhile."""


def work(rank: int, size: int) -> dict[str, list[float] | float]:
    """Learn and update the global parameters; what each process runs.

    They are a file that all processes map, with the count of updates in its last entry. The lock
    is held for the addition alone, so that no update is lost; nobody waits for another's segment.
    """
    name = [f"{tempfile.gettempdir()}/a3c-{os.getpid()}" if rank == 0 else ""]
    torch.distributed.broadcast_object_list(name)
    path = Path(name[0])
    if rank == 0:
        path.write_bytes(bytes(8 * (SIZE + 1)))
    torch.distributed.barrier()
    shared = np.memmap(path, dtype=np.float64, mode="r+")
    rng = np.random.default_rng(rank)
    mine = np.zeros(SIZE)
    state = overtaken = 0
    torch.distributed.barrier()
    with path.open("rb") as lock:
        for _ in range(SEGMENTS):
            copy = np.array(shared)
            update, state = segment(copy[:-1], state, rng)
            fcntl.flock(lock, fcntl.LOCK_EX)
            overtaken += shared[-1] > copy[-1]
            shared[:-1] += update
            shared[-1] += 1
            fcntl.flock(lock, fcntl.LOCK_UN)
            mine += update
    torch.distributed.barrier()
    final = np.array(shared[:-1])
    torch.distributed.barrier()
    if rank == 0:
        path.unlink()
    return {"final": final.tolist(), "mine": mine.tolist(), "overtaken": overtaken / SEGMENTS}


@cache
def real_run(size: int = 2) -> Outcome:
    """Run `size` real processes, once."""
    from sims.worker import gloo as processes  # brings the worker along, which few topics need

    results = processes.together(f"{__name__}:work", size)
    (final,) = {tuple(result["final"]) for result in results}
    return Outcome(
        np.array(final),
        np.array([result["mine"] for result in results]),
        tuple(result["overtaken"] for result in results),
    )
