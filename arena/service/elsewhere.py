"""Signing in elsewhere: an account is what its provider says, each time it signs in."""

import hmac

from arena.errors import NotSignedIn
from arena.identity import oidc
from arena.identity.oidc import Known, Provider
from arena.service.accounts import Accounts
from arena.service.pen import Clock


class Elsewhere:
    """A provider through which staff sign in."""

    def __init__(self, provider: Provider, accounts: Accounts, key: bytes, clock: Clock) -> None:
        """Send staff to `provider`; `key` seals what a browser keeps meanwhile."""
        self._provider = provider
        self._accounts = accounts
        self._key = key
        self._clock = clock

    def begin(self, redirect_uri: str, following: str) -> tuple[str, str]:
        """Give the address to send somebody to, and what her browser keeps until she is back.

        Raises:
            NotSignedIn: the provider does not answer as one.
        """
        url, errand = self._provider.begin(redirect_uri, following, self._now())
        return url, oidc.seal(self._key, errand)

    def finish(self, sealed: str, state: str, code: str, redirect_uri: str) -> tuple[str, str]:
        """Give the token of a new session, and where she wanted to go.

        Raises:
            NotSignedIn: she did not come back from where she was sent, or is nobody here.
        """
        errand = oidc.unseal(self._key, sealed, self._now())
        if not code or not hmac.compare_digest(errand.state.encode(), state.encode()):
            raise NotSignedIn("another state")
        said: Known = self._provider.finish(errand, code, redirect_uri)
        return self._accounts.enter_from(self._provider.issuer, said), errand.following

    def _now(self) -> int:
        return int(self._clock().timestamp())
