"""Asks for every field of a row, as one operation built from the schema, and says of each field what the answer was."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from string import Template
from typing import Any, TypeAlias

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
)

from tests.schema.permissions import ARGUMENTS, FORBIDDEN, MISSING, NULL, REFUSED, SHOWN, Row

Composite: TypeAlias = GraphQLObjectType | GraphQLInterfaceType
Answer: TypeAlias = tuple[Mapping[str, Any] | None, list[dict[str, Any]]]


class Matrix:
    """Of one schema, over samples: what stands for `$name` in ARGUMENTS."""

    def __init__(self, schema: GraphQLSchema, samples: Mapping[str, str]) -> None:
        self.schema = schema
        self.samples = {name: json.dumps(value) for name, value in samples.items()}

    def operations(self, row: Row) -> list[tuple[list[str], str]]:
        """All fields of a row at once, and the operation; mutations, which change what the next one finds, one by one, and
        subscriptions too, of which an operation has one."""
        alone = row.type in ("Mutation", "Subscription")
        asked = [[name] for name in row.rules] if alone else [list(row.rules)]
        return [(names, self.operation(row, names)) for names in asked]

    def operation(self, row: Row, names: list[str]) -> str:
        """A payload that is passed on the way tells its errors too."""
        root = self.root(row)
        return f"{self.kind(root)} {{ {self.below(root, path_of(row), row.type, names)} }}"

    def root(self, row: Row) -> GraphQLObjectType:
        """The root type that the path begins at."""
        roots = [one for one in (self.schema.query_type, self.schema.mutation_type, self.schema.subscription_type) if one]
        first = (*path_of(row), *row.rules)[0].partition("@")[0]
        return next(one for one in roots if first in one.fields and (path_of(row) or one.name == row.type))

    def kind(self, root: GraphQLObjectType) -> str:
        return next(name for name in ("query", "mutation", "subscription") if getattr(self.schema, f"{name}_type") is root)

    def below(self, on: Composite, path: tuple[str, ...], kind: str, names: list[str]) -> str:
        errors = "errors { code }" if "errors" in on.fields else ""
        if path:
            inner = self.below(get_named_type(field_of(on, path[0]).type), path[1:], kind, names)  # type: ignore[arg-type]
            return f"{errors} {self.asked(on, path[0], f'{{ {inner} }}')}"
        of_kind: Composite = self.schema.type_map[kind]  # type: ignore[assignment]
        fields = " ".join(self.asked(of_kind, name, self.least(of_kind, name)) for name in names)
        return f"{errors} ... on {kind} {{ {fields} }}" if is_abstract_type(on) else f"{errors} {fields}"

    def least(self, on: Composite, step: str) -> str:
        kind = get_named_type(field_of(on, step).type)
        if is_leaf_type(kind):
            return ""
        return "{ __typename errors { code } }" if "errors" in getattr(kind, "fields", {}) else "{ __typename }"

    def asked(self, on: Composite, step: str, below: str) -> str:
        given = Template(ARGUMENTS.get(f"{on.name}.{step}", "")).substitute(self.samples)
        return f"{alias(step)}: {step.partition('@')[0]}{f'({given})' if given else ''} {below}"


def field_of(on: Composite, step: str) -> GraphQLField:
    found: GraphQLField = on.fields[step.partition("@")[0]]
    return found


def path_of(row: Row) -> tuple[str, ...]:
    return tuple((row.path or "").split())


def alias(step: str) -> str:
    return step.replace("@", "_")


def outcomes(row: Row, names: list[str], answer: Answer) -> Iterator[tuple[str, str]]:
    """By field, what came of it. Of a list, the first item stands for all."""
    for name in names:
        yield name, outcome([alias(step) for step in (*path_of(row), name)], answer)


def outcome(steps: list[str], answer: Answer) -> str:
    here: Any = answer[0]
    for step in steps:
        if isinstance(here, list):
            here = here[0] if here else None
        if here is None:
            return error_at(steps, answer) or MISSING
        here = here[step]
        if isinstance(here, dict) and here.get("errors"):
            return refusal(here["errors"][0]["code"], REFUSED)
    if here is None or here == []:
        return error_at(steps, answer) or NULL
    return SHOWN


def error_at(steps: list[str], answer: Answer) -> str | None:
    """What an error on the way says, or below, which took what is above it away."""
    for error in answer[1]:
        path = [step for step in error.get("path", []) if isinstance(step, str)]
        if path[: len(steps)] == steps[: len(path)]:
            return refusal(error["extensions"]["code"], FORBIDDEN)
    return None


def refusal(code: str, forbidden: str) -> str:
    return {"FORBIDDEN": forbidden, "NOT_FOUND": MISSING}.get(code, code)
