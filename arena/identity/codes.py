"""One-time codes of staff, by the clock (RFC 6238; the door to pyotp and segno).

The secret of an account is made of a key outside the database and the account's salt, so that a copy of
the database gives nobody a code.
"""

import base64
import hashlib
import hmac
import io
import re
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
WINDOW = 1
"""Steps by which a clock may be wrong, either way."""

CODE = re.compile(r"[0-9]{6}")


def secret(key: bytes, account: str, salt: bytes) -> str:
    """Give the base32 secret of an account, 160 bits."""
    digest = hmac.new(key, b"one-time codes\x00" + account.encode() + b"\x00" + salt, hashlib.sha256).digest()
    return base64.b32encode(digest[:20]).decode()


def step_of(shared: str, code: str, now: datetime, last: int) -> int | None:
    """Give the time step that a code is of, None for a wrong one; steps up to `last` were used before."""
    digits = code.replace(" ", "")
    made = pyotp.TOTP(shared)
    current = int(now.timestamp()) // STEP_SECONDS
    steps = range(max(last + 1, current - WINDOW), current + WINDOW + 1)
    right = [step for step in steps if hmac.compare_digest(made.generate_otp(step).encode(), digits.encode())]
    return right[0] if right and CODE.fullmatch(digits) else None


def uri(shared: str, name: str, issuer: str) -> str:
    """Give what an authenticator reads: otpauth://totp/…."""
    return pyotp.TOTP(shared).provisioning_uri(name=name, issuer_name=issuer)


def drawn(text: str) -> str:
    """Draw a text as a QR code for a terminal."""
    out = io.StringIO()
    segno.make(text, error="m").terminal(out, compact=True)
    return out.getvalue()
