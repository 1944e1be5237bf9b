"""The claims of the notes on transposed convolution."""

from collections.abc import Callable
from itertools import product
from typing import TYPE_CHECKING

from sims.claims import (
    Case,
    Evidence,
    Kind,
    Verdict,
    enumeration,
    every,
    experiment,
    fact,
    identity,
    is_zero,
    not_,
)
from sims.lazy import sympy, torch
from sims.run import Run
from sims.topics.deconvolution.model import (
    checkerboard,
    gather,
    overlap,
    phase_weights,
    scatter,
    spread,
    topic,
    transposed,
    upsampled,
    whole,
)

if TYPE_CHECKING:
    from torch import Tensor

topic.documented(
    "6.1",
    "torch.nn.ConvTranspose2d in PyTorch",
    "PyTorch documentation of torch.nn.ConvTranspose2d",
)


@topic.proved(
    "6.2",
    says="ambiguous name, no deconvolutions",
    rule="the asserted relation, symbolically in 1-D (k = 3, s = 2) and for 50 whole-number "
    "images; one case in which it does not give the input back is enough",
    asserted=Case("no inverse", "it does not undo a convolution: C'(Cx) is not x"),
    mutant=Case("multiple", "it undoes it up to a factor: C'(Cx) = c x"),
    control=Case("adjoint", "it is the adjoint: <Cx, u> = <x, C'u>"),
    simulation="overlap",
)
def adjoint(asserted: str, run: Run) -> Evidence:
    """Compare inner products, or the image and what comes back."""
    x, u, w = (list(sympy.symbols(f"{name}:{n}")) for name, n in (("x", 7), ("u", 7), ("w", 3)))
    y = gather(x, w, 2)
    u = u[: len(y)]
    back = scatter(u if asserted == "adjoint" else y, w, 2, len(x))
    images = whole(run, "images", 50, 1, 9, 9)
    kernel = whole(run, "kernel", 3, 3)
    convolved = torch.nn.functional.conv2d(images, kernel[None, None], stride=2)
    if asserted == "adjoint":
        left = sum(a * b for a, b in zip(y, u, strict=True))
        proved = [is_zero(left - sum(a * b for a, b in zip(x, back, strict=True)))]
        other = whole(run, "other", *convolved.shape)
        inner = (convolved * other).sum((1, 2, 3))
        errors = (inner - (images * transposed(other, kernel, 2)).sum((1, 2, 3))).abs()
        return identity(proved, errors.cpu(), "<Cx, u> against <x, C'u>")
    returned = transposed(convolved, kernel, 2)
    if asserted == "multiple":
        proved = [is_zero(a * x[3] - back[3] * b) for a, b in zip(back, x, strict=True)]
        factor = (returned * images).sum((1, 2, 3)) / images.square().sum((1, 2, 3))
        images = images * factor[:, None, None, None]
    else:
        proved = [is_zero(a - b) for a, b in zip(back, x, strict=True)]
    errors = (returned - images).abs().amax((1, 2, 3))
    undone = identity(proved, errors.cpu(), f"what comes back against the image, {asserted}")
    return undone if asserted == "multiple" else not_(undone)


def output_size(n: int, k: int, s: int, p: int, op: int) -> int:
    """Return the size that PyTorch's layer really gives, without computing any value."""
    layer = torch.nn.ConvTranspose2d(1, 1, k, s, p, op, device="meta")
    return int(layer(torch.empty(1, 1, n, n, device="meta")).shape[-1])


Larger = Callable[[int, int, int, int, int], bool]


