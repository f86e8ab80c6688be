"""Descriptions: a docstring under a field or class is what clients read; arguments of one name mean one thing."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

ARGUMENTS = {
    "after": "A cursor: only what comes after it.",
    "before": "A cursor: only what comes before it.",
    "by": "What names it: exactly one of these.",
    "filter": "Only what passes all of these.",
    "first": "How many from the beginning: 20 if left out, 100 at most.",
    "id": "An id from this API.",
    "ids": "Ids from this API, 100 at most.",
    "last": "How many from the end, 100 at most; not together with `first`.",
    "near": "Where distances are measured from; the nearest comes first.",
    "search": "Words of a title, vendor, category or option value, or a SKU or barcode: all of them, or beginnings of them, "
    "in any order. 12 words and 200 characters at most.",
    "sort": "In which order.",
}


@cache
def words_of(module: str) -> dict[str, dict[str, str]]:
    """By class and field, the docstrings that stand under fields in a module."""
    source = inspect.getsource(sys.modules[module]) if module.startswith("schema.") else ""
    tree = ast.parse(source)
    return {node.name: dict(attribute_docstrings(node.body)) for node in tree.body if isinstance(node, ast.ClassDef)}


def attribute_docstrings(body: list[ast.stmt]) -> Iterable[tuple[str, str]]:
    for declared, text in pairwise(body):
        match declared, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                yield name, inspect.cleandoc(words)
