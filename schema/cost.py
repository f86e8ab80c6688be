"""What an operation may cost at most, before it is run: one point for each value of its answer, more for what is looked up.

Lists multiply: a page by the size asked for, another list by what is usual for it. The rule is that of
https://ibm.github.io/graphql-specs/cost-spec.html (type and field cost, sliced lists), with the weights kept here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any, TypeAlias, cast

from graphql import (
    ArgumentNode,
    FieldNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_list_type,
    value_from_ast_untyped,
)
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

from domain.page import FIRST_DEFAULT, FIRST_MAX
from schema.selection import Fragments, Values, flattened, is_introspection, response_key

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType

PLAIN, LOOKED_UP = 1, 5
WEIGHTS = {
    "Query.products": 200,  # goes through the catalog
    "ProductConnection.totalCount": 1_000,  # and counts all of it
    "Product.description": 10,  # a long text
    "Query.stockLedger": 100,  # a deep page adds up what came after it
    "Query.stockProof": 5_000,  # adds all of the stock up
    "Order.changeOptions": 500,
    "Fulfillment.changeOptions": 500,
    "Query.orders": 50,
    "OrderConnection.totalCount": 50,
    "Mutation.orderFulfillmentChange": 500,
    "Cart.fulfillmentOptions": 500,  # what each service and each store could bring is worked out
    "Variant.delivery": 50,
    "Query.sourcingSimulate": 500,
    "Mutation.cartFulfillmentChoose": 500,
    "Mutation.customerSignUp": 500,  # a password is hashed
    "Mutation.customerSignIn": 500,
    "Mutation.passwordReset": 500,
    "Mutation.staffSignIn": 500,
}
ARGUMENTS = {"Query.products.filter": 300, "Query.products.search": 1_000, "Query.products.sort": 800}
SIZES = {
    "Query.categories": 1_000,
    "Query.kiosks": 20,
    "Customer.addresses": 5,
    "Product.variants": 20,
    "Product.options": 3,
    "Product.categories": 3,
    "Variant.selectedOptions": 3,
    "StoreAvailability.journeys": 4,
    "StoreAvailability.reasons": 3,
    "Location.services": 5,
    "StockLevel.incoming": 5,
    "StockPayload.levels": 5,
    "StockTransfer.lines": 5,
    "Cart.groups": 2,
    "Order.lines": 5,
    "Order.fulfillments": 2,
    "Order.payments": 2,
    "Order.actions": 3,
    "Fulfillment.lines": 5,
    "OrderTracking.fulfillments": 2,
    "CartLine.groups": 1,
    "FulfillmentGroup.lines": 5,
    "FulfillmentOptions.delivery": 4,
    "LineCoverage.reasons": 1,
    "DeliveryOption.coverage": 5,
    "DeliveryOption.reasons": 3,
    "PickupOption.coverage": 5,
    "PickupOption.reasons": 3,
    "FulfillmentOption.coverage": 5,
    "FulfillmentOption.reasons": 3,
    "SourcingPlan.parts": 2,
    "SourcingPart.lines": 5,
    "SourcingPart.reasons": 3,
    "SourcingCandidate.reasons": 1,
    "SourcingPlan.considered": 20,
    "SourcingSimulation.plans": 1,
}
OF_A_STORE = {"FulfillmentOptions.pickup": 3}  # for each of the stores that were asked for
SIZE_DEFAULT = 10


@dataclass(frozen=True, slots=True)
class Cost:
    """Points. What introspection costs is counted apart: its answer is the same for everybody."""

    points: int
    introspection: int


def cost_of(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Fragments, variables: Values) -> Cost:
    """Of a valid operation; `variables` are those given, defaults are read off the operation."""
    root = schema.get_root_type(operation.operation)
    assert root is not None
    counting = Counting(schema, fragments, given(operation, variables), SIZES | sizes_of_introspection(schema))
    costs = [
        (is_introspection(same[0]), counting.field(on, same, FIRST_DEFAULT))
        for on, same in counting.grouped(root, [operation.selection_set])
    ]
    introspection = sum(points for is_meta, points in costs if is_meta)
    return Cost(ceil(sum(points for _, points in costs) - introspection), ceil(introspection))


def given(operation: OperationDefinitionNode, variables: Values) -> dict[str, Any]:
    defaults = {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value
    }
    return defaults | dict(variables)


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts in one schema, with the fragments of one document and the values of its variables."""

    schema: GraphQLSchema
    fragments: Fragments
    values: Values
    sizes: Mapping[str, float]

    def grouped(self, kind: Composite, selections: Sequence[SelectionSetNode]) -> Iterator[tuple[Composite, list[FieldNode]]]:
        """The fields that are answered as one, with the type they are on: of an abstract type, each under its condition."""
        same: dict[tuple[str, str], list[FieldNode]] = defaultdict(list)
        for condition, field in flattened(selections, self.fragments, self.values):
            on = condition if condition and is_abstract_type(kind) else kind.name
            same[on, response_key(field)].append(field)
        for (on, _), fields in same.items():
            yield cast("Composite", self.schema.type_map[on]), fields

    def field(self, on: Composite, same: Sequence[FieldNode], page: int) -> float:
        """`page`: how many items were asked for of the connection that this field is part of."""
        name = same[0].name.value
        field = self.schema.get_field(on, name)
        assert field is not None, "the document is valid"
        coordinate = f"{on.name}.{name}"
        asked = page_size(field, same[0], self.values)
        items: float = 1
        if is_list_type(get_nullable_type(field.type)):
            of_page = 1 if on.name.endswith("Connection") else OF_A_STORE.get(coordinate)
            items = page * of_page if of_page else self.list_size(coordinate, field, same[0])
        own = weight(coordinate, field) + sum(self.argument_weight(coordinate, one) for one in same[0].arguments or ())
        kind, below = get_named_type(field.type), [node.selection_set for node in same if node.selection_set]
        if not below:
            return own * items
        each = sum(self.field(inner, fields, asked) for inner, fields in self.grouped(cast("Composite", kind), below))
        return own + items * (PLAIN + each)

    def argument_weight(self, coordinate: str, node: ArgumentNode) -> int:
        """Each item of a list is read for each parent."""
        value = value_from_ast_untyped(node.value, dict(self.values))
        if value is None:
            return 0
        return ARGUMENTS.get(f"{coordinate}.{node.name.value}", 0) + (len(value) if isinstance(value, list) else 0)

    def list_size(self, coordinate: str, field: GraphQLField, node: FieldNode) -> float:
        if "ids" in field.args:
            ids = argument(node, "ids", self.values)
            return len(ids) if isinstance(ids, list) else 1
        return self.sizes.get(coordinate, SIZE_DEFAULT)


