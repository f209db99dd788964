"""Who is signed in: a random token that her browser alone holds; the server keeps its hash.

What a page of hers must send back with a change is made of the token, so that no other site and no
other session can know it.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timedelta

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=60)
"""How exactly it is kept when a session was last used."""


def new_token(random: bytes) -> str:
    """Make a token of 256 random bits.

    Raises:
        ValueError: `random` has not 32 bytes.
    """
    if len(random) != TOKEN_BYTES:
        raise ValueError("a token has 32 bytes")
    return base64.urlsafe_b64encode(random).decode().rstrip("=")


def digest(token: str | None) -> str | None:
    """Give the hash under which a token is kept, None for what is no token."""
    if token is None or not TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(token.encode()).hexdigest()


def csrf(token: str) -> str:
    """Give what a page of this session sends back with every change."""
    return hmac.new(token.encode(), b"arena change", hashlib.sha256).hexdigest()


def is_over(signed_in_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Tell whether a session has ended: unused for 30 minutes, or 12 hours old."""
    return now - seen_at >= IDLE or now - signed_in_at >= LONGEST
