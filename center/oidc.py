"""An OpenID provider in, where to sign in there, and what it says of who did, out.

OpenID Connect Core 1.0, the authorization code flow, with PKCE (RFC 7636): what comes back is taken
only once, from the browser that was sent, and its token is checked against the provider's keys.
"""

import base64
import hashlib
import secrets
import threading
from collections import OrderedDict
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from center.claims import UnfitError
from center.config import Provider
from pipelines.clock import Clock
from pipelines.errors import LinkError

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
UNDER_WAY_S = 600.0
_MOST, _ANSWER_S, _FRESH_S, _LEEWAY_S = 1000, 10.0, 3600.0, 60


class Begun(NamedTuple):
    """A sign-in that is under way at the provider."""

    verifier: str
    nonce: str
    back: str
    at_s: float


class Oidc:
    """Safe to call from any thread. Raises LinkError when the provider does not answer."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self.provider, self.clock = provider, clock
        self._begun: OrderedDict[str, Begun] = OrderedDict()
        self._turn = threading.Lock()
        self._found: tuple[float, dict[str, Any], KeySet] | None = None

    def begin(self, back: str) -> tuple[str, str]:
        """Where to go to sign in, and the state that the browser must bring back to `back`."""
        about, _ = self._about()
        state, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        verifier = secrets.token_urlsafe(48)
        with self._turn:
            self._begun[state] = Begun(verifier, nonce, back, self.clock.now_s())
            while len(self._begun) > _MOST:
                self._begun.popitem(last=False)
        asked = {
            "response_type": "code", "client_id": self.provider.client, "redirect_uri": back,
            "scope": " ".join(self.provider.scopes), "state": state, "nonce": nonce,
            "code_challenge": _challenge(verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        return f"{about['authorization_endpoint']}?{urlencode(asked)}", state

    def end(self, code: str, state: str) -> dict[str, Any]:
        """The claims of who signed in. Raises UnfitError."""
        with self._turn:
            begun = self._begun.pop(state, None)
        if begun is None or self.clock.now_s() - begun.at_s > UNDER_WAY_S:
            raise UnfitError("this sign-in was ended, or took too long; begin again")
        about, keys = self._about()
        token = self._token(str(about["token_endpoint"]), code, begun)
        try:
            return self._checked(token, keys, begun.nonce)
        except (JoseError, ValueError):
            _, keys = self._about(anew=True)  # the provider may have new keys
        try:
            return self._checked(token, keys, begun.nonce)
        except (JoseError, ValueError) as error:
            raise UnfitError(f"what the provider says cannot be trusted: {error}") from error

    def _checked(self, token: str, keys: KeySet, nonce: str) -> dict[str, Any]:
        claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now=lambda: int(self.clock.now_s()), leeway=_LEEWAY_S,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.provider.client},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)  # fmt: skip
        if claims.get("azp", self.provider.client) != self.provider.client:
            raise ValueError("the token was made for another")
        return claims

    def _token(self, url: str, code: str, begun: Begun) -> str:
        sent = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": begun.back,
            "client_id": self.provider.client, "code_verifier": begun.verifier,
        }  # fmt: skip
        if self.provider.secret is not None:
            sent["client_secret"] = self.provider.secret
        try:
            answer = httpx.post(url, data=sent, timeout=_ANSWER_S)
            told = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise LinkError(f"the provider does not answer: {error}") from error
        if not answer.is_success or not isinstance(told.get("id_token"), str):
            raise UnfitError(f"the provider refused: {told.get('error', answer.status_code)}")
        return str(told["id_token"])

    def _about(self, *, anew: bool = False) -> tuple[dict[str, Any], KeySet]:
        """What the provider publishes of itself, and its keys; asked for once an hour."""
        now_s = self.clock.now_s()
        if self._found is None or anew or now_s - self._found[0] > _FRESH_S:
            about = _get(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            if about.get("issuer") != self.provider.issuer:
                raise LinkError(f"the provider says that it is {about.get('issuer')!r}")
            keys = KeySet.import_key_set(_get(str(about["jwks_uri"])))  # type: ignore[arg-type]  # JSON
            self._found = now_s, about, keys
        return self._found[1], self._found[2]


def _get(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=_ANSWER_S)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise LinkError(f"the provider does not answer: {error}") from error
    return told


def _challenge(verifier: str) -> str:
    """S256 of RFC 7636."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")
