"""GraphQL over HTTP: media types and status codes, batches, named documents, other origins, and bodies that are none."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.sql.database import Database
from domain.document import RegisteredDocument, register
from gateway.app import application, endpoint_of
from gateway.request import BATCH_MAX, BODY_BYTES_MAX
from gateway.settings import Settings
from schema.document import hash_of
from tests.shop import WEB, Shop

QUERY = 'query Lyon { location(by: {code: "LYON"}) { name } }'
LYON = {"location": {"name": "Maison Lyon"}}
GRAPHQL_JSON = "application/graphql-response+json"
ORIGIN = "https://shop.example"


@pytest.fixture
async def client(database_url: str, shop: Shop) -> AsyncIterator[AsyncClient]:
    await shop.locations("LYON")
    await Shop.opened(shop.database, replace(WEB, code="mobile", registered_only=True))
    chosen = Settings(allowed_origins=(ORIGIN,), incremental="on")
    app = application(Database(database_url), chosen, clock=lambda: shop.now)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://api.example") as made,
    ):
        yield made


async def ask(client: AsyncClient, body: object, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/graphql", json=body, headers=named)


def error(answer: Response) -> dict[str, Any]:
    (found,) = answer.json()["errors"]
    return dict(found)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("application/*;q=0.5", "application/json"),
        (GRAPHQL_JSON, GRAPHQL_JSON),
        (f"{GRAPHQL_JSON}, application/json;q=0.9", GRAPHQL_JSON),
        (f"{GRAPHQL_JSON};q=0.1, application/json;q=0.9", "application/json"),
        (f"text/html, {GRAPHQL_JSON}, */*;q=0.1", GRAPHQL_JSON),
    ],
)
async def test_the_answer_is_in_the_type_the_client_likes_best(client: AsyncClient, accept: str | None, media: str) -> None:
    answer = await client.post("/graphql", json={"query": QUERY}, headers={} if accept is None else {"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media}; charset=utf-8")


async def test_a_client_that_wants_none_of_our_types_is_told_which_there_are(client: AsyncClient) -> None:
    answer = await ask(client, {"query": QUERY}, accept="image/png, application/json;q=0")
    assert answer.status_code == 406
    assert GRAPHQL_JSON in error(answer)["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"query": "{"}, "GRAPHQL_PARSE_FAILED"),
        ({"query": "{ nonsense }"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"query": "query ($id: ID!) { node(id: $id) { id } }", "variables": {"id": None}}, "INVALID_INPUT"),
        ({"query": "query ($n: Int) { products(first: $n) { totalCount } }", "variables": {"n": 10**30}}, "INVALID_INPUT"),
        ({"query": "query A { __typename } query B { __typename }"}, "INVALID_INPUT"),
        ({"query": QUERY, "operationName": "Paris"}, "INVALID_INPUT"),
        ({"query": f"{{ products(first: {'9' * 5000}) {{ totalCount }} }}"}, "GRAPHQL_VALIDATION_FAILED"),
        ({"documentId": f"sha256:{0:064}"}, "PERSISTED_QUERY_NOT_FOUND"),
    ],
)
async def test_what_cannot_be_run_is_200_in_json_and_400_in_the_graphql_type(
    client: AsyncClient, body: dict[str, Any], code: str
) -> None:
    plain, typed = await ask(client, body), await ask(client, body, accept=GRAPHQL_JSON)
    assert (plain.status_code, typed.status_code) == (200, 400)
    assert plain.json() == typed.json()
    assert error(plain)["extensions"]["code"] == code
    assert "data" not in plain.json()


async def test_a_field_that_fails_leaves_the_answer_an_answer(client: AsyncClient) -> None:
    body = {"query": '{ location(by: {code: "LYON"}) { name } node(id: "wrong") { id } }'}
    answer = await ask(client, {"query": "{ products(first: 101) { totalCount } }"}, accept=GRAPHQL_JSON)
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert (await ask(client, body)).json()["data"] == {**LYON, "node": None}


@pytest.mark.parametrize(
    "body",
    [None, "text", 3, True, [], [3], {}, {"query": 3}, {"query": QUERY, "variables": "x"}, {"documentId": "sha256:\0"}],
)
async def test_a_body_that_asks_nothing_is_the_clients_mistake(client: AsyncClient, body: object) -> None:
    answer = await client.post("/graphql", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (answer.status_code, error(answer)["extensions"]["code"]) in [(400, "INVALID_INPUT"), (400, "LIMIT_REACHED")]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ('application/json; charset="UTF-8"', 200),
        ("application/json; charset=utf-16", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
        ("", 415),
    ],
)
async def test_only_json_is_read_so_that_no_form_elsewhere_can_ask(client: AsyncClient, content_type: str, status: int) -> None:
    answer = await client.post("/graphql", content=json.dumps({"query": QUERY}), headers={"Content-Type": content_type})
    assert answer.status_code == status


async def test_a_body_beyond_the_limit_is_refused_by_name(client: AsyncClient) -> None:
    padded = {"query": QUERY, "variables": {"x": "y" * BODY_BYTES_MAX}}
    answer = await ask(client, padded)
    assert (answer.status_code, error(answer)["extensions"]) == (413, {"code": "LIMIT_REACHED", "limit": "body"})


async def test_a_batch_is_answered_in_its_order(client: AsyncClient) -> None:
    answer = await ask(client, [{"query": QUERY}, {"query": "{ nonsense }"}, {"query": "{ __typename }"}])
    first, second, third = answer.json()
    assert (answer.status_code, first["data"], third["data"]) == (200, LYON, {"__typename": "Query"})
    assert "data" not in second


async def test_a_batch_is_bounded_in_number_and_in_cost(client: AsyncClient) -> None:
    many = await ask(client, [{"query": QUERY}] * (BATCH_MAX + 1))
    assert (many.status_code, error(many)["extensions"]["limit"]) == (400, "batch")
    dear = {"query": "{ products(first: 60) { nodes { title variants { sku availableQuantity } } } }"}
    assert "data" in (await ask(client, dear)).json()
    answers = (await ask(client, [dear] * 3)).json()
    assert [(one["errors"][0]["extensions"]["limit"], "data" in one) for one in answers] == [("cost", False)] * 3


async def test_a_document_sent_with_its_hash_is_remembered_under_it(client: AsyncClient) -> None:
    """Automatic persisted queries, as Apollo's clients do it."""
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(QUERY)}}}
    assert error(await ask(client, named))["message"] == "PersistedQueryNotFound"
    assert (await ask(client, {"query": QUERY, **named})).json()["data"] == LYON
    assert (await ask(client, named)).json()["data"] == LYON
    got = await client.get("/graphql", params={"extensions": json.dumps(named["extensions"])})
    assert got.json()["data"] == LYON
    other = await ask(client, {"query": "{ __typename }", **named})
    assert "hash" in error(other)["message"]


