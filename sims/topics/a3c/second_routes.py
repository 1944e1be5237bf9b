"""Second routes to the figures: worth by covariances, advantages by parts, Amdahl's law."""

from itertools import pairwise

from sims.claims import agree
from sims.lazy import np, torch
from sims.rl.environments import cart_pole
from sims.run import Run
from sims.topics.a3c import textbook
from sims.topics.a3c.figures import serial_share
from sims.topics.a3c.model import angles, autocorrelation, batch_information, merged, topic, worth
from sims.topics.a3c.workers import ACTIONS, SIZE, STATES, segment, start_value, training


@topic.second_route
def batches(run: Run) -> None:
    """Add up the covariances of all pairs of steps of a batch."""
    for batch, workers, r in ((8, 1, 0.9), (40, 8, 0.7), (12, 3, 0.2)):
        each = np.arange(batch // workers)
        of_one = (r ** np.abs(np.subtract.outer(each, each))).sum()
        agree(worth(batch, workers, r), batch**2 / (workers * of_one), says="a batch's worth")


@topic.second_route
def streams(run: Run) -> None:
    """Count each worker's steps in the merged stream; correlate neighbours one by one."""
    rng = run.rng("streams")
    x = rng.normal(size=(3, 50))
    arrived = merged(x, "constant", run.rng("order"))
    agree(sorted(arrived), sorted(x.ravel()), says="the merged stream")
    for row in x:
        at = [int(np.flatnonzero(arrived == value)[0]) for value in row]
        agree(at, sorted(at), says="a worker's steps in the merged stream")
    series = x[0]
    products = sum(a * b for a, b in pairwise(series)) / (len(series) - 1)
    known = products / (sum(a * a for a in series) / len(series))
    agree(autocorrelation(series), known, says="an autocorrelation")


@topic.second_route
def amdahl(run: Run) -> None:
    """Put the serial share back into Amdahl's law."""
    for workers, speed_up in ((2.0, 1.6), (16.0, 12.5)):
        share = serial_share(workers, speed_up)
        agree(1 / (share + (1 - share) / workers), speed_up, says="Amdahl's law")


@topic.second_route
def parts(run: Run) -> None:
    """Discount the rewards from the last one back, with Horner's rule."""
    found = topic.outputs("advantage", run, n=4, reward=0.5, gamma=0.8, before=2.0, after=3.0)
    ahead = 3.0
    for _ in range(4):
        ahead = 0.5 + 0.8 * ahead
    agree(found["advantage"], ahead - 2.0, says="the advantage")


@topic.second_route
def segments(run: Run) -> None:
    """Hold the workers' update to algorithm S3, line by line."""
    rng = run.rng("segments")
    for case in range(40):
        parameters = rng.normal(size=SIZE)
        state = int(rng.integers(STATES - 1))
        update, after = segment(parameters, state, np.random.default_rng(case))
        theta = parameters[: STATES * ACTIONS].reshape(STATES, ACTIONS).tolist()
        values = parameters[STATES * ACTIONS :].tolist()
        uniform = np.random.default_rng(case).random
        d_theta, d_values, there = textbook.segment(theta, values, state, uniform)
        agree(update, [*np.ravel(d_theta), *d_values], says="a worker's update")
        agree(after, there, says="where a segment ends")


@topic.second_route
def timed(run: Run) -> None:
    """Sort the ends of all segments; each starts from all that ended before it began."""
    for workers in (1, 3):
        found = list(training(workers, 80, run.rng("timed")))
        rng = run.rng("timed")
        ends = rng.exponential(size=(80, workers)).cumsum(0)
        parameters, read, state = np.zeros(SIZE), [np.zeros(SIZE)] * workers, [0] * workers
        order = [divmod(int(at), workers)[1] for at in ends.ravel().argsort()]
        for who in order[: len(found)]:
            update, state[who] = segment(read[who], state[who], rng)
            read[who] = parameters = parameters + update
        agree(found[-1][1], parameters, says=f"what {workers} workers learned")


@topic.second_route
def chosen(run: Run) -> None:
    """Read the worth of a batch off the formula of a geometric sum."""
    found = topic.outputs("batch", run, batch=16, r=0.5, workers=4)
    of_one = [sum(0.5 ** abs(i - j) for i in range(n) for j in range(n)) for n in (4, 16)]
    known = [4 * 4**2 / of_one[0], 16**2 / of_one[1]]
    agree([found["worth"], found["alone"]], known, says="a batch of the picture")


@topic.second_route
def poles(run: Run) -> None:
    """Solve Lagrange's two equations of cart and pole, and drop the first 200 steps of a walk."""
    found = cart_pole.random_angles((3,), 40, run.generator("poles"))
    again, kept = run.generator("poles"), []
    state = cart_pole.reset((3,), again)
    for _ in range(240):
        push = torch.randint(2, (3,), generator=again, device=again.device)
        rows = []
        for (x, v, angle, w), right in zip(state.tolist(), push.tolist(), strict=True):
            sine, cosine = np.sin(angle), np.cos(angle)
            masses = [[1.1, 0.05 * cosine], [cosine, 4 / 3 * 0.5]]
            forces = [10.0 * (2 * right - 1) + 0.05 * w * w * sine, 9.8 * sine]
            a, turn = np.linalg.solve(masses, forces)
            rows.append([x + 0.02 * v, v + 0.02 * a, angle + 0.02 * w, w + 0.02 * turn])
        state = torch.tensor(rows, dtype=torch.float64)
        kept.append(state[:, 2].clone())
        over = (state[:, 0].abs() > 2.4) | (state[:, 2].abs() > np.pi / 15)
        state = torch.where(over[:, None], cart_pole.reset((3,), again), state)
    agree(found, torch.stack(kept[200:], 1), says="angles of poles", tolerance=1e-8)


@topic.second_route
def pictured(run: Run) -> None:
    """Merge the crews' streams; stop the shared policies at four fifths of the time."""
    found = topic.outputs("diversity", run, workers=2, steps=100, seeds=2)
    crews, rng = angles(2, 2, 100, run, "angles"), run.rng("order 2")
    near = []
    for crew in crews:
        stream = merged(crew, "exponential", rng)
        near.append(
            sum(a * b for a, b in pairwise(stream)) / (len(stream) - 1) / (stream**2).mean()
        )
    agree(found["lag_1"], sum(near) / 2, says="the merged streams' correlation")
    alone = [(c[0][1:] * c[0][:-1]).sum() / 99 / (c[0] ** 2).mean() for c in crews]
    agree(found["alone"], sum(alone) / 2, says="one worker's correlation")
    shown = topic.outputs("training", run, workers=2, horizon=20, seeds=2)
    for name, workers in (("alone", 1), ("together", 2)):
        worth = []
        for seed in range(2):
            values = [
                (when, start_value(parameters))
                for when, parameters in training(workers, 20, run.rng(f"{workers} {seed}"))
            ]
            worth.append([value for when, value in values if when <= 16][-1])
        agree(shown[name], sum(worth) / 2, says=f"the value learned {name}")
    law = topic.outputs("amdahl", run, workers=8, efficiency=50.0)
    agree([law["speed_up"], 1 / (law["serial"] + (1 - law["serial"]) / 8)], [4, 4], says="Amdahl")
    given = topic.outputs("advantage", run, n=3, reward=0.5, gamma=0.8, before=2.0, after=3.0)
    agree(given["rewards"], 0.5 + 0.4 + 0.32, says="the discounted rewards")


@topic.second_route
def informed(run: Run) -> None:
    """Average every batch of four steps, two of each worker; the mean of all is known to be 0."""
    streams = run.rng("informed").normal(size=(2, 2, 6)) + 0.5
    known = []
    for one, other in streams.tolist():
        means = [sum(one[at : at + 2] + other[at : at + 2]) / 4 for at in (0, 2, 4)]
        square = sum(x * x for x in one + other) / 12
        known.append(square / (sum(m * m for m in means) / 3))
    agree(batch_information(streams, 4), known, says="what a batch is worth")
