"""The claims of the notes on MACs and signatures, decided by running the scheme or the attack."""

import functools
import hashlib
import hmac
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from sims.claims import Case, Evidence, Kind, Verdict, enumeration, every, experiment, fact
from sims.lazy import np
from sims.run import Run
from sims.topics.mac_signatures.macs import (
    MACS,
    cbc_mac,
    cmac,
    extended,
    flips,
    hmac_sha256,
    pads,
    xor,
)
from sims.topics.mac_signatures.signatures import key_pair, other_scalar
from sims.topics.mac_signatures.topic import topic

if TYPE_CHECKING:
    from numpy.typing import NDArray


@topic.ran(
    "20.1",
    says="detects modification of messages based on a 'shared key'",
    rule="a verifier with the key refuses every one-bit change of message or tag, none of them "
    "left out, and the tag that someone without the key computes anew by the same public algorithm",
    source="RFC 2104; checked with test case 2 of RFC 4231",
    asserted=Case("HMAC-SHA256", "HMAC-SHA256 detects modification"),
    mutant=Case("SHA-256 without a key", "a hash without a key detects modification"),
    control=Case("AES-CMAC", "AES-CMAC detects modification"),
    simulation="guess",
    derivation="guess",
)
def modification(asserted: str, run: Run) -> Evidence:
    """Flip every bit of a tagged message, then let an attacker recompute with a guessed key."""
    vector = hmac_sha256(b"Jefe", b"what do ya want for nothing?").hex()
    mac, rng = MACS[asserted], run.rng("keys")
    key, message = rng.bytes(16), rng.bytes(24)
    tag = mac(key, message)
    tries = [(changed, tag) for changed in flips(message)]
    tries += [(message, changed) for changed in flips(tag)]
    tries += [(changed, mac(rng.bytes(16), changed)) for changed in flips(message)]
    accepted = sum(hmac.compare_digest(mac(key, m), t) for m, t in tries)
    changes = {int.from_bytes(xor(changed, message), "big") for changed in flips(message)}
    known = vector == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    return every(
        [
            enumeration(len(tries), accepted, f"changes that {asserted} lets pass"),
            fact(changes == {1 << bit for bit in range(8 * 24)}, "every bit was flipped"),
            fact(known, "the vector of RFC 4231 is met"),
        ]
    )


topic.documented(
    "20.2", "Symmetric key based algorithms for pretecting integrity", "RFC 2104, section 1"
)


@topic.ran(
    "20.3",
    says="HMAC (key-hashed MAC)",
    kind=Kind.DEFINITIONAL,
    rule="50 length extensions by someone without the key are all refused; the 50 tags are the two "
    "hashes of the definition",
    source="RFC 2104: keyed hashing, H((K xor opad) || H((K xor ipad) || m))",
    right="keyed-hash MAC; hashing the key with the message is not enough",
    mutant=Case("SHA-256 of key and message", "hashing the key with the message would do"),
    control=Case("HMAC-SHA256 cut to 16 bytes", "a truncated HMAC is not extended either"),
    asserted=Case(
        "HMAC-SHA256",
        "HMAC is a MAC made of a keyed hash: the two hashes of its definition, and nobody "
        "extends it",
    ),
    simulation="avalanche",
)
def length_extension(asserted: str, run: Run) -> Evidence:
    """Continue SHA-256 from the tag as if it were the chaining value."""
    mac, rng = MACS[asserted], run.rng("keys")
    secret = 64 if asserted.startswith("HMAC") else 16
    forged = unlike = 0
    for _ in range(50):
        key, message = rng.bytes(16), rng.bytes(int(rng.integers(1, 80)))
        tag = mac(key, message)
        longer, forgery = extended(tag.ljust(32, b"\0"), message, secret, b"&admin=true")
        forged += hmac.compare_digest(mac(key, longer), forgery[: len(tag)])
        inner, outer = (hashlib.sha256(pad) for pad in pads(key))
        inner.update(message)
        outer.update(inner.digest())
        unlike += outer.digest() != hmac_sha256(key, message)
    return every(
        [
            enumeration(50, forged, f"extensions that {asserted} accepts"),
            enumeration(50, unlike, "tags that are not the two hashes of the definition"),
        ]
    )


