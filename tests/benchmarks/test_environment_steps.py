"""Environment steps a second of batched Q-learning beside a plain Gymnasium loop, in one run.

Both learn the same cliff by the same rule. The loop is the one that Gymnasium's documentation
shows: one environment, one Q row at a time. Run it with `make bench`.
"""

import time

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium", reason="the peer of this benchmark is not installed")
torch = pytest.importorskip("torch")

SEEDS = 1000
ROUNDS = 5
REACH = 50
ALPHA, EPSILON = 0.5, 0.1


def gymnasium_rate(steps: int) -> float:
    """Return steps a second of Q-learning on CliffWalking, one environment in a loop."""
    environment = gymnasium.make("CliffWalking-v1")
    rng = np.random.default_rng(0)
    q = np.zeros((48, 4))
    state, _ = environment.reset(seed=0)
    started = time.perf_counter()
    for _ in range(steps):
        action = int(rng.integers(4)) if rng.random() < EPSILON else int(q[state].argmax())
        following, reward, terminated, truncated, _ = environment.step(action)
        target = reward + (0 if terminated else q[following].max())
        q[state, action] += ALPHA * (target - q[state, action])
        state = following
        if terminated or truncated:
            state, _ = environment.reset()
    return steps / (time.perf_counter() - started)


def batched_rate(steps: int, device: str) -> float:
    """Return environment steps a second of 1,000 seeds in one tensor."""
    from sims.rl.environments.cliff import cliff_walking
    from sims.rl.temporal_difference import learn, q_learning

    generator = torch.Generator(device=device).manual_seed(0)
    learning = learn(
        cliff_walking(),
        q_learning,
        seeds=SEEDS,
        episodes=10_000,
        generator=generator,
        alpha=ALPHA,
        epsilon=EPSILON,
        every=steps,
    )
    next(learning)  # the first stretch only warms up
    started = time.perf_counter()
    done = int(next(learning).episode.sum())  # reading it waits for the device
    assert done > 0
    return steps * SEEDS / (time.perf_counter() - started)


def test_steps_a_second() -> None:
    devices = ["cpu", *(["cuda"] if torch.cuda.is_available() else [])]
    rounds = [  # in turn, so that both meet the machine in the same moods
        (gymnasium_rate(20_000), *(batched_rate(2000, device) for device in devices))
        for _ in range(ROUNDS)
    ]
    peer, *batched = np.median(rounds, axis=0)
    print(f"\nGymnasium loop      {peer:12,.0f} steps/s, median of {ROUNDS}")
    for device, ours in zip(devices, batched, strict=True):
        ratio = ours / peer
        print(f"batched, {device:<10} {ours:12,.0f} steps/s  {ratio:6.0f} x (reach {REACH} x)")
        assert ours > 0
