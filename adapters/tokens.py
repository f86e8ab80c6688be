"""Tokens and digests: access tokens are JSON Web Tokens (RFC 7519, HS256), refresh tokens name a session and a generation,
and what clients carry for us without reading it is sealed by Fernet (AES-128-CBC with an HMAC-SHA256)."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID
from zlib import compress, decompress

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from domain.ids import SessionId
from domain.session import RefreshToken, Session

ALGORITHM = "HS256"
KIND = "at+jwt"  # RFC 9068: no other signed token is taken for one
MAC_BYTES, GENERATION_BYTES, SESSION_BYTES = 32, 4, 16
TOKEN_CHARACTERS_MAX = 4_096


class SignedKeys:
    """Each purpose has a key of its own, made from the one secret."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.encode()
        self.boxes: dict[str, Fernet] = {}
        self.access_key = OctKey.import_key(self.mac("access", b""))

    def access_token(self, session: Session, now: datetime) -> str:
        claims = {"sid": session.id.value.hex, "iat": int(now.timestamp()), "exp": int(session.access_until(now).timestamp())}
        return jwt.encode({"alg": ALGORITHM, "typ": KIND}, claims, self.access_key)

    def accessing(self, token: str, now: datetime | None) -> SessionId | None:
        if len(token) > TOKEN_CHARACTERS_MAX:
            return None
        try:
            decoded = jwt.decode(token, self.access_key, algorithms=[ALGORITHM])
            is_good = decoded.header.get("typ") == KIND and (now is None or now.timestamp() < decoded.claims["exp"])
            return SessionId(UUID(hex=decoded.claims["sid"])) if is_good else None
        except (JoseError, ValueError, KeyError, TypeError):
            return None

    def refresh_token(self, session: Session) -> str:
        body = session.id.value.bytes + session.generation.to_bytes(GENERATION_BYTES)
        return urlsafe_b64encode(body + self.mac("refresh", body)).decode().rstrip("=")

    def refreshing(self, token: str) -> RefreshToken | None:
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            return None
        body, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
        if len(body) != SESSION_BYTES + GENERATION_BYTES or not hmac.compare_digest(mac, self.mac("refresh", body)):
            return None
        return RefreshToken(SessionId(UUID(bytes=body[:SESSION_BYTES])), int.from_bytes(body[SESSION_BYTES:]))

    def sealed(self, purpose: str, record: Mapping[str, Any]) -> str:
        return self.box(purpose).encrypt(compress(msgspec.json.encode(record))).decode()

    def unsealed(self, purpose: str, text: str) -> Mapping[str, Any] | None:
        try:
            found: dict[str, Any] = msgspec.json.decode(decompress(self.box(purpose).decrypt(text)))
        except (InvalidToken, ValueError):  # of a text that is not even ASCII
            return None
        return found

    def box(self, purpose: str) -> Fernet:
        if purpose not in self.boxes:
            self.boxes[purpose] = Fernet(urlsafe_b64encode(self.mac("seal", purpose.encode())))
        return self.boxes[purpose]

    def digest(self, purpose: str, text: str) -> str:
        return self.mac(purpose, text.encode()).hex()

    def mac(self, purpose: str, body: bytes) -> bytes:
        key = hmac.digest(self.secret, purpose.encode(), sha256)
        return hmac.digest(key, body, sha256)
