"""HMAC from its definition by hashlib alone, tries one by one, and the toy cipher by a search."""

import hashlib
import hmac

from sims.claims import agree, require
from sims.run import Run
from sims.topics.mac_signatures.macs import MACS, flips, hmac_sha256, padding, pads, xor
from sims.topics.mac_signatures.signatures import other_scalar
from sims.topics.mac_signatures.topic import topic


@topic.second_route
def definitions(run: Run) -> None:
    """Build the two pads byte by byte; flip and pad on whole numbers."""
    key, message = run.rng("keys").bytes(20), b"pay 100"
    inner = bytes((key[i] if i < len(key) else 0) ^ 0x36 for i in range(64))
    outer = bytes((key[i] if i < len(key) else 0) ^ 0x5C for i in range(64))
    require(pads(key) == (inner, outer), says="HMAC's pads")
    tag = hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).digest()
    require(hmac_sha256(key, message) == tag, says="HMAC's tag")
    require(MACS["HMAC-SHA256"](key, message) == tag, says="HMAC's tag by name")
    long = hmac.digest(key, message, "sha512")
    require(MACS["HMAC-SHA512"](key, message) == long, says="HMAC-SHA512's tag")
    require(MACS["HMAC-SHA256 cut to 16 bytes"](key, message) == tag[:16], says="a cut tag")
    whole = int.from_bytes(message, "big")
    flipped = {whole ^ 1 << bit for bit in range(8 * len(message))}
    found = {int.from_bytes(one, "big") for one in flips(message)}
    require(found == flipped, says="the flips of a message")
    require(xor(b"\x0f\xf0", b"\xff\xff") == b"\xf0\x0f", says="an exclusive or")
    for length in (0, 55, 56, 64, 119):
        pad = padding(length)
        fits = (length + len(pad)) % 64 == 0 and len(pad) <= 72 and pad[0] == 0x80
        require(fits and int.from_bytes(pad[-8:], "big") == 8 * length, says="SHA-256's padding")


@topic.second_route
def guesses(run: Run) -> None:
    """Let one try after the other miss."""
    found = topic.outputs("guess", run, bits=4, tries=20, attackers=400)
    missing = 1.0
    for _ in range(20):
        missing *= 15 / 16
    agree(found["exact"], 1 - missing, says="the chance of a forgery")
    agree(found["sampled"], 1 - missing, says="the share of forgeries", tolerance=0.1)
    agree(found["bound"], min(1, 20 / 16), says="the bound")


@topic.second_route
def forgeries(run: Run) -> None:
    """Look for the second byte that keeps the tag, in the toy cipher written out."""
    found = topic.outputs("forgery", run, k=77, m=42)
    tag = (5 * 42 + 77) % 256
    kept = [x for x in range(256) if (5 * (x ^ tag) + 77) % 256 == tag]
    agree([found["tag"], found["second"]], [tag, kept[0]], says="the forged tag")
    judged = topic.outputs("judge", run, messages=30, forged=0.5)
    require(judged["mac"] < 1 and judged["signature"] == 1, says="the judge")


@topic.second_route
def shown(run: Run) -> None:
    """Flip a checksum's bits always or never; count what a judge of MACs gets right."""
    crc = topic.outputs("avalanche", run, scheme="CRC-32", length=4, messages=3)
    agree(crc["spread"], (crc["mean"] * (1 - crc["mean"])) ** 0.5, says="a checksum's spread")
    rng, messages = run.rng("messages"), 12
    rng.bytes(32)
    genuine = sum(rng.bytes(24) is not None and rng.random() >= 0.25 for _ in range(messages))
    judged = topic.outputs("judge", run, messages=messages, forged=0.25)
    agree([judged["mac"], judged["signature"]], [genuine / messages, 1.0], says="a judge")


ORDERS = {
    "Ed25519": "1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed",
    "Ed448": "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    "7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3",
}
"""The orders of the curves' base points, in hexadecimal (RFC 7748, sections 4.1 and 4.2)."""


@topic.second_route
def rivals(run: Run) -> None:
    """Build the schemes that fall from hashlib alone; move a scalar by the order of its curve."""
    key, message = run.rng("rivals").bytes(20), b"pay 100 to the bearer, please..."
    inner = bytes((key[i] if i < 20 else 0) ^ 0x36 for i in range(64))
    for name, hashed in (
        ("SHA-256 of key and message", key + message),
        ("HMAC without its outer hash", inner + message),
        ("SHA-256 without a key", message),
    ):
        require(MACS[name](key, message) == hashlib.sha256(hashed).digest(), says=name)
    counted = MACS["AES-CBC-MAC"](key[:16], message + (2).to_bytes(16, "big"))
    found = MACS["AES-CBC-MAC of message and length"](key[:16], message)
    require(found == counted, says="CBC-MAC with the number of blocks behind the message")
    for scheme, half in (("Ed25519", 32), ("Ed448", 57)):
        signature = run.rng("signature").bytes(2 * half - 4) + bytes(4)
        moved = other_scalar(scheme, signature)
        scalars = [int.from_bytes(one[half:], "little") for one in (signature, moved)]
        require(moved[:half] == signature[:half], says="the point of a signature stays")
        require(scalars[1] - scalars[0] == int(ORDERS[scheme], 16), says=f"the order of {scheme}")
    sizes = topic.outputs("sizes", run, length=5)
    known = {"aes_cmac": 16, "hmac_sha256": 32, "hmac_sha512": 64}
    known |= {"ed25519": 64, "ed448": 114, "rsa_2048": 256}
    agree([sizes[name] for name in known], list(known.values()), says="bytes of tags")
