"""Selections as execution will see them: fragments expanded, each field with the type it is on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    visit,
)

Fragments = Mapping[str, FragmentDefinitionNode]
Values = Mapping[str, Any]


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}


def directives_of(document: DocumentNode) -> Counter[str]:
    """How often each is used, anywhere in the document."""
    found = Directives()
    visit(document, found)
    return found.names


class Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        self.names[node.name.value] += 1


def response_key(field: FieldNode) -> str:
    return field.alias.value if field.alias else field.name.value


def is_introspection(field: FieldNode) -> bool:
    return field.name.value in ("__schema", "__type")


def flattened(
    selections: Iterable[SelectionSetNode | None], fragments: Fragments, values: Values | None = None
) -> Iterator[tuple[str | None, FieldNode]]:
    """All fields of these selections, each with the innermost type condition it stands under; a fragment is taken once.

    With the `values` of variables, fields that are skipped are left out.
    """
    spread: set[str] = set()

    def fields(nodes: Iterable[SelectionNode], condition: str | None) -> Iterator[tuple[str | None, FieldNode]]:
        for node in nodes:
            if values is not None and is_skipped(node, values):
                continue
            if isinstance(node, FieldNode):
                yield condition, node
            elif isinstance(node, InlineFragmentNode):
                on = node.type_condition.name.value if node.type_condition else condition
                yield from fields(node.selection_set.selections, on)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                if fragment := fragments.get(node.name.value):
                    yield from fields(fragment.selection_set.selections, fragment.type_condition.name.value)

    for selection in selections:
        yield from fields(selection.selections if selection else (), None)


def is_skipped(node: SelectionNode, values: Values) -> bool:
    """By @skip or @include, as far as they are well-formed."""
    for directive in node.directives or ():
        wanted = {"skip": True, "include": False}.get(directive.name.value)
        for argument in directive.arguments or ():
            value = argument.value
            if isinstance(value, VariableNode):
                condition = values.get(value.name.value)
            else:
                condition = value.value if isinstance(value, BooleanValueNode) else None
            if wanted is not None and condition is wanted:
                return True
    return False
