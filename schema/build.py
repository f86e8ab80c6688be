"""The schema, whole."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import aclosing
from copy import copy
from functools import cache, partial
from inspect import isawaitable
from math import ceil
from typing import Any, cast

import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    ExperimentalIncrementalExecutionResults,
    GraphQLError,
    OperationDefinitionNode,
    create_source_event_stream,
    execute,
    execute_subscription_event,
    experimental_execute_incrementally,
    get_introspection_query,
    get_variable_values,
)
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from resolvers.context import Context
from schema.account import AccountMutation
from schema.cart import Cart, CartQuery
from schema.cart_changes import CartMutation
from schema.catalog import CatalogQuery, Category, Product, Variant
from schema.channel import Channel, ChannelQuery
from schema.checkout import ERRORS as CHECKOUT_ERRORS
from schema.checkout import Checkout, CheckoutMutation
from schema.cost import Cost
from schema.customer import Customer, CustomerMutation
from schema.document import Document, Documents
from schema.error import ERRORS
from schema.fulfillment import ERRORS as CHOICE_ERRORS
from schema.kiosk import Kiosk, KioskMutation, KioskQuery
from schema.live import LiveSubscription
from schema.location import Location, LocationQuery
from schema.node import NodeQuery
from schema.option import OPTIONS
from schema.order import Fulfillment, Order, OrderQuery
from schema.order_access import OrderAccessMutation
from schema.order_cancel import OrderCancelMutation
from schema.order_change import OrderChangeMutation
from schema.order_import import OrderImportMutation
from schema.order_list import OrderListQuery
from schema.order_pay import OrderPayMutation
from schema.order_tracking import OrderTrackingQuery
from schema.quote import PROBLEMS
from schema.scalar import SCALARS
from schema.session import SessionMutation, SessionQuery
from schema.sourcing import SourcingQuery
from schema.staff import StaffMember
from schema.stock import StockMutation, StockQuery
from schema.stock_changes import StockChangeMutation
from schema.store_work import StoreWorkMutation, StoreWorkQuery, StoreWorkSubscription
from schema.terminal import Terminal
from schema.transfer import StockTransfer, TransferMutation, TransferQuery
from schema.view import object_type

VARIABLE_ERRORS_MAX = 20
INTROSPECTION_SLACK = 1.2  # for tools whose query asks for a little more


@object_type
class Query(
    CartQuery,
    CatalogQuery,
    ChannelQuery,
    KioskQuery,
    LocationQuery,
    NodeQuery,
    OrderListQuery,
    OrderQuery,
    OrderTrackingQuery,
    SessionQuery,
    SourcingQuery,
    StockQuery,
    StoreWorkQuery,
    TransferQuery,
):
    """What can be asked."""


@object_type
class Mutation(
    AccountMutation,
    CartMutation,
    CheckoutMutation,
    CustomerMutation,
    KioskMutation,
    OrderAccessMutation,
    OrderCancelMutation,
    OrderChangeMutation,
    OrderImportMutation,
    OrderPayMutation,
    SessionMutation,
    StockChangeMutation,
    StockMutation,
    StoreWorkMutation,
    TransferMutation,
):
    """What can be done. Expected failures are in the payload's `errors`."""


NODES = [
    Cart,
    Category,
    Channel,
    Checkout,
    Customer,
    Fulfillment,
    Kiosk,
    Location,
    Order,
    Product,
    StaffMember,
    StockTransfer,
    Terminal,
    Variant,
]


@object_type
class Subscription(LiveSubscription, StoreWorkSubscription):
    """What can be followed: how it is now, and then each change, until the subject ends."""


class Execution(StrawberryGraphQLCoreExecutionContext):
    """Each operation, and each event of a subscription, has a `now` and batches of its own."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        self.context_value = self.context_value.for_operation()
        return super().execute_operation(serially)


class Schema(strawberry.Schema):
    """Answers documents that were made ready; `documents` is where that is done."""

    def __init__(self, *, incremental: bool) -> None:
        super().__init__(
            query=Query,
            mutation=Mutation,
            types=[*NODES, *ERRORS, *CHECKOUT_ERRORS, *CHOICE_ERRORS, *OPTIONS, *PROBLEMS],
            subscription=Subscription,
            config=StrawberryConfig(scalar_map=SCALARS, enable_experimental_incremental_execution=incremental),
            execution_context_class=Execution,
        )
        self.documents = Documents(self._schema, suggest=True)
        self.execute_document = experimental_execute_incrementally if incremental else execute
        self.introspection_max = ceil(self.cost_of_introspection() * INTROSPECTION_SLACK)

    def cost_of_introspection(self) -> int:
        """Of the query that tools send to read the schema."""
        document = self.documents.of(get_introspection_query())
        assert isinstance(document, Document)
        operation = document.operation(None)
        assert operation is not None
        return self.cost(document, operation, {}).introspection

    def coerced(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> Mapping[str, Any] | list[GraphQLError]:
        """The variables that the operation declares, as its types take them; or what is wrong with them."""
        values = get_variable_values(self._schema, operation.variable_definitions or (), variables, VARIABLE_ERRORS_MAX)
        return values if isinstance(values, list) else values.coerced

    def cost(self, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
        return document.cost(self._schema, operation, variables)

    async def answer(
        self, document: Document, operation: str | None, variables: dict[str, Any], context: Context
    ) -> ExecutionResult | ExperimentalIncrementalExecutionResults:
        """Variables that cannot be read are told in an answer without data whose errors have no path."""
        result = self.execute_document(
            self._schema,
            document.tree,
            variable_values=variables,
            operation_name=operation,
            context_value=context,
            executor_class=Execution,
        )
        return await result if isawaitable(result) else result

    async def events(
        self, document: Document, operation: str | None, variables: dict[str, Any], context: Context
    ) -> AsyncGenerator[Callable[[], Awaitable[ExecutionResult]], None]:
        """For each event of a subscription, what makes an answer of it. Raises what its resolver raises.

        The variables have been found to fit the operation.
        """
        executor = Execution.build(
            self._schema,
            document.tree,
            raw_variable_values=variables,
            operation_name=operation,
            context_value=context,
        )
        assert isinstance(executor, Execution), executor
        source = create_source_event_stream(executor)
        source = await source if isawaitable(source) else source
        if isinstance(source, ExecutionResult):
            raise (source.errors or [])[0]
        async with aclosing(cast("AsyncGenerator[Any, None]", source)) as events:
            async for event in events:
                yield partial(answered, executor.build_per_event_executor(event))

    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Errors are reported by the gateway, with their operation; Strawberry's own log would hold query texts."""


async def answered(event: Executor[Any]) -> ExecutionResult:
    result = execute_subscription_event(event)
    return await result if isawaitable(result) else result


@cache
def whole(*, incremental: bool) -> Schema:
    """All that is the same for every application of a process."""
    return Schema(incremental=incremental)


def build(*, suggest: bool = True, incremental: bool = False) -> Schema:
    """`suggest`: errors may name what might have been meant. `incremental`: @defer and @stream may be asked for."""
    made = copy(whole(incremental=incremental))
    made.documents = Documents(made._schema, suggest=suggest)
    return made
