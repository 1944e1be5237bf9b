"""MACs and signatures against published vectors."""

import hashlib

import pytest

from sims.topics.mac_signatures.macs import (
    MACS,
    cmac,
    compress,
    extended,
    flips,
    hmac_sha256,
    padding,
)

INITIAL = bytes.fromhex("6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19")


@pytest.mark.parametrize(
    ("key", "message", "tag"),
    [
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
    ],
    ids=["RFC 4231 case 1", "RFC 4231 case 2"],
)
def test_hmac_meets_its_vectors(key: bytes, message: bytes, tag: str) -> None:
    assert hmac_sha256(key, message).hex() == tag


@pytest.mark.parametrize(
    ("length", "tag"),
    [
        (0, "bb1d6929e95937287fa37d129b756746"),
        (16, "070a16b46b4d4144f79bdd9dd04a287c"),
        (40, "dfa66747de9ae63030ca32611497c827"),
        (64, "51f0bebf7e3b9d92fc49741779363cfe"),
    ],
)
def test_cmac_meets_rfc_4493(length: int, tag: str) -> None:
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    message = bytes.fromhex(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
        "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"
    )
    assert cmac(key, message[:length]).hex() == tag


@pytest.mark.parametrize("length", [0, 3, 55, 56, 64, 119])
def test_our_sha256_blocks_are_the_librarys(length: int) -> None:
    message = bytes(range(length))
    padded, state = message + padding(length), INITIAL
    for at in range(0, len(padded), 64):
        state = compress(state, padded[at : at + 64])
    assert state == hashlib.sha256(message).digest()


def test_extension_forges_a_plain_keyed_hash_only() -> None:
    key, message = bytes(16), b"amount=1"
    naive = MACS["SHA-256 of key and message"]
    longer, forged = extended(naive(key, message), message, 16, b"&amount=9")
    assert naive(key, longer) == forged
    longer, forged = extended(hmac_sha256(key, message), message, 64, b"&amount=9")
    assert hmac_sha256(key, longer) != forged


def test_flips_change_one_bit_each() -> None:
    changed = list(flips(b"\x00\xff"))
    assert len(set(changed)) == 16
    assert all((int.from_bytes(c, "big") ^ 0x00FF).bit_count() == 1 for c in changed)