@topic.ran(
    "20.4",
    says="CBC-MAC / CMAC (block cipher based)",
    expected=Verdict.CONDITIONAL,
    rule="the forgery t = MAC(m || (m xor t)), or with the length as the last block the tag of "
    "m || 1 || 0 behind another m, is refused for 50 random keys and messages; CMAC "
    "meets the vector of RFC 4493, and CBC-MAC, block by block with AES alone, those of SP "
    "800-38A",
    source="Bellare, Kilian & Rogaway 2000; RFC 4493",
    right="CMAC for any length; raw CBC-MAC only where all messages have one length",
    statement="CBC-MAC refuses the forgery where messages have {}",
    inside=Case(("AES-CBC-MAC", (1,)), "one length, a block"),
    outside=Case(("AES-CBC-MAC", (1, 2)), "1 or 2 blocks"),
    mutant=Case(
        ("AES-CBC-MAC of message and length", (1, 2, 3)),
        "CBC-MAC with the length as the last block refuses its own forgery, whatever the lengths",
    ),
    control=Case(("AES-CMAC", (1, 2)), "CMAC refuses it for messages of 1 or 2 blocks"),
    simulation="forgery",
)
def cbc_forgery(asserted: tuple[str, tuple[int, ...]], run: Run) -> Evidence:
    """Join a message to itself so that the chaining cancels; the verifier knows the lengths."""
    name, lengths = asserted
    mac, rng = MACS[name], run.rng("keys")
    forged = 0
    for _ in range(50):
        key, message = rng.bytes(16), rng.bytes(16)
        joined, tag = _joined(functools.partial(mac, key), message, name, rng.bytes(16))
        allowed = len(joined) // 16 in lengths
        forged += allowed and hmac.compare_digest(mac(key, joined), tag)
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    known = cmac(key, b"").hex() == "bb1d6929e95937287fa37d129b756746"
    return every(
        [
            enumeration(50, forged, f"forgeries that {name} accepts for {lengths} blocks"),
            fact(known, "the vector of RFC 4493 is met"),
            fact(_chained(key), "CBC-MAC is the last block of a chain of AES alone"),
        ]
    )


def _joined(
    tagged: Callable[[bytes], bytes], message: bytes, name: str, other: bytes
) -> tuple[bytes, bytes]:
    """Return a message that nobody tagged, and its tag, from tags of blocks that were asked for.

    The plain chain joins a message to itself. With the length in the last block, the tag of a
    longer message continues from the tag of its first block, and can be moved behind another.
    """
    if "length" not in name:
        tag = tagged(message)
        return message + xor(message, tag), tag
    length = (1).to_bytes(16, "big")
    tag = tagged(message + length + bytes(16))
    return other + length + xor(tagged(message), tagged(other)), tag


