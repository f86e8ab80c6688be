"""Documents made ready: parsed within limits, validated and measured once, and kept for whoever sends them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_operation_ast,
    parse,
    validate,
)

from domain.refusal import LimitReached
from resolvers.refusal import Refused
from schema.cost import Cost, cost_of
from schema.limit import DEPTH_MAX, TOKENS_MAX, require_bounded
from schema.selection import Fragments, directives_of, fragments_of

ERRORS_MAX = 20
CHARACTERS_KEPT = 500_000  # a character of a document takes about 60 bytes once it is parsed
CHARACTERS_LEAST = 250  # what the shortest document takes, all told
COSTS_KEPT = 16

IN_PARTS = {"defer", "stream"}  # directives that are there only where a setting says so


@dataclass(slots=True)
class Document:
    """A valid document. `hash` is that of its text, SHA-256 in hexadecimal."""

    hash: str
    tree: DocumentNode
    fragments: Fragments
    comes_in_parts: bool
    costs: dict[object, Cost] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The one of this name; without a name, the only one there is."""
        return get_operation_ast(self.tree, name)

    def cost(self, schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> Cost:
        """Counted once for variables that make lists of the same sizes; coerced, so that there are none but those declared."""
        key = (operation.name and operation.name.value, *((name, sized(value)) for name, value in variables.items()))
        if key not in self.costs:
            if len(self.costs) >= COSTS_KEPT:
                self.costs.clear()
            self.costs[key] = cost_of(schema, operation, self.fragments, variables)
        return self.costs[key]


def sized(value: Any) -> object:
    """All that the cost of an operation can depend on."""
    return len(value) if isinstance(value, list) else value if isinstance(value, (bool, int)) else None


def is_mutation(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.MUTATION


def hash_of(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


class Documents:
    """The documents of one schema, the latest used of which are kept. `hits` and `misses` say how well that works."""

    def __init__(self, schema: GraphQLSchema, *, suggest: bool) -> None:
        """`suggest`: errors may name fields that might have been meant."""
        self.schema, self.suggest = schema, suggest
        self.kept: OrderedDict[str, tuple[Document, int]] = OrderedDict()
        self.characters = self.hits = self.misses = 0

    def has(self, text: str) -> bool:
        return hash_of(text) in self.kept

    def known(self, hash: str) -> Document | None:
        if found := self.kept.get(hash):
            self.kept.move_to_end(hash)
            self.hits += 1
            return found[0]
        return None

    def of(self, text: str) -> Document | list[GraphQLError]:
        """What the text says, or what is wrong with it."""
        hash = hash_of(text)
        if known := self.known(hash):
            return known
        self.misses += 1
        made = self.made(text, hash)
        if isinstance(made, Document):
            self.keep(made, len(text) + CHARACTERS_LEAST)
        return made

    def made(self, text: str, hash: str) -> Document | list[GraphQLError]:
        try:
            tree = parse(text, max_tokens=TOKENS_MAX)
            require_bounded(tree)
            errors = validate(self.schema, tree, max_errors=ERRORS_MAX, hide_suggestions=not self.suggest)
        except GraphQLSyntaxError as error:
            return [within_limits(error)]
        except Refused as refused:
            return [refused]
        except RecursionError:
            return [Refused(LimitReached("depth", f"The document is nested too deeply; {DEPTH_MAX} levels are the limit."))]
        for found in errors:
            found.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
        return errors or Document(hash, tree, fragments_of(tree), not IN_PARTS.isdisjoint(directives_of(tree)))

    def keep(self, document: Document, characters: int) -> None:
        self.kept[document.hash] = document, characters
        self.characters += characters
        while self.characters > CHARACTERS_KEPT:
            _, (_, dropped) = self.kept.popitem(last=False)
            self.characters -= dropped


def within_limits(error: GraphQLSyntaxError) -> GraphQLError:
    """The parser's own limits are told like ours."""
    if f"more than {TOKENS_MAX} tokens" in error.message:
        return Refused(LimitReached("tokens", f"The document has more than {TOKENS_MAX:,} tokens, which is the limit."))
    if "nested too deeply" in error.message:
        return Refused(LimitReached("depth", f"The document is nested too deeply; {DEPTH_MAX} levels are the limit."))
    error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
    return error
