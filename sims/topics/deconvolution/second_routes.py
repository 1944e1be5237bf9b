"""The layers' figures again, pixel by pixel from the definitions."""

from itertools import product

from sims.claims import agree
from sims.lazy import np, torch
from sims.run import Run
from sims.topics.deconvolution.model import (
    checkerboard,
    overlap,
    phase_weights,
    spread,
    topic,
    transposed,
    upsampled,
)


@topic.second_route
def squares(run: Run) -> None:
    """Count, far from any edge, the squares of k pixels every s that hold a pixel."""
    for k, s in product(range(1, 6), range(1, 4)):
        line = [sum(0 <= 60 + at - i * s < k for i in range(61)) for at in range(s)]
        agree(overlap(k, s), np.outer(line, line), says=f"squares of {k} every {s}")
    found = topic.outputs("overlap", run, kernel=5, stride=3, cells=4)
    agree([found[name] for name in ("size", "most", "least")], [14, 4, 1], says="painted squares")
    even = topic.outputs("overlap", run, kernel=4, stride=2, cells=4)
    agree([even[name] for name in ("size", "most", "least")], [10, 4, 4], says="even squares")


@topic.second_route
def layers(run: Run) -> None:
    """Paint and gather in plain loops."""
    rng = run.rng("layers")
    image, kernel = rng.normal(size=(4, 4)), rng.normal(size=(3, 3))
    tensors = torch.tensor(image)[None, None], torch.tensor(kernel)
    for s, d in ((1, 1), (2, 1), (2, 2), (3, 1)):
        reach = 2 * d + 1
        painted = np.zeros((3 * s + reach,) * 2)
        for i, j in product(range(4), repeat=2):
            painted[i * s : i * s + reach : d, j * s : j * s + reach : d] += image[i, j] * kernel
        agree(transposed(*tensors, s, d)[0, 0], painted, says=f"stride {s}, dilation {d}")
    wide = np.zeros((12, 12))
    wide[1:11:3, 1:11:3] = image
    agree(spread(tensors[0], 2, 1)[0, 0], wide, says="zeros between and around")
    ones, flipped = np.ones((10, 10)), kernel[::-1, ::-1]
    large = np.kron(ones, np.ones((2, 2)))
    gathered = [
        [(large[i : i + 3, j : j + 3] * kernel).sum() for j in range(18)] for i in range(18)
    ]
    agree(upsampled("resize", tensors[1][None], 2)[0], gathered, says="resized and convolved")
    padded = np.zeros((23, 23))
    padded[2:21:2, 2:21:2] = ones
    gathered = [
        [(padded[i : i + 3, j : j + 3] * flipped).sum() for j in range(21)] for i in range(21)
    ]
    agree(upsampled("transposed", tensors[1][None], 2)[0], gathered, says="transposed")


@topic.second_route
def phases(run: Run) -> None:
    """Average the pixels of each phase one by one."""
    image = run.rng("image").normal(size=(14, 14)) + 2
    inner = image[4:10, 4:10]
    means = [inner[i::2, j::2].mean() for i, j in product(range(2), repeat=2)]
    known = np.std(means) / (inner**2).mean() ** 0.5
    agree(checkerboard(torch.tensor(image)[None], 2)[0], known, says="spread between phases")
    drawn = phase_weights(run, 5, 2, True, 4, 0).numpy()
    sums = [drawn[:, i::2, j::2].sum((1, 2)) for i, j in product(range(2), repeat=2)]
    agree(sums, np.ones((4, 4)), says="what the weights of a phase sum to")
    free = phase_weights(run, 5, 2, False, 2000, 0).numpy()
    agree(5 * free.std(), 1, says="the spread of a weight, times k", tolerance=0.02)


@topic.second_route
def artifacts(run: Run) -> None:
    """Paint a constant image kernel by kernel, and average the phases of each picture."""
    found = topic.outputs("checkerboard", run, kernel=3, stride=2, kernels=4)
    known = []
    for kernel in phase_weights(run, 3, 2, False, 4, 0).cpu().numpy():
        painted = np.zeros((21, 21))
        for i, j in product(range(10), repeat=2):
            painted[2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += kernel
        inner = painted[4:17, 4:17]
        means = [inner[i:12:2, j:12:2].mean() for i, j in product(range(2), repeat=2)]
        known.append(np.std(means) / (inner**2).mean() ** 0.5)
    agree(found["transposed"], sum(known) / 4, says="the mean checkerboard")
    agree(found["resize"], 0, says="no checkerboard after resizing")