def _chained(key: bytes) -> bool:
    """Return whether CBC-MAC meets NIST's vector of one block, and chains AES over three."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    aes = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - one block at a time
    blocks = [bytes.fromhex("6bc1bee22e409f96e93d7e117393172a"), bytes(range(16)), b"x" * 16]
    chained = bytes(16)
    for block in blocks:
        chained = aes.update(xor(chained, block))
    first = cbc_mac(key, blocks[0]).hex()
    return first == "3ad77bb40d7a3660a89ecaf32466ef97" and cbc_mac(key, b"".join(blocks)) == chained


@topic.ran(
    "20.5",
    says="detects modification of messages based on a asymmetric key pair",
    rule="a verifier that accepts the genuine signature refuses every one-bit change of message "
    "and signature, and S + L for S",
    source="RFC 8032, section 5.1.7: S must lie below the group order L",
    asserted=Case("Ed25519", "Ed25519 detects modification"),
    mutant=Case("Ed25519 reducing S", "a verifier may reduce S modulo L first"),
    control=Case("Ed448", "Ed448 detects modification"),
    simulation="sizes",
)
def signature_modification(asserted: str, run: Run) -> Evidence:
    """Flip every bit, and add the group order to the scalar half of the signature."""
    sign, verify = key_pair(asserted)
    message = run.rng("message").bytes(24)
    signature = sign(message)
    if not verify(message, signature):
        raise ValueError(f"a verifier of {asserted} that refuses all signatures settles nothing")
    tries = [(changed, signature) for changed in flips(message)]
    tries += [(message, changed) for changed in flips(signature)]
    tries.append((message, other_scalar(asserted, signature)))
    accepted = sum(verify(m, s) for m, s in tries)
    return enumeration(len(tries), accepted, f"changes that {asserted} lets pass")


topic.documented("20.6", "Asymmetric keys: public key and private key", "RFC 8032, section 5.1.5")


@topic.ran(
    "20.7",
    says="The sender signs with its private key, the receiver can verify with the public key",
    rule="with 2048-bit RSA: someone who has only the public key can verify the sender's proof "
    "and cannot make one that the verifier accepts",
    asserted=Case(("private", "public"), "sign with the private key, verify with the public one"),
    mutant=Case(("unhashed", "public"), "the private key is enough: no hash or padding is needed"),
    control=Case(("private", "public, other hash"), "the same over SHA-512"),
    simulation="judge",
)
def key_roles(asserted: tuple[str, str], run: Run) -> Evidence:
    """Raise a hash to either exponent, and see what the public exponent alone can do."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    signing, checking = asserted
    if signing == "unhashed":
        return _unhashed(run)
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    exponent = {"private": numbers.d, "public": numbers.public_numbers.e}
    modulus = numbers.public_numbers.n
    message = run.rng("message").bytes(24)
    hasher = hashlib.sha512 if "other" in checking else hashlib.sha256
    digest = int.from_bytes(hasher(message).digest(), "big")
    checker = exponent[checking.split(",")[0]]
    proof = pow(digest, exponent[signing], modulus)
    forgery = pow(digest, exponent["public"], modulus)
    verified_by_anyone = pow(proof, exponent["public"], modulus) == digest
    forged = pow(forgery, checker, modulus) == digest
    return enumeration(2, (not verified_by_anyone) + forged, "roles that do not work out")