@topic.ran(
    "6.3",
    says="a deconvolution layer maps from a lower to higher dimension",
    kind=Kind.FORMULA,
    expected=Verdict.CONDITIONAL,
    rule="the asserted layers are exactly those whose output is larger, over 300-odd settings of "
    "n, k, s, p, op that PyTorch accepts",
    source="Dumoulin & Visin 2016, relationship 14",
    right="larger exactly if (n - 1)(s - 1) + (k - 1) + op > 2p",
    statement="a transposed convolution enlarges its input {}",
    inside=Case(
        lambda n, k, s, p, op: (n - 1) * (s - 1) + (k - 1) + op > 2 * p,
        "exactly where (n - 1)(s - 1) + (k - 1) + op > 2p",
    ),
    outside=Case(lambda n, k, s, p, op: True, "always"),
    mutant=Case(
        lambda n, k, s, p, op: (n - 1) * (s - 1) + (k - 1) + op > p, "where the sum exceeds p"
    ),
    control=Case(
        lambda n, k, s, p, op: (n - 1) * s - 2 * p + (k - 1) + op + 1 > n,
        "where (n - 1)s - 2p + (k - 1) + op + 1 > n",
    ),
    simulation="overlap",
    derivation="size",
)
def enlarges(asserted: Larger, run: Run) -> Evidence:
    """Ask the layer for its output shape on the meta device."""
    cases = wrong = 0
    for n, k, s, p, op in product((2, 5, 6), (1, 2, 3, 4, 5), (1, 2, 3), (0, 1, 2, 3), (0, 1)):
        if op >= s or (n - 1) * s - 2 * p + k + op < 1:
            continue
        cases += 1
        wrong += (output_size(n, k, s, p, op) > n) != asserted(n, k, s, p, op)
    return enumeration(cases, wrong, "settings judged wrongly")


@topic.proved_for_sizes(
    "6.4",
    says="the transpose of a non-padded convolution is equivalent to convolving a zero-padded "
    "input",
    scope="k = 3 in one dimension",
    expected=Verdict.CONDITIONAL,
    rule="equal symbolically in 1-D and for 50 whole-number images, k = 3, stride 1",
    source="Dumoulin & Visin 2016, section 4.2",
    right="with unit stride, k - 1 zeros around, and the kernel turned by 180 degrees",
    statement="it equals convolving the input, k - 1 zeros around it, with the kernel {}",
    inside=Case((2, True, False), "turned by 180 degrees"),
    outside=Case((2, False, False), "as it is"),
    mutant=Case((3, True, False), "k zeros around"),
    control=Case((2, False, True), "not turned, for a kernel that turning leaves as it is"),
    simulation="overlap",
    derivation="size",
)
def padded_input(asserted: tuple[int, bool, bool], run: Run) -> Evidence:
    """Pad, perhaps turn the kernel, and convolve."""
    margin, turned, symmetric = asserted
    u, w = list(sympy.symbols("u:4")), list(sympy.symbols("w:3"))
    w = [w[0], w[1], w[0]] if symmetric else w
    padded = [0] * margin + u + [0] * margin
    left = scatter(u, w, 1, len(u) + len(w) - 1)
    right = gather(padded, w[::-1] if turned else w, 1)
    same = len(left) == len(right)
    proved = [same, *(is_zero(a - b) for a, b in zip(left, right, strict=False))]
    images, kernel = whole(run, "images", 50, 1, 6, 6), whole(run, "kernel", 3, 3)
    kernel = kernel + kernel.flip(0, 1) if symmetric else kernel
    used = kernel.flip(0, 1) if turned else kernel
    other = torch.nn.functional.conv2d(spread(images, 0, margin), used[None, None])
    exact = transposed(images, kernel, 1)
    if other.shape != exact.shape:
        other = other[..., : exact.shape[-2], : exact.shape[-1]]
    return identity(proved, (exact - other).abs().amax((1, 2, 3)).cpu(), "padded convolution")


@topic.ran(
    "6.5",
    says="zeroes are inserted between inputs",
    kind=Kind.FORMULA,
    scope="s = 1 to 4 and k = 1 to 5",
    rule="convolving the spread input equals the layer exactly, for s = 1 to 4 and k = 1 to 5; "
    "turning changes some of the kernels",
    asserted=Case(lambda s: s - 1, "s - 1 zeros between neighbours"),
    mutant=Case(lambda s: s, "s zeros between neighbours"),
    control=Case(lambda s: max(s, 1) - 1, "max(s, 1) - 1 zeros"),
    simulation="overlap",
)
def inserted_zeros(asserted: Callable[[int], int], run: Run) -> Evidence:
    """Spread, pad by k - 1, and convolve with the turned kernel at stride 1."""
    cases = wrong = changed = 0
    for s, k in product(range(1, 5), range(1, 6)):
        image, kernel = (
            whole(run, f"image {s} {k}", 1, 1, 5, 5),
            whole(run, f"kernel {s} {k}", k, k),
        )
        exact = transposed(image, kernel, s)
        wide = spread(image, asserted(s), k - 1)
        turned = kernel.flip(0, 1)
        other = torch.nn.functional.conv2d(wide, turned[None, None])
        cases += 1
        wrong += not torch.equal(exact, other)
        changed += not torch.equal(kernel, turned)
    return every(
        [
            enumeration(cases, wrong, "settings in which the two differ"),
            fact(changed > 0, f"turning changes {changed} of the kernels"),
        ]
    )


