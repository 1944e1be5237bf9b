"""What a short tag is worth, and how a tag depends on its message; with the sum behind it."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sims.curves import sampled
from sims.derivation import Step, as_written
from sims.lazy import np, sympy
from sims.run import Run
from sims.simulation import Frame, Grid, Series, parameter
from sims.topics.mac_signatures.macs import flips, hmac_sha256
from sims.topics.mac_signatures.topic import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Guess:
    """An attacker tries tags at random against HMAC-SHA256 cut to a few bits."""

    bits: int = parameter(8, 2, 12, "bits of the tag")
    tries: int = parameter(300, 10, 2000, "tries of each attacker")
    attackers: int = parameter(400, 20, 2000, "attackers, each with a key of its own")


@topic.simulation("guess", Guess, says="Guessing a short tag: forgeries against the bound q 2^-t")
def guess(parameters: Guess, run: Run) -> Iterator[Frame]:
    """Count attackers who hit the tag of their message within q tries."""
    rng, space = run.rng("attackers"), 2**parameters.bits
    first = np.full(parameters.attackers, parameters.tries + 1)
    for attacker in range(parameters.attackers):
        tag = int.from_bytes(hmac_sha256(rng.bytes(16), b"pay"), "big") % space
        hits = np.flatnonzero(rng.integers(0, space, parameters.tries) == tag)
        if hits.size:
            first[attacker] = hits[0] + 1
    steps = sorted({max(1, parameters.tries * k // 20) for k in range(1, 21)})
    exact: list[float] = []
    forged: list[Any] = []
    for index, q in enumerate(steps):
        exact.append(1 - (1 - 1 / space) ** q)
        forged.append(first <= q)
        share = float(forged[-1].mean())
        x = [float(step) for step in steps[: index + 1]]
        yield Frame(
            progress=(index + 1) / len(steps),
            series=(
                sampled("attackers who succeeded", x, forged),
                Series("1 - (1 - 2^-t)^q", x, list(exact)),
                Series("bound q 2^-t", x, [min(1.0, q / space) for q in x]),
            ),
            outputs={"exact": exact[-1], "sampled": share, "bound": min(1.0, q / space)},
            says=f"{q} tries at {parameters.bits} bits: {share:.1%} forged",
            x_label="tries q",
            y_label="share of forgeries",
        )


@dataclass(frozen=True)
class Avalanche:
    """Flip one bit of the message and see which bits of the check value change."""

    length: int = parameter(6, 2, 8, "bytes of the message")
    scheme: str = parameter("HMAC-SHA256", choices=("HMAC-SHA256", "CRC-32"), says="what to flip")
    messages: int = parameter(20, 1, 200, "messages averaged over")


@topic.simulation(
    "avalanche",
    Avalanche,
    units={"of the bits": "mean"},
    says="Which bits of a tag change with each message bit?",
)
def avalanche(parameters: Avalanche, run: Run) -> Iterator[Frame]:
    """Average the change of the first 32 bits: a half everywhere for HMAC, fixed for CRC-32."""
    rng, changes = run.rng("messages"), np.zeros((8 * parameters.length, 32))
    key = rng.bytes(16)

    def bits(message: bytes) -> "NDArray[np.uint8]":
        crc = struct.pack(">I", zlib.crc32(message))
        value = crc if parameters.scheme == "CRC-32" else hmac_sha256(key, message)[:4]
        return np.unpackbits(np.frombuffer(value, np.uint8))

    for count in range(1, parameters.messages + 1):
        message = rng.bytes(parameters.length)
        before = bits(message)
        changes += [before ^ bits(changed) for changed in flips(message)]
        share = changes / count
        yield Frame(
            progress=count / parameters.messages,
            grids=(Grid("share of messages in which the bit changes", share.tolist()),),
            outputs={"mean": float(share.mean()), "spread": float(share.std())},
            says=f"{count} messages: a bit changes with probability {share.mean():.3f}",
        )


@topic.derivation(
    "guess",
    says="q guesses hit a tag of t bits with probability 1 - (1 - 2^-t)^q",
    instances={"q": (2, 3, 5, 8), "t": (1, 4, 8)},
)
def guess_probability() -> Iterator[Step]:
    """Sum over the guess that hits first; the guesses are independent."""
    t, q, k = sympy.symbols("t q k", integer=True, positive=True)
    hit = sympy.Integer(2) ** -t
    yield Step(sympy.Sum((1 - hit) ** (k - 1) * hit, (k, 1, q)), "guess k is the first to hit")
    yield Step(
        as_written(lambda: hit * (1 - (1 - hit) ** q) / (1 - (1 - hit))), "sum the geometric series"
    )
    yield Step(1 - (1 - hit) ** q, "1 - (1 - 2^-t) is 2^-t")
