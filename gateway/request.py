"""What a client sent, read within limits: one operation, or a batch of them."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from gateway.answer import JSON, Refused

BODY_BYTES_MAX = 100_000
BODY_SECONDS_MAX = 10
BATCH_MAX = 5

DOCUMENT_NAME = re.compile(r"sha256:[0-9a-fA-F]{64}")
HOW_TO_ASK = 'Ask by POST, with a JSON body {"query": …}, or by GET with ?query=….'


@dataclass(frozen=True, slots=True)
class Asked:
    """One operation as it was sent. `hash` names a document instead of sending it, or beside it; see gateway/texts.py."""

    query: str | None
    hash: str | None
    operation: str | None
    variables: dict[str, Any]


async def read(request: Request) -> Asked | list[Asked]:
    """Raises Refused, naming what is wrong."""
    if request.method == "GET":
        parameters: dict[str, Any] = {
            name: request.query_params[name]
            for name in ("query", "documentId", "operationName")
            if name in request.query_params
        }
        for name in ("variables", "extensions"):
            if text := request.query_params.get(name):
                parameters[name] = parsed(text.encode(errors="surrogatepass"), name)
        return asked(parameters)
    require_json(request.headers.get("content-type", ""))
    body = parsed(await body_of(request), "body")
    if isinstance(body, list):
        if not 0 < len(body) <= BATCH_MAX:
            raise refused(f"A batch has from 1 to {BATCH_MAX} operations; this one has {len(body)}.", limit="batch")
        return [asked(one) for one in body]
    return asked(body)


def require_json(content_type: str) -> None:
    """Anything else could be sent by a form on somebody else's page, without asking us first."""
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charset = next((one.partition("=")[2].strip('"') for one in parameters if one.startswith("charset=")), "utf-8")
    if media != JSON or charset not in ("utf-8", "utf8"):
        raise Refused(415, "INVALID_INPUT", f"Content-Type: a body is {JSON}, in UTF-8.")


async def body_of(request: Request) -> bytes:
    """Never more of it than is allowed is kept."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS_MAX):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_BYTES_MAX:
                    message = f"The body has more than {BODY_BYTES_MAX:,} bytes, which is the limit."
                    raise Refused(413, "LIMIT_REACHED", message, limit="body", headers={"Connection": "close"})
    except TimeoutError:
        message = f"The body did not come within {BODY_SECONDS_MAX} s."
        raise Refused(408, "LIMIT_REACHED", message, limit="body", headers={"Connection": "close"}) from None
    except ClientDisconnect:
        raise refused("The body ended early.") from None
    return bytes(body)


def parsed(text: bytes, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise refused(f"`{name}` is not JSON: {error}.") from None


def asked(body: object) -> Asked:
    """Null is as good as left out."""
    if not isinstance(body, dict):
        raise refused(f"A request is an object; this one is {'null' if body is None else type(body).__name__}.")
    for name, kind, words in (
        ("query", str, "a string"),
        ("documentId", str, "a string"),
        ("operationName", str, "a string"),
        ("variables", dict, "an object"),
        ("extensions", dict, "an object"),
    ):
        if not isinstance(body.get(name), (kind, type(None))):
            raise refused(f"`{name}` must be {words}.")
    hash = document_hash(body.get("documentId"), "documentId") or persisted_hash(body.get("extensions") or {})
    if body.get("query") is None and hash is None:
        raise refused(f"`query` is missing. {HOW_TO_ASK}")
    return Asked(body.get("query"), hash, body.get("operationName") or None, body.get("variables") or {})


def document_hash(name: str | None, field: str) -> str | None:
    """What the GraphQL-over-HTTP draft proposes as the name of a document: `sha256:` and the hash of its text."""
    if name is not None and not DOCUMENT_NAME.fullmatch(name):
        raise refused(f"`{field}` must be sha256: and 64 hexadecimal digits.")
    return name and name[-64:].lower()


def persisted_hash(extensions: dict[str, Any]) -> str | None:
    """As Apollo's clients send it: https://www.apollographql.com/docs/apollo-server/performance/apq."""
    if (persisted := extensions.get("persistedQuery")) is None:
        return None
    hash = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(hash, str) or persisted.get("version") != 1:
        raise refused('`extensions.persistedQuery` must be {"version": 1, "sha256Hash": "…"}.')
    return document_hash(f"sha256:{hash}", "sha256Hash")


def refused(message: str, **told: Any) -> Refused:
    return Refused(400, "LIMIT_REACHED" if "limit" in told else "INVALID_INPUT", message, **told)
