"""Signing in elsewhere: OpenID Connect, code flow with PKCE, state and nonce (the door to authlib).

Rule 1: who somebody is, is taken from an ID token that the provider has signed for us, and from nothing else.
Rule 2: a role that the settings do not name, or more than one, is nobody's.
"""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]  # it has no types
from authlib.integrations.base_client import OAuth2Mixin, OpenIDMixin  # type: ignore[import-untyped]  # as above
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]  # as above
from authlib.integrations.httpx_client._compat import httpx2 as http  # type: ignore[import-untyped]  # its own choice
from joserfc.errors import JoseError

from arena.contest.roster import ContestantId
from arena.errors import NotSignedIn
from arena.identity.staff import Role
from arena.settings import OidcSettings

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Signatures with a key of the provider's own; with `none` or our secret anybody, or we, could sign."""

PATIENCE = 10.0
"""Seconds in which the provider answers."""

LONGEST = 10 * 60
"""Seconds that somebody may take to sign in there."""

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Errand:
    """Somebody on her way to the provider: what must come back with her, and where she wanted to go."""

    state: str
    nonce: str
    verifier: str
    following: str
    begun: int


@dataclass(frozen=True, slots=True)
class Known:
    """Who somebody is, as the provider says."""

    subject: str
    shown: str
    role: Role
    contestant: ContestantId | None


class _Client(OAuth2Mixin, OpenIDMixin):  # type: ignore[misc]  # authlib says no types
    client_cls = OAuth2Client


class Provider:
    """The provider that the settings name."""

    def __init__(self, settings: OidcSettings, contestants: Collection[ContestantId]) -> None:
        """Name it; nothing is asked of it yet."""
        self.issuer = settings.issuer
        self._settings = settings
        self._contestants = contestants

    def begin(self, redirect_uri: str, following: str, now: int) -> tuple[str, Errand]:
        """Give the address to send somebody to, and what to remember of her.

        Raises:
            NotSignedIn: the provider does not answer as one.
        """
        try:
            client = self._client()
            sent = client.create_authorization_url(redirect_uri)
        except FAULTS as error:
            raise _away(error) from error
        return sent["url"], Errand(sent["state"], sent["nonce"], sent["code_verifier"], following, now)

    def finish(self, errand: Errand, code: str, redirect_uri: str) -> Known:
        """Ask the provider who has come back.

        Raises:
            NotSignedIn: it does not say so in a token that holds, or she has no role here.
        """
        try:
            client = self._client()
            token = client.fetch_access_token(redirect_uri, code=code, code_verifier=errand.verifier)
            wanted = {
                "iss": {"essential": True, "values": [self.issuer]},
                "aud": {"essential": True, "values": [self._settings.client_id]},
            }
            claims = client.parse_id_token(token, errand.nonce, claims_options=wanted)
        except FAULTS as error:
            raise _away(error) from error
        if claims is None:
            raise NotSignedIn("the provider gave no ID token")
        return known(claims, self._settings, self._contestants)

    def _client(self) -> _Client:
        """Ask for the provider's own description.

        Raises:
            RuntimeError: it is another's.
        """
        client = _Client(
            None,
            client_id=self._settings.client_id,
            client_secret=self._settings.client_secret,
            server_metadata_url=f"{self.issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "timeout": PATIENCE,
                "trust_env": False,
            },
        )
        said = client.load_server_metadata()
        if said.get("issuer") != self.issuer:
            raise RuntimeError(f"the provider calls itself {said.get('issuer')!r}")
        client.server_metadata["id_token_signing_alg_values_supported"] = list(ALGORITHMS)
        return client


FAULTS = (AuthlibBaseError, JoseError, http.HTTPError, RuntimeError, ValueError, KeyError, TypeError)
"""What comes of a provider that is away, or answers what it should not."""


def _away(error: BaseException) -> NotSignedIn:
    log.warning("signing in elsewhere did not work: %s: %s", type(error).__name__, error)
    return NotSignedIn("the provider did not say who she is")


def known(claims: Mapping[str, Any], settings: OidcSettings, contestants: Collection[ContestantId]) -> Known:
    """Read who somebody is out of the claims of a token that holds.

    Raises:
        NotSignedIn: she has no role here, more than one, or is of a team that is not in the roster.
    """
    said = claims.get(settings.role_claim)
    values = said if isinstance(said, list) else [said]
    roles = {settings.roles[value] for value in values if isinstance(value, str) and value in settings.roles}
    if len(roles) != 1:
        log.warning("a stranger with the roles %r came from %s", said, settings.issuer)
        raise NotSignedIn("no role, or more than one")
    role, contestant = Role(roles.pop()), claims.get(settings.contestant_claim)
    if role is Role.TEAM and (not isinstance(contestant, str) or contestant not in contestants):
        log.warning("a team of the contestant %r came from %s", contestant, settings.issuer)
        raise NotSignedIn("no contestant")
    subject, shown = str(claims["sub"]), claims.get("name") or claims.get("preferred_username") or ""
    if not 0 < len(subject) <= LONGEST_NAME or not subject.isprintable():
        raise NotSignedIn("a subject that is no name")
    plain = "".join(letter for letter in str(shown) if letter.isprintable())[:LONGEST_NAME].strip()
    return Known(
        subject, plain or subject, role, ContestantId(str(contestant)) if role is Role.TEAM else None
    )


def seal(key: bytes, errand: Errand) -> str:
    """Write an errand for the browser to keep meanwhile, so that nobody can make one up."""
    text = base64.urlsafe_b64encode(json.dumps(asdict(errand)).encode()).decode()
    return f"{text}.{_signature(key, text)}"


def unseal(key: bytes, sealed: str, now: int) -> Errand:
    """Read an errand that this key sealed.

    Raises:
        NotSignedIn: it did not, or too long ago.
    """
    text, _, signature = sealed.rpartition(".")
    if not hmac.compare_digest(_signature(key, text).encode(), signature.encode("utf-8", "replace")):
        raise NotSignedIn("nobody was sent there from here")
    errand = Errand(**json.loads(base64.urlsafe_b64decode(text)))
    if not 0 <= now - errand.begun <= LONGEST:
        raise NotSignedIn("it took too long")
    return errand


def _signature(key: bytes, text: str) -> str:
    return hmac.new(key, b"signing in elsewhere\x00" + text.encode(), hashlib.sha256).hexdigest()
