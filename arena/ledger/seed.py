"""The seed that seats are drawn with: the server's secret, the contestants' nonces and a public value.

All are committed before the public value is known, so nobody can steer it; the secret keeps it
unpredictable while the round is open.
"""

import hashlib
from collections.abc import Mapping

from arena.ledger.canonical import Canonical, canonical


def seed(secret: bytes, nonces: Mapping[str, bytes], beacon: str) -> bytes:
    """Give the seed of a round: 32 bytes, the same for the same three."""
    drawn_from: dict[str, Canonical] = {
        "beacon": beacon,
        "nonces": {contestant: nonce.hex() for contestant, nonce in nonces.items()},
        "secret": secret.hex(),
    }
    return hashlib.sha256(canonical(drawn_from)).digest()