topic.documented(
    "6.6",
    "cause the kernel to move slower, hence also called fractionally strided convolution",
    "Dumoulin & Visin 2016, section 4.5: s - 1 zeros make the kernel move by 1/s",
)


@topic.ran(
    "6.7",
    says="use every point in the small image to 'paint' a square in the larger one",
    kind=Kind.FORMULA,
    scope="k and s from 1 to 4",
    rule="the image of a single 1 at (i, j) is the kernel with its corner at (is, js), in a "
    "square of the asserted width, for every position and k, s = 1 to 4",
    asserted=Case(((1,), lambda k, s, d: k), "a square k pixels wide"),
    mutant=Case(((1,), lambda k, s, d: s), "a square s pixels wide"),
    control=Case(((1, 2, 3), lambda k, s, d: d * (k - 1) + 1), "with dilation, d(k - 1) + 1 wide"),
    simulation="overlap",
)
def painted_square(
    asserted: tuple[tuple[int, ...], Callable[[int, int, int], int]], run: Run
) -> Evidence:
    """Send every unit impulse of a 3 x 3 image through the layer."""
    dilations, width = asserted
    impulses = torch.eye(9, dtype=torch.float64).reshape(9, 1, 3, 3)
    cases = wrong = 0
    for k, s, d in product(range(1, 5), range(1, 5), dilations):
        painted = transposed(impulses, torch.ones(k, k, dtype=torch.float64), s, d)
        for index, (i, j) in enumerate(product(range(3), repeat=2)):
            rows, columns = painted[index, 0].nonzero().unbind(1)
            size = width(k, s, d)
            wanted = (i * s, i * s + size - 1, j * s, j * s + size - 1)
            found = tuple(int(e) for e in (rows.min(), rows.max(), columns.min(), columns.max()))
            cases += 1
            wrong += found != wanted
    return enumeration(cases, wrong, "squares of another size or place")


Sizes = tuple[tuple[int, int], ...]
PAIRS = tuple(product(range(1, 9), range(1, 7)))
"""Every kernel up to 8 and stride up to 6."""


def where(condition: Callable[[int, int], bool]) -> Sizes:
    """Return the pairs (k, s) of which a condition holds."""
    return tuple(pair for pair in PAIRS if condition(*pair))


@topic.agrees(
    "6.8",
    says="deconv layers have uneven overlap in the output",
    scope="k to 8 and s to 6",
    expected=Verdict.CONDITIONAL,
    rule="the interior counts of every asserted (k, s) are uneven (or even) as asserted",
    source="Odena, Dumoulin & Olah 2016",
    right="uneven exactly if s does not divide k",
    statement="transposed convolution paints the output unevenly where s {}",
    inside=Case((where(lambda k, s: k % s != 0), True), "does not divide k"),
    outside=Case((where(lambda k, s: k % s == 0), True), "divides k"),
    mutant=Case(
        (where(lambda k, s: k > s > 1), True), "uneven wherever squares overlap, k > s > 1"
    ),
    control=Case((where(lambda k, s: k % s == 0), False), "even where s divides k"),
    simulation="overlap",
)
def uneven_overlap(asserted: tuple[Sizes, bool], run: Run) -> Evidence:
    """Count how often each output pixel is painted."""
    settings, uneven = asserted
    wrong = sum(bool(overlap(k, s).max() > overlap(k, s).min()) != uneven for k, s in settings)
    return enumeration(len(settings), wrong, "sizes that behave otherwise")


