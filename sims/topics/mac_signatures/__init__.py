"""Message authentication codes and digital signatures: who can make the proof, who can check it.

Sources: RFC 2104 and RFC 4231 (HMAC and its vectors); RFC 4493 (AES-CMAC); RFC 8032 (Ed25519);
Bellare, Kilian & Rogaway 2000 (CBC-MAC is secure for fixed lengths only). Every scheme is the
`cryptography` library's or Python's own; the attacks are run against them.
"""

from sims.topics.mac_signatures import claims, figures, games
from sims.topics.mac_signatures.topic import topic

topic.second_routes = f"{__name__}.second_routes"

__all__ = ["claims", "figures", "games", "topic"]
