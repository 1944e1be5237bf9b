"""Message authentication codes, good and bad, and the extension of a hash without its key."""

import hashlib
import hmac
import struct
from collections.abc import Callable, Iterator
from functools import cache

from sims.lazy import sympy

BLOCK = 64
"""Bytes in a block of SHA-256."""


def xor(a: bytes, b: bytes) -> bytes:
    """Return the bitwise exclusive or of two strings, as long as the shorter one."""
    return bytes(x ^ y for x, y in zip(a, b, strict=False))


def cbc_mac(key: bytes, message: bytes) -> bytes:
    """Return raw AES-CBC-MAC of whole 16-byte blocks: the last block of the chain, no padding."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    return encryptor.update(message)[-16:]


def cmac(key: bytes, message: bytes) -> bytes:
    """Return AES-CMAC (RFC 4493), 16 bytes."""
    from cryptography.hazmat.primitives.ciphers import algorithms
    from cryptography.hazmat.primitives.cmac import CMAC

    mac = CMAC(algorithms.AES(key))
    mac.update(message)
    return mac.finalize()


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """Return HMAC-SHA256 (RFC 2104), 32 bytes."""
    return hmac.new(key, message, hashlib.sha256).digest()


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Return HMAC's inner and outer key blocks, for keys of at most 64 bytes."""
    block = key.ljust(BLOCK, b"\0")
    return xor(block, b"\x36" * BLOCK), xor(block, b"\x5c" * BLOCK)


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


MACS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "HMAC-SHA256": hmac_sha256,
    "HMAC-SHA256 cut to 16 bytes": lambda key, m: hmac_sha256(key, m)[:16],
    "HMAC-SHA512": lambda key, m: hmac.new(key, m, hashlib.sha512).digest(),
    "AES-CMAC": cmac,
    "AES-CBC-MAC": cbc_mac,
    "AES-CBC-MAC of message and length": lambda key, m: cbc_mac(
        key, m + (len(m) // 16).to_bytes(16, "big")
    ),
    "SHA-256 of key and message": lambda key, m: _sha256(key + m),
    "HMAC without its outer hash": lambda key, m: _sha256(pads(key)[0] + m),
    "SHA-256 without a key": lambda key, m: _sha256(m),
}


def padding(length: int) -> bytes:
    """Return SHA-256's padding of a message of `length` bytes (FIPS 180-4, section 5.1.1)."""
    return b"\x80" + bytes((55 - length) % 64) + struct.pack(">Q", 8 * length)


@cache
def _round_constants() -> tuple[int, ...]:
    """Return the first 32 fractional bits of the cube roots of the first 64 primes."""
    roots = [sympy.cbrt(sympy.prime(number)) for number in range(1, 65)]
    return tuple(int(sympy.floor((root % 1) * 2**32)) for root in roots)


def compress(state: bytes, block: bytes) -> bytes:
    """Return SHA-256's chaining value after one 64-byte block (FIPS 180-4, section 6.2.2)."""

    def rotate(x: int, n: int) -> int:
        return (x >> n | x << 32 - n) & 0xFFFFFFFF

    w = list(struct.unpack(">16I", block))
    for i in range(len(w), len(_round_constants())):
        s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3
        s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10
        w.append((w[i - 16] + s0 + w[i - 7] + s1) & 0xFFFFFFFF)
    start = struct.unpack(">8I", state)
    a, b, c, d, e, f, g, h = start
    for k, word in zip(_round_constants(), w, strict=True):
        t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + (e & f ^ ~e & g) + k + word
        t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + (a & b ^ a & c ^ b & c)
        a, b, c, d, e, f, g, h = (t1 + t2) & 0xFFFFFFFF, a, b, c, (d + t1) & 0xFFFFFFFF, e, f, g
    total = [(x + y) & 0xFFFFFFFF for x, y in zip(start, (a, b, c, d, e, f, g, h), strict=True)]
    return struct.pack(">8I", *total)


def extended(tag: bytes, message: bytes, secret: int, suffix: bytes) -> tuple[bytes, bytes]:
    """Return (message, tag) that extends a tagged message by `suffix`, knowing no key.

    `secret` is the number of secret bytes hashed before the message; `tag` must be the whole
    chaining value of SHA-256.
    """
    longer = message + padding(secret + len(message)) + suffix
    tail = suffix + padding(secret + len(longer))
    for at in range(0, len(tail), BLOCK):
        tag = compress(tag, tail[at : at + BLOCK])
    return longer, tag


def flips(data: bytes) -> Iterator[bytes]:
    """Yield `data` with each of its bits flipped in turn."""
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)
