"""A small OpenID provider on loopback, which holds its clients to what the standard asks."""

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "tocsin", "known to both"


class OpenProvider:
    """Lets `user` in at once, without a page; tests change what it says."""

    def __init__(self) -> None:
        self.keys = KeySet.generate_key_set("RSA", 2048, count=1)
        self.signer: Any = self.keys.keys[0]
        self.user: dict[str, Any] = {"preferred_username": "Wang", "groups": ["desk-north"]}
        self.claims: dict[str, Any] = {}
        self.now_s = 0.0
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def stranger_signs(self) -> None:
        """Tokens are signed with a key that the provider does not publish."""
        self.signer = RSAKey.generate_key(2048, parameters={"kid": str(self.keys.keys[0].kid)})

    def about(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next: back, with a code."""
        assert asked["client_id"] == CLIENT
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A token for a code, once, for who can show what it was asked with."""
        asked = self.codes.pop(sent.get("code", ""), None)
        hashed = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(hashed).decode().rstrip("=")
        if (
            asked is None
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != sent["redirect_uri"]
            or sent.get("client_secret") != SECRET
        ):
            return 400, {"error": "invalid_grant"}
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": int(self.now_s),
            "exp": int(self.now_s) + 300, "nonce": asked["nonce"], **self.user, **self.claims,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": self.signer.kid}, claims, self.signer)
        return 200, {"id_token": signed, "access_token": "x", "token_type": "Bearer"}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path)
                if path.path == "/authorize":
                    query = {key: each[0] for key, each in parse_qs(path.query).items()}
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                elif path.path == "/keys":
                    self.say(200, dict(provider.keys.as_dict()))
                else:
                    self.say(200, provider.about())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                sent = {key: each[0] for key, each in parse_qs(body).items()}
                self.say(*provider.token(sent))

            def say(self, status: int, told: dict[str, Any]) -> None:
                body = json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@contextmanager
def provided() -> Iterator[OpenProvider]:
    """A provider that runs."""
    provider = OpenProvider()
    thread = threading.Thread(target=provider.server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        thread.join()
        provider.server.server_close()
