"""Digital signatures of the `cryptography` library behind one face: sign and verify."""

from collections.abc import Callable
from functools import cache
from typing import Any

Signer = Callable[[bytes], bytes]
Verifier = Callable[[bytes, bytes], bool]
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
"""The order L of Ed25519's base point (RFC 8032, section 5.1)."""
ED448_ORDER = 2**446 - 13818066809895115352007386748515426880336692474882178609894547503885
"""The order L of Ed448's base point (RFC 8032, section 5.2)."""


@cache
def key_pair(scheme: str, number: int = 0) -> tuple[Signer, Verifier]:
    """Return (sign, verify) of a key pair; pair `number` lets tests hold several keys."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
    from cryptography.hazmat.primitives.asymmetric import padding as rsa_padding

    options: tuple[Any, ...] = ()
    private: Any
    if scheme.startswith("Ed25519"):
        private = ed25519.Ed25519PrivateKey.generate()
    elif scheme == "Ed448":
        private = ed448.Ed448PrivateKey.generate()
    elif scheme == "ECDSA-P256":
        private, options = ec.generate_private_key(ec.SECP256R1()), (ec.ECDSA(hashes.SHA256()),)
    else:
        private = rsa.generate_private_key(65537, 2048)
        options = (rsa_padding.PKCS1v15(), hashes.SHA256())
    public = private.public_key()

    def sign(message: bytes) -> bytes:
        signature: bytes = private.sign(message, *options)
        return signature

    def verify(message: bytes, signature: bytes) -> bool:
        if scheme == "Ed25519 reducing S":
            s = int.from_bytes(signature[32:], "little") % ED25519_ORDER
            signature = signature[:32] + s.to_bytes(32, "little")
        return accepts(public, signature, message, *options)

    return sign, verify


def accepts(public: Any, signature: bytes, message: bytes, *options: Any) -> bool:
    """Return whether the library's public key accepts the signature."""
    from cryptography.exceptions import InvalidSignature

    try:
        public.verify(signature, message, *options)
    except InvalidSignature:
        return False
    return True


def other_scalar(scheme: str, signature: bytes) -> bytes:
    """Return an EdDSA signature with S + L in place of S: the same point, written differently."""
    half = len(signature) // 2
    order = ED448_ORDER if scheme == "Ed448" else ED25519_ORDER
    scalar = int.from_bytes(signature[half:], "little") + order
    return signature[:half] + scalar.to_bytes(half, "little")
