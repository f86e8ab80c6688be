"""The IDE that a browser finds at /graphql: GraphiQL, or a plain page of our own; nothing comes from elsewhere."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.accept import weights_of

WEB = Path(__file__).parents[1] / "web" / "ide"
GRAPHIQL = WEB / "assets"  # where `make ide` puts what it takes from npm

PLAIN_FILES = ("icon.svg", "plain.css", "plain.js", "query.js", "schema.js")
GRAPHIQL_FILES = ("graphiql.css", "graphiql.js", "icon.svg", "query.js")
FETCHED_FILES = ("graphiql.min.css", "graphiql.min.js", "react-dom.production.min.js", "react.production.min.js")
MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
GRAPHIQL_POLICY = f"{POLICY}; font-src data:; style-src 'self' 'unsafe-inline'"  # its fonts are in its CSS
GUARDS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
FOREVER = "public, max-age=31536000, immutable"


class Ide:
    """A page and its files, read once; the plain page where `fetched` lacks any file of GraphiQL."""

    def __init__(self, fetched: Path = GRAPHIQL) -> None:
        self.is_plain = not all((fetched / name).is_file() for name in FETCHED_FILES)
        paths = [WEB / name for name in (PLAIN_FILES if self.is_plain else GRAPHIQL_FILES)]
        paths += [] if self.is_plain else [fetched / name for name in FETCHED_FILES]
        self.files = {path.name: path.read_bytes() for path in paths}
        self.version = sha256(b"".join(sha256(content).digest() for content in self.files.values())).hexdigest()[:16]
        page = WEB / ("plain.html" if self.is_plain else "graphiql.html")
        self.html = page.read_text("utf-8").replace("{folder}", f"graphql/ide/{self.version}")

    def page(self) -> Response:
        policy = POLICY if self.is_plain else GRAPHIQL_POLICY
        headers = {"Content-Security-Policy": policy, "Cache-Control": "no-cache", "Vary": "Accept"}
        return Response(self.html, headers=GUARDS | headers, media_type="text/html")

    async def file(self, request: Request) -> Response:
        """By its exact name. Another version has another address, so a browser may keep it for good."""
        name, version = request.path_params["name"], request.path_params["version"]
        if version != self.version or name not in self.files:
            return Response("There is no such file.", 404, headers=GUARDS, media_type="text/plain")
        media_type = MEDIA_TYPES[Path(name).suffix]
        return Response(self.files[name], headers=GUARDS | {"Cache-Control": FOREVER}, media_type=media_type)


class WithIde:
    """The endpoint, and the IDE's page for a browser that just looks."""

    def __init__(self, endpoint: ASGIApp, ide: Ide) -> None:
        self.endpoint, self.ide = endpoint, ide

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.ide.page() if wants_page(Request(scope)) else self.endpoint
        await answer(scope, receive, send)


def wants_page(request: Request) -> bool:
    """Is nothing asked, and HTML liked better than any JSON that is named?"""
    if request.method not in ("GET", "HEAD") or {"query", "documentId", "extensions"} & request.query_params.keys():
        return False
    weights = weights_of(request.headers.get("accept", ""))
    json = (weights.get("application/json", 0), weights.get("application/graphql-response+json", 0))
    return weights.get("text/html", 0) > max(json)
