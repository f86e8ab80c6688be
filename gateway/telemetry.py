"""What is told to metrics and traces of each operation: its name, how it ended, and the codes of its errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from graphql import GraphQLError

from gateway.metrics import Metrics
from gateway.traces import Traces


@dataclass(slots=True)
class Operation:
    """One that is being run; its errors are added as they are known."""

    name: str | None
    kind: str
    document: str
    errors: list[GraphQLError] = field(default_factory=list)


class Telemetry:
    def __init__(self, metrics: Metrics, traces: Traces) -> None:
        self.metrics, self.traces = metrics, traces

    @contextmanager
    def running(self, operation: Operation) -> Iterator[Operation]:
        """Statements made within it belong to it."""
        began = perf_counter()
        with self.traces.operation():
            yield operation
            codes = [code_of(error) for error in operation.errors]
            self.traces.note(name=operation.name, kind=operation.kind, document=operation.document, codes=codes)
        seconds = perf_counter() - began
        self.metrics.operation(name=operation.name, kind=operation.kind, outcome="errors" if codes else "ok", seconds=seconds)
        self.refused(operation.errors)

    def not_run(self, name: str | None, errors: Iterable[GraphQLError], seconds: float) -> None:
        """An operation that was understood no further than this."""
        known = name if name is None or name in self.metrics.names else "other"  # what did not run teaches no name
        self.metrics.operation(name=known, kind="unknown", outcome="refused", seconds=seconds)
        self.refused(errors)

    def refused(self, errors: Iterable[GraphQLError]) -> None:
        for error in errors:
            self.metrics.refusal(code_of(error))
            if limit := (error.extensions or {}).get("limit"):
                self.metrics.limit(limit)


def code_of(error: GraphQLError) -> str:
    return str((error.extensions or {}).get("code", "none"))
