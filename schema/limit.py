"""Limits on the shape of a document, checked before it is validated: validation itself is dear for a crafted one.

Depth, aliases and fields are counted as execution will see them, with fragments expanded; each fragment is measured once,
so a document that doubles itself at every step costs no more to measure than it is long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from domain.refusal import LimitReached
from resolvers.refusal import Refused
from schema.selection import Fragments, directives_of, flattened, fragments_of, is_introspection, response_key

TOKENS_MAX = 2_000
OPERATIONS_MAX = 10
FRAGMENTS_MAX = 100
DIRECTIVES_MAX = 100
DEPTH_MAX = 10  # introspection has a bound of its own, in validation
ALIASES_MAX = 60
FIELDS_MAX = 4_000  # of all operations together
REPEATS_MAX = 100  # of a field in one selection
COMPARISONS_MAX = 10_000  # of fields of one response key with each other; validation makes each


class Size(NamedTuple):
    depth: int = 0
    aliases: int = 0
    fields: int = 0

    def beside(self, other: Size) -> Size:
        return Size(max(self.depth, other.depth), self.aliases + other.aliases, self.fields + other.fields)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much of something a document may have; `what` is followed by the most there may be."""

    name: str
    most: int
    what: str

    def require(self, found: int) -> None:
        if found > self.most:
            raise Refused(LimitReached(self.name, f"{self.what.format(found=found)}; {self.most:,} is the limit."))


OPERATIONS = Limit("operations", OPERATIONS_MAX, "The document has {found:,} operations")
FRAGMENTS = Limit("fragments", FRAGMENTS_MAX, "The document has {found:,} fragments")
DIRECTIVES = Limit("directives", DIRECTIVES_MAX, "The document has {found:,} directives")
DEPTH = Limit("depth", DEPTH_MAX, "The document is {found:,} levels deep")
ALIASES = Limit("aliases", ALIASES_MAX, "The document has {found:,} aliases")
FIELDS = Limit("fields", FIELDS_MAX, "The document has {found:,} fields, with its fragments expanded")
REPEATS = Limit("repeats", REPEATS_MAX, "A field stands {found:,} times in one selection")
COMPARISONS = Limit("repeats", COMPARISONS_MAX, "Fields are repeated so often that {found:,} pairs must be compared")


def require_bounded(document: DocumentNode) -> None:
    """Raises Refused for the first limit that the document goes beyond."""
    definitions = [one for one in document.definitions if isinstance(one, ExecutableDefinitionNode)]
    OPERATIONS.require(sum(isinstance(one, OperationDefinitionNode) for one in definitions))
    FRAGMENTS.require(sum(isinstance(one, FragmentDefinitionNode) for one in definitions))
    DIRECTIVES.require(directives_of(document).total())
    fragments = fragments_of(document)
    sizes = Sizes(fragments)
    roots = [one.selection_set for one in definitions if isinstance(one, OperationDefinitionNode)]
    for size in map(sizes.of, roots):
        DEPTH.require(size.depth)
        ALIASES.require(size.aliases)
    roots += [fragment.selection_set for name, fragment in fragments.items() if sizes.is_new(name)]
    FIELDS.require(sum(sizes.of(root).fields for root in roots))
    COMPARISONS.require(sum(sum(comparisons([root], fragments)) for root in roots))


class Sizes:
    """The size of selections; a fragment within itself, which validation will refuse, counts as nothing."""

    def __init__(self, fragments: Fragments) -> None:
        self.fragments = fragments
        self.known: dict[str, Size] = {}

    def of(self, selection: SelectionSetNode | None) -> Size:
        whole = Size()
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                whole = whole.beside(self.of_field(node))
            elif isinstance(node, InlineFragmentNode):
                whole = whole.beside(self.of(node.selection_set))
            elif isinstance(node, FragmentSpreadNode):
                whole = whole.beside(self.of_fragment(node.name.value))
        return whole

    def of_field(self, field: FieldNode) -> Size:
        below = self.of(field.selection_set)
        depth = 0 if is_introspection(field) else below.depth
        return Size(depth + 1, below.aliases + (field.alias is not None), below.fields + 1)

    def is_new(self, name: str) -> bool:
        """No operation, nor a fragment asked about before, spreads it: it is a root of its own, which validation reads too."""
        is_new = name not in self.known
        self.of_fragment(name)
        return is_new

    def of_fragment(self, name: str) -> Size:
        if name not in self.known:
            self.known[name] = Size()
            if fragment := self.fragments.get(name):
                self.known[name] = self.of(fragment.selection_set)
        return self.known[name]


def comparisons(selections: list[SelectionSetNode], fragments: Fragments) -> Iterator[int]:
    """Pairs of fields that validation compares, to see whether they can be merged, at every level."""
    same: dict[str, list[FieldNode]] = defaultdict(list)
    for _, field in flattened(selections, fragments):
        same[response_key(field)].append(field)
    for fields in same.values():
        REPEATS.require(len(fields))
        yield len(fields) * (len(fields) - 1) // 2
        if below := [field.selection_set for field in fields if field.selection_set]:
            yield from comparisons(below, fragments)
