"""Which operations may be run: those of a document that is known and sound, and cost no more than their asker may spend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType

from domain.channel import Channel
from domain.refusal import LimitReached
from gateway.answer import Answer, Refused, presentable
from gateway.request import Asked
from gateway.texts import Texts
from resolvers.refusal import Refused as RefusedQuery
from schema.build import Schema
from schema.cost import Cost
from schema.document import Document, is_mutation

POINTS_MAX = 15_000  # of a stranger; schema/cost.py says what a point is
READING_POINTS = 10  # for each character of a document that has to be parsed and validated; counted for rates alone


@dataclass(frozen=True, slots=True)
class Ready:
    """An operation that may be run."""

    document: Document
    operation: OperationDefinitionNode
    variables: dict[str, Any]
    cost: Cost

    @property
    def name(self) -> str | None:
        return self.operation.name.value if self.operation.name else None

    @property
    def kind(self) -> str:
        return self.operation.operation.value

    @property
    def is_mutation(self) -> bool:
        return is_mutation(self.operation)

    @property
    def is_subscription(self) -> bool:
        return self.operation.operation is OperationType.SUBSCRIPTION


class Operations:
    def __init__(self, schema: Schema, texts: Texts, *, introspection: bool) -> None:
        """`introspection`: strangers may read the schema."""
        self.schema, self.texts, self.introspection = schema, texts, introspection

    def reading(self, asked: Asked) -> int:
        """Points for what is not known yet. A document that is refused is not kept, and has to be read every time."""
        is_new = asked.query is not None and not self.texts.documents.has(asked.query)
        return len(asked.query or "") * READING_POINTS if is_new else 0

    async def ready(self, asked: Asked, channel: Channel, method: str) -> Ready | Answer:
        """What was asked, if it may be run; or why not."""
        document = await self.texts.document(asked, channel)
        if not isinstance(document, Document):
            return Answer(document)
        operation = document.operation(asked.operation)
        if operation is None:
            return Answer([which_operation(asked.operation)])
        if method == "GET" and is_mutation(operation):
            raise Refused(405, "INVALID_INPUT", "A mutation is asked for by POST.", headers={"Allow": "POST"})
        variables = self.schema.coerced(operation, asked.variables)
        if isinstance(variables, list):
            return Answer(presentable(variables))
        cost = self.schema.cost(document, operation, variables)
        if error := self.too_curious(cost.introspection):
            return Answer([error])
        if cost.points > POINTS_MAX:
            return too_dear(cost.points)
        return Ready(document, operation, asked.variables, cost)

    def too_curious(self, points: int) -> GraphQLError | None:
        most = self.schema.introspection_max
        if points and not self.introspection:
            return GraphQLError("The schema cannot be read here.", extensions={"code": "FORBIDDEN"})
        if points > most:
            return limit("introspection", f"Reading the schema like this costs {points:,} points; {most:,} is the limit.")
        return None

    def too_dear_together(self, batch: Sequence[Ready]) -> Answer | None:
        """What each may, all of a batch may not."""
        if error := self.too_curious(sum(one.cost.introspection for one in batch)):
            return Answer([error])
        points = sum(one.cost.points for one in batch)
        return too_dear(points) if points > POINTS_MAX else None


def cost_told(points: int) -> dict[str, Any]:
    return {"cost": {"points": points, "limit": POINTS_MAX}}


def limit(name: str, message: str) -> GraphQLError:
    return RefusedQuery(LimitReached(name, message))


def too_dear(points: int) -> Answer:
    advice = "Ask for shorter lists, or for less of each item."
    error = limit("cost", f"This may cost {points:,} points; {POINTS_MAX:,} is the limit. {advice}")
    return Answer([error], extensions=cost_told(points))


def which_operation(name: str | None) -> GraphQLError:
    several = "The document has several operations; `operationName` says which."
    message = f"The document has no operation {name[:100]!r}." if name else several
    return GraphQLError(message, extensions={"code": "INVALID_INPUT", "path": ["operationName"]})