async def test_a_channel_that_says_so_answers_registered_documents_only(client: AsyncClient, shop: Shop) -> None:
    text = '{ location(by: {code: "LYON"}) { name } }\n'
    document_id, mobile = f"sha256:{hash_of(text)}", {"comptoir_channel": "mobile"}
    for body in ({"query": QUERY}, {"query": text}, {"documentId": document_id}):
        assert error(await ask(client, body, **mobile))["extensions"]["code"] == "FORBIDDEN"
    channel = (await shop.actor("mobile")).channel
    assert await register(shop.work, channel, [RegisteredDocument(hash_of(text), "lyon.graphql", text)]) == 1
    assert await register(shop.work, channel, [RegisteredDocument(hash_of(text), "lyon.graphql", text)]) == 0
    for body in ({"query": text}, {"documentId": document_id}):
        assert (await ask(client, body, **mobile)).json()["data"] == LYON
    assert error(await ask(client, {"query": QUERY}, **mobile))["extensions"]["code"] == "FORBIDDEN"


async def test_pages_of_other_origins_may_ask_where_the_shop_says_so(client: AsyncClient) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, comptoir-channel"}
    let = await client.options("/graphql", headers={"Origin": ORIGIN, **asking})
    assert (let.status_code, let.headers["access-control-allow-origin"]) == (200, ORIGIN)
    kept = await client.options("/graphql", headers={"Origin": "https://elsewhere.example", **asking})
    assert (kept.status_code, "access-control-allow-origin" in kept.headers) == (400, False)
    assert "access-control-allow-credentials" not in let.headers


