"""What GRPO costs: generation beside training, and overlapping the two."""

from bisect import bisect_right

PEAK = 989e12
BANDWIDTH = 3.35e12


Workload = tuple[int, int, int]
"""Tokens of a prompt, tokens of an output, and how many sequences are decoded together."""


def generation_share(
    load: Workload, peak: float = PEAK, bandwidth: float = BANDWIDTH, parameters: float = 7e9
) -> float:
    """Return generation's share of the time of one output's generation and training, in (0, 1).

    Roofline: a decoding step reads all weights (2 bytes each) once for all sequences together, or
    computes 2 operations a parameter and token, whichever takes longer. Reading the prompt
    computes as much a token; training on prompt and output computes 6.
    """
    prompt, output, together = load
    tokens = prompt + output
    step = max(2 * parameters / bandwidth, 2 * parameters * together / peak)
    generation = output * step / together + 2 * parameters * prompt / peak
    training = 6 * parameters * tokens / peak
    return generation / (generation + training)


def finish_times(
    generate: float, train: float, batches: int, ahead: int
) -> tuple[list[float], list[int]]:
    """Return when each batch has been trained on, and how many updates behind its policy was.

    Generation may run at most `ahead` batches ahead of training; 0 waits for each update.
    """
    ready, done, behind = 0.0, [0.0], []
    for batch in range(batches):
        begin = max(ready, done[max(0, batch - ahead)])
        ready = begin + generate
        behind.append(batch + 1 - bisect_right(done, begin))
        done.append(max(ready, done[-1]) + train)
    return done[1:], behind
