"""The statements a database has been sent, told one by one to whoever counts or traces them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Literal

from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One that has ended. `text` has placeholders where values were; `error` names the exception it ended in."""

    database: Literal["reader", "writer"]
    system: str
    text: str
    seconds: float
    error: str | None = None


def observe(engine: AsyncEngine, database: Literal["reader", "writer"], observer: Callable[[Statement], None]) -> None:
    """Calls the observer after each statement, in the context of whoever made it."""

    def begun(connection: Any, cursor: Any, text: str, parameters: Any, execution: Any, *rest: Any) -> None:
        execution.began = perf_counter()

    def ended(execution: Any, text: str, error: str | None = None) -> None:
        seconds = perf_counter() - execution.began
        observer(Statement(database=database, system=engine.dialect.name, text=text, seconds=seconds, error=error))

    def succeeded(connection: Any, cursor: Any, text: str, parameters: Any, execution: Any, *rest: Any) -> None:
        ended(execution, text)

    def failed(context: ExceptionContext) -> None:
        if hasattr(context.execution_context, "began"):  # it was sent, and did not fail on the way there
            ended(context.execution_context, context.statement or "", type(context.original_exception).__name__)

    event.listen(engine.sync_engine, "before_cursor_execute", begun)
    event.listen(engine.sync_engine, "after_cursor_execute", succeeded)
    event.listen(engine.sync_engine, "handle_error", failed)