@topic.agrees(
    "6.9",
    says="conv layers have overlap in the input",
    scope="k to 8 and s to 6",
    expected=Verdict.CONDITIONAL,
    rule="some input pixel is read by more than one window, for every asserted (k, s)",
    right="exactly if k > s",
    statement="the windows of a convolution overlap in the input where {}",
    inside=Case((where(lambda k, s: k > s), True), "k > s"),
    outside=Case((where(lambda k, s: k <= s), True), "k <= s"),
    mutant=Case((where(lambda k, s: k > 1), True), "windows overlap whenever k > 1"),
    control=Case((where(lambda k, s: k <= s), False), "windows do not overlap where k <= s"),
    simulation="overlap",
)
def input_overlap(asserted: tuple[Sizes, bool], run: Run) -> Evidence:
    """Count the windows that read each pixel: the gradient of the sum under a kernel of ones."""
    settings, overlapping = asserted
    wrong = 0
    for k, s in settings:
        image = torch.zeros(1, 1, 16, 16, dtype=torch.float64, requires_grad=True)
        windows = torch.nn.functional.conv2d(
            image, torch.ones(1, 1, k, k, dtype=torch.float64), stride=s
        )
        (reads,) = torch.autograd.grad(windows.sum(), image)
        wrong += bool((reads > 1).any()) != overlapping
    return enumeration(len(settings), wrong, "sizes that behave otherwise")


ASSUMED = ("a constant input", "untrained weights N(0, 1/k^2)", "the interior only")


def _artifact(asserted: tuple[str, int, int, bool, bool], run: Run) -> Evidence:
    """Measure the spread between phases for 50 or 100 random kernels."""
    method, k, s, balanced, present = asserted

    def sample(count: int, offset: int) -> "Tensor":
        wanted = count * s * s if method == "shuffle" else count
        kernels = phase_weights(run, k, s, balanced, wanted, offset)
        ratio = checkerboard(upsampled(method, kernels, s), s)
        return (ratio - 0.01 if present else 0.01 - ratio).cpu()

    decided = experiment(sample, margin=0.0, first=50, says="spread between phases beyond 1 %")
    # Columns of 1 and 3, with one tile 3 brighter and one 3 darker, in a frame that does not count:
    # the phases' standard deviation is 1, the mean square 5 + 9/2.
    stripes = torch.tensor([1.0, 3.0], dtype=torch.float64).repeat(2, 4, 2)
    stripes[:, :2, :2] += 3
    stripes[:, 2:, 2:] -= 3
    stripes[1] *= 7
    framed = torch.nn.functional.pad(stripes, [4] * 4, value=100.0)
    known = torch.allclose(checkerboard(framed, 2), torch.full_like(framed[:, 0, 0], 9.5**-0.5))
    flat = upsampled("transposed", phase_weights(run, 3, 2, True, 5, 0), 2)[:, 2:-2, 2:-2]
    return every(
        [
            decided,
            fact(known, "stripes have their known spread, however bright"),
            fact(
                torch.allclose(flat, torch.ones_like(flat)),
                "phases that each sum to 1 leave ones as they are, though 2 does not divide 3",
            ),
        ]
    )


topic.simulated(
    "6.10",
    says="leads to the problem of checkerboard artifacts",
    expected=Verdict.CONDITIONAL,
    rule="mean spread between output phases over the RMS: above 1 % is an artifact; 50 kernels, "
    "two rounds; framed stripes have their known spread, and phases that each sum to 1 leave ones "
    "as they are",
    source="Odena, Dumoulin & Olah 2016",
    right="unless the weights that meet at each phase have equal sums; a k that s divides evens "
    "out how many meet, not what they sum to",
    assumptions=ASSUMED,
    statement="k = 3, s = 2 leaves a checkerboard where the weights that meet at each phase {}",
    inside=Case(("transposed", 3, 2, False, True), "are random"),
    outside=Case(("transposed", 3, 2, True, True), "have equal sums"),
    mutant=Case(("transposed", 4, 2, False, False), "k divisible by s ensures there is none"),
    control=Case(("transposed", 4, 2, True, False), "equal sums for each phase: none"),
    simulation="checkerboard",
)(_artifact)

topic.simulated(
    "6.11",
    says="resize-convolution instead transposed-convolution to avoid checkerboard artifacts",
    rule="as for the artifacts: spread below 1 %; 50 kernels, two rounds; framed stripes have "
    "their known spread, and phases that each sum to 1 leave ones as they are",
    source="Odena, Dumoulin & Olah 2016",
    assumptions=ASSUMED,
    asserted=Case(("resize", 3, 2, False, False), "resizing first leaves none"),
    mutant=Case(("shuffle", 3, 2, False, False), "pixel shuffle with random weights leaves none"),
    control=Case(("resize", 3, 3, False, False), "nor at stride 3"),
    simulation="checkerboard",
)(_artifact)