async def test_deferred_parts_follow_the_first(client: AsyncClient, shop: Shop) -> None:
    await shop.product("coat", "COAT-38", "COAT-40")
    query = (
        '{ product(by: {handle: "coat"}) { title ... @defer(label: "more") { variants @stream(initialCount: 1) { sku } } } }'
    )
    refused = await ask(client, {"query": query})
    assert (refused.status_code, "multipart/mixed" in error(refused)["message"]) == (406, True)
    answer = await ask(client, {"query": query}, accept="multipart/mixed, application/json")
    assert answer.headers["content-type"].startswith('multipart/mixed; boundary="-"')
    parts = [json.loads(part.split("\r\n\r\n", 1)[1]) for part in answer.text.split("\r\n---")[1:-1]]
    first, *rest = parts
    assert first["data"] == {"product": {"title": "Coat"}}
    assert first["hasNext"] is True
    pieces = [piece for part in rest for piece in part.get("incremental", ())]
    assert pieces[0]["data"] == {"variants": [{"sku": "COAT-38"}]}
    assert (pieces[0]["path"], pieces[0]["label"]) == (["product"], "more")
    assert [item for piece in pieces[1:] for item in piece["items"]] == [{"sku": "COAT-40"}]
    assert rest[-1]["hasNext"] is False


async def test_a_failure_of_ours_is_masked_in_whatever_part_it_comes(shop: Shop) -> None:
    await shop.product("coat", "COAT-38")

    class Failing(type(shop.reads.stock)):  # type: ignore[misc]
        async def networks(self, *asked: object) -> dict[str, object]:
            raise RuntimeError("the password is swordfish")

    shop.reads.stock = Failing(shop.database)
    endpoint = endpoint_of(shop.reads, Settings(incremental="on"), lambda: shop.now, shop.relay)
    query = '{ product(by: {handle: "coat"}) { title variants { sku ... @defer { availableForSale } } } }'
    async with AsyncClient(transport=ASGITransport(endpoint), base_url="http://api.example") as client:
        answer = await ask(client, {"query": query}, accept="multipart/mixed")
    assert "COAT-38" in answer.text
    assert "swordfish" not in answer.text
    assert '"code":"INTERNAL"' in answer.text


NAMES = ["query", "variables", "operationName", "extensions", "documentId", "persistedQuery", "sha256Hash", "version"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
VALUES: st.SearchStrategy[object] = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
DOCUMENTS = st.text('{}()[]:!$@"#.,abc 19\n', max_size=80).map(lambda text: {"query": text})
BODIES = st.binary(max_size=200) | (VALUES | DOCUMENTS).map(lambda value: json.dumps(value).encode())
REQUEST_ERRORS = ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "PERSISTED_QUERY_NOT_FOUND")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(body=BODIES, accept=st.sampled_from(["*/*", GRAPHQL_JSON, "multipart/mixed", ";;;,q=", "text/html"]))
async def test_no_body_however_broken_is_a_failure_of_ours(client: AsyncClient, body: bytes, accept: str) -> None:
    headers = {"Content-Type": "application/json", "Accept": accept}
    answer = await client.post("/graphql", content=body, headers=headers)
    assert answer.status_code in (200, 400, 406, 413)
    if answer.status_code != 200:
        assert answer.json()["errors"][0]["extensions"]["code"] in ("INVALID_INPUT", "LIMIT_REACHED", *REQUEST_ERRORS)