def weight(coordinate: str, field: GraphQLField) -> int:
    """What a resolver of ours computes or looks up weighs more than what is read off its parent."""
    shown = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    is_looked_up = isinstance(shown, StrawberryField) and shown.base_resolver is not None
    return WEIGHTS.get(coordinate, LOOKED_UP if is_looked_up else PLAIN)


def page_size(field: GraphQLField, node: FieldNode, values: Values) -> int:
    asked = [argument(node, name, values) for name in ("first", "last", "stores") if name in field.args]
    sizes = [min(max(size, 0), FIRST_MAX) for size in asked if isinstance(size, int)]
    return max(sizes, default=FIRST_DEFAULT)


@lru_cache(maxsize=1)
def sizes_of_introspection(schema: GraphQLSchema) -> dict[str, float]:
    """The means of this schema: how many types it has, how many fields a type, and how many arguments a field."""
    kinds = list(schema.type_map.values())
    fields = [field for kind in kinds for field in getattr(kind, "fields", {}).values()]
    arguments = [argument for field in fields for argument in getattr(field, "args", {})]
    members = [value for kind in kinds for value in getattr(kind, "values", {})]
    per_type = {"fields": len(fields), "inputFields": len(fields), "enumValues": len(members)}
    return {"__Schema.types": len(kinds), "__Field.args": len(arguments) / len(fields)} | {
        f"__Type.{name}": found / len(kinds) for name, found in per_type.items()
    }


def argument(node: FieldNode, name: str, values: Values) -> Any:
    """As it was given; not coerced, which execution will do."""
    found = next((one.value for one in node.arguments or () if one.name.value == name), None)
    return None if found is None else value_from_ast_untyped(found, dict(values))
