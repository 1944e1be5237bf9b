"""MACs and signatures against published vectors."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sims.run import Run
from sims.topics.mac_signatures import topic
from sims.topics.mac_signatures.macs import (
    MACS,
    cmac,
    compress,
    extended,
    flips,
    hmac_sha256,
    padding,
)
from sims.topics.mac_signatures.signatures import accepts, other_scalar

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


def test_truncated_hmac_meets_rfc_4231() -> None:
    tag = MACS["HMAC-SHA256 cut to 16 bytes"](b"\x0c" * 20, b"Test With Truncation")
    assert tag.hex() == "a3b6167473100ee06e0c796c2955552b"


@pytest.mark.parametrize(
    ("secret", "message", "public", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
            "cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "72",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
            "0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
    ],
    ids=["RFC 8032 test 1", "RFC 8032 test 2"],
)
def test_ed25519_meets_rfc_8032(secret: str, message: str, public: str, signature: str) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret))
    text, signed = bytes.fromhex(message), bytes.fromhex(signature)
    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(text) == signed
    assert accepts(key.public_key(), signed, text)
    assert not accepts(key.public_key(), other_scalar("Ed25519", signed), text)


@pytest.mark.parametrize(("k", "m"), [(77, 42), (3, 5), (243, 245)])
def test_the_toy_forgery_is_the_exclusive_or(k: int, m: int) -> None:
    simulation = topic.simulations["mac-signatures.forgery"]
    *_, last = simulation.run(simulation.read({"k": k, "m": m}), Run())
    tag = (5 * m + k) % 256
    assert last.outputs == {"tag": tag, "second": m ^ tag, "forgeries": 1}


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
