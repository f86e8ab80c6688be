"""The schema, whole."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from schema.catalog import CatalogQuery, Category, Product, Variant
from schema.location import Location, LocationQuery
from schema.node import NodeQuery
from schema.scalar import SCALARS
from schema.view import object_type


@object_type
class Query(CatalogQuery, LocationQuery, NodeQuery):
    """What can be asked."""


class Execution(StrawberryGraphQLCoreExecutionContext):
    """Each operation, and each event of a subscription, has a `now` and batches of its own."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        self.context_value = self.context_value.for_operation()
        return super().execute_operation(serially)


class Schema(strawberry.Schema):
    """Errors are reported by the gateway's extension, with their operation; Strawberry's own log would hold query texts."""

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        pass


def build(extensions: Any = ()) -> Schema:
    return Schema(
        query=Query,
        types=[Category, Location, Product, Variant],
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=list(extensions),
        execution_context_class=Execution,
    )
