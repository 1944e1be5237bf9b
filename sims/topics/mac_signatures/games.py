"""A forged CBC-MAC, a judge who is shown proofs, and what each proof takes in bytes."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from sims.run import Run
from sims.simulation import Frame, Series, parameter
from sims.topics.mac_signatures.macs import MACS, hmac_sha256
from sims.topics.mac_signatures.signatures import key_pair
from sims.topics.mac_signatures.topic import topic


@dataclass(frozen=True)
class Toy:
    """CBC-MAC over single bytes, small enough to follow with a pencil."""

    k: int = parameter(77, 0, 255, "key k of the toy cipher E(x) = (5x + k) mod 256")
    m: int = parameter(42, 0, 255, "the message m, one byte")


@topic.simulation(
    "forgery",
    Toy,
    units={"messages": "forgeries"},
    says="Forging a CBC-MAC: which second byte keeps the tag?",
)
def forgery(parameters: Toy, run: Run) -> Iterator[Frame]:
    """Tag the message m, then every message of two bytes that starts with m."""

    def encrypt(byte: int) -> int:
        return (5 * byte + parameters.k) % 256

    tag = encrypt(parameters.m)
    tags = [encrypt(second ^ tag) for second in range(256)]
    same = [second for second in range(256) if tags[second] == tag]
    for count in range(16, 257, 16):
        found = [second for second in same if second < count]
        yield Frame(
            progress=count / 256,
            series=(
                Series(
                    f"tag of {parameters.m} and x",
                    _floats(range(count)),
                    _floats(tags[:count]),
                    "scatter",
                ),
                Series(f"tag of {parameters.m} alone", [0.0, 255.0], [float(tag)] * 2),
                Series("forged", _floats(found), [float(tag)] * len(found), "scatter"),
            ),
            outputs={"tag": tag, "second": same[0], "forgeries": len(same)},
            says=f"the tag of {parameters.m} is {tag}; "
            + (f"{parameters.m} and {found[0]} have it too" if found else "not met again yet"),
            x_label="second byte x",
            y_label="tag",
        )


def _floats(numbers: range | list[int]) -> list[float]:
    return [float(number) for number in numbers]


@dataclass(frozen=True)
class Dispute:
    """The receiver shows a judge messages with proofs, some of which nobody ever sent."""

    messages: int = parameter(60, 4, 400, "messages shown to the judge")
    forged: float = parameter(0.5, 0.0, 1.0, "share of messages that the receiver made up")


@topic.simulation("judge", Dispute, says="A judge decides who sent a message: MAC or signature")
def judge(parameters: Dispute, run: Run) -> Iterator[Frame]:
    """Let the judge believe whatever verifies, and count the right decisions."""
    rng = run.rng("messages")
    shared = rng.bytes(32)  # the judge is told it, too
    sign, verify = key_pair("Ed25519")
    forge, _ = key_pair("Ed25519", 1)
    right = {"MAC": 0, "signature": 0}
    curves: dict[str, list[float]] = {name: [] for name in right}
    for count in range(1, parameters.messages + 1):
        message, made_up = rng.bytes(24), bool(rng.random() < parameters.forged)
        tag = hmac_sha256(shared, message)  # sender and receiver compute the same one
        proof = forge(message) if made_up else sign(message)
        believed = hmac.compare_digest(hmac_sha256(shared, message), tag)
        right["MAC"] += believed != made_up
        right["signature"] += verify(message, proof) != made_up
        for name, curve in curves.items():
            curve.append(right[name] / count)
        x = [float(k) for k in range(1, count + 1)]
        yield Frame(
            progress=count / parameters.messages,
            series=tuple(Series(name, x, list(curve)) for name, curve in curves.items()),
            outputs={"mac": curves["MAC"][-1], "signature": curves["signature"][-1]},
            says=f"{count} messages: right on {curves['MAC'][-1]:.0%} with a MAC, "
            f"{curves['signature'][-1]:.0%} with a signature",
            x_label="messages",
            y_label="share of right decisions",
        )


TAGS = ("AES-CMAC", "HMAC-SHA256", "HMAC-SHA512")
SIGNATURES = ("Ed25519", "Ed448", "RSA-2048")


@dataclass(frozen=True)
class Message:
    """What is tagged and signed."""

    length: int = parameter(100, 1, 100_000, "bytes of the message")


@topic.simulation(
    "sizes",
    Message,
    units={"bytes": "aes_cmac hmac_sha256 hmac_sha512 ed25519 ed448 rsa_2048"},
    says="How many bytes a tag or a signature takes",
)
def sizes(parameters: Message, run: Run) -> Iterator[Frame]:
    """Make one of each and measure it."""
    message, outputs = run.rng("message").bytes(parameters.length), {}
    names = (*TAGS, *SIGNATURES)
    for count, name in enumerate(names, start=1):
        made = MACS[name](bytes(16), message) if name in TAGS else key_pair(name)[0](message)
        outputs[name.lower().replace("-", "_")] = float(len(made))
        yield Frame(
            progress=count / len(names),
            series=(
                Series("bytes", [float(k + 1) for k in range(count)], [*outputs.values()], "bar"),
            ),
            outputs=dict(outputs),
            says=f"{name}: {len(made)} bytes, whatever the message",
            x_label=", ".join(f"{k} {name}" for k, name in enumerate(names, start=1)),
            y_label="bytes",
        )
