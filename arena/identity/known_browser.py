"""A browser from which somebody has signed in before: who locks her account out does not lock it out there.

What the browser keeps names nobody, opens nothing, and is worth nothing for another account.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

NONCE_BYTES = 16
LONGEST = timedelta(days=180)
"""After which a browser is known no longer."""


def mark(key: bytes, account: str, salt: bytes, now: datetime, random: bytes) -> str:
    """Make what a browser keeps for an account; another `salt` makes all of them worthless."""
    nonce = base64.urlsafe_b64encode(random).decode().rstrip("=")
    begun = f"{int(now.timestamp())}.{nonce}"
    return f"{begun}.{_signature(key, account, salt, begun)}"


def is_known(key: bytes, account: str, salt: bytes, said: str, now: datetime) -> bool:
    """Tell whether this was made for this account, and not too long ago."""
    begun, _, signature = said.rpartition(".")
    right = _signature(key, account, salt, begun)
    if not hmac.compare_digest(right.encode(), signature.encode("utf-8", "replace")):
        return False
    return 0 <= now.timestamp() - int(begun.partition(".")[0]) <= LONGEST.total_seconds()


def _signature(key: bytes, account: str, salt: bytes, begun: str) -> str:
    told = b"\x00".join((b"known browser", account.encode(), salt, begun.encode("utf-8", "replace")))
    return hmac.new(key, told, hashlib.sha256).hexdigest()