def _unhashed(run: Run) -> Evidence:
    """Raise any number to the public exponent: it is the signature of what comes out."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    public = rsa.generate_private_key(65537, 2048).private_numbers().public_numbers
    signature = int.from_bytes(run.rng("signature").bytes(200), "big")
    message = pow(signature, public.e, public.n)  # nobody ever signed it
    forged = pow(signature, public.e, public.n) == message
    return enumeration(1, int(forged), "signatures of numbers that nobody signed")


SIZES = (32, 1024, 65_536, 1_048_576)


@topic.ran(
    "20.8",
    says="MACs are faster",
    kind=Kind.EXPERIMENT,
    rule="time of Ed25519 signing over HMAC-SHA256, medians of 5, at 32 B, 1 kB, 64 kB and 1 MB: "
    "the smallest ratio exceeds 2 in 20 rounds, two looks",
    right="faster at every size, by a factor that shrinks as hashing comes to dominate",
    assumptions=(
        "timed in one process on this machine; HMAC from Python's hmac, Ed25519 from cryptography",
    ),
    asserted=Case(lambda ratios: min(ratios) - 2, "more than twice as fast at every size"),
    mutant=Case(lambda ratios: 1.25 - max(ratios) / min(ratios), "by one factor at all sizes"),
    control=Case(lambda ratios: ratios[0] - 2, "more than twice as fast at 32 bytes"),
    simulation="sizes",
)
def speed(asserted: Callable[[list[float]], float], run: Run) -> Evidence:
    """Time both on the same messages, in alternation."""

    def sample(count: int, offset: int) -> "NDArray[np.float64]":
        return np.array([asserted(time_ratios(offset + i)) for i in range(count)])

    return experiment(sample, margin=0.0, says="ratio beyond the asserted one")


@cache
def time_ratios(round_number: int) -> list[float]:
    """Return the time of signing over that of tagging at each of `SIZES`."""
    sign, key = key_pair("Ed25519")[0], bytes([round_number % 256]) * 32

    def median_time(action: Callable[[], object]) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            action()
            times.append(time.perf_counter() - started)
        return sorted(times)[2]

    ratios = []
    for size in SIZES:
        message = bytes(size)
        tagging = median_time(lambda message=message: hmac.digest(key, message, "sha256"))  # type: ignore[misc]
        ratios.append(median_time(lambda message=message: sign(message)) / tagging)  # type: ignore[misc]
    return ratios


PUBLISHED = {"HMAC-SHA256": 32, "HMAC-SHA512": 64, "AES-CMAC": 16, "Ed25519": 64, "RSA-2048": 256}
"""Bytes by the standards; an ECDSA signature in DER has no fixed length."""


@topic.ran(
    "20.9",
    says="take less size",
    kind=Kind.NUMERIC,
    expected=Verdict.CONDITIONAL,
    rule="every tag is shorter than every signature, in bytes that the schemes really give, which "
    "are those of the standards where these fix them",
    source="RFC 4231, 4493, 8032; RFC 8017: an RSA signature is as long as the modulus",
    right="at about 128 bits of security against forgery; a 64-byte HMAC-SHA512 tag is as long "
    "as an Ed25519 signature",
    statement="the tags of {} are shorter than an Ed25519 signature",
    inside=Case(
        (("AES-CMAC", "HMAC-SHA256"), ("Ed25519",)),
        "CMAC and HMAC-SHA256, at 128 bits of security,",
    ),
    outside=Case((("HMAC-SHA512",), ("Ed25519",)), "HMAC-SHA512"),
    mutant=Case(
        (("AES-CMAC", "HMAC-SHA256", "HMAC-SHA512"), ("Ed25519", "RSA-2048")), "in every pairing"
    ),
    control=Case((("AES-CMAC",), ("RSA-2048",)), "CMAC against RSA-2048"),
    simulation="sizes",
)
def sizes(asserted: tuple[tuple[str, ...], tuple[str, ...]], run: Run) -> Evidence:
    """Make one of each and measure."""
    macs, schemes = asserted

    def measured(name: str) -> int:
        proof = MACS[name](bytes(16), b"m") if name in MACS else key_pair(name)[0](b"m")
        return len(proof)

    tags = {name: measured(name) for name in macs}
    signatures = {name: measured(name) for name in schemes}
    wrong = sum(tag >= signature for tag in tags.values() for signature in signatures.values())
    unlike = sum(measured(name) != size for name, size in PUBLISHED.items())
    return every(
        [
            enumeration(len(tags) * len(signatures), wrong, f"bytes {tags} against {signatures}"),
            enumeration(len(PUBLISHED), unlike, "bytes unlike the standard's"),
        ]
    )


@topic.ran(
    "20.10",
    says="Digital Signatures provide non-repudiation",
    expected=Verdict.CONDITIONAL,
    rule="of 50 messages that the sender never sent, a judge accepts none of the receiver's proofs",
    right="while the signing key is the sender's alone, and the judge knows whose key it is",
    assumptions=("the receiver has all that verifying needs, and nothing else",),
    statement="the judge accepts no forgery of the receiver's where the signing key {}",
    inside=Case(("Ed25519", False), "is the sender's alone"),
    outside=Case(("Ed25519", True), "has leaked to the receiver"),
    mutant=Case(("HMAC-SHA256", False), "a MAC provides non-repudiation"),
    control=Case(("ECDSA-P256", False), "with an ECDSA signature"),
    simulation="judge",
)
def non_repudiation(asserted: tuple[str, bool], run: Run) -> Evidence:
    """Let the receiver forge with what a verifier holds, and show the judge the result."""
    scheme, leaked = asserted
    rng = run.rng("messages")
    shared = rng.bytes(32)
    sign, verify = key_pair(scheme) if scheme not in MACS else (lambda m: b"", lambda m, s: False)
    own_sign, _ = key_pair(scheme, 1) if scheme not in MACS else (sign, verify)
    replayed, convinced = sign(b"hello"), 0
    for _ in range(50):
        never_sent = rng.bytes(24)
        if scheme in MACS:
            tag = MACS[scheme](shared, never_sent)
            convinced += hmac.compare_digest(MACS[scheme](shared, never_sent), tag)
            continue
        proofs = [replayed, own_sign(never_sent), rng.bytes(len(replayed))]
        if leaked:
            proofs.append(sign(never_sent))
        convinced += any(verify(never_sent, proof) for proof in proofs)
    return enumeration(50, convinced, f"messages the receiver could pin on the sender, {scheme}")
