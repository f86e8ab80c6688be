"""The unit of work: what a use case changes, all or nothing."""

from types import TracebackType
from typing import Protocol, Self


class UnitOfWork(Protocol):
    """Rolls back on every way out of `async with work:` but `await work.commit()`; may be entered again afterwards.

    Each use case names the ports it needs in a protocol of its own that extends this one.
    """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def commit(self) -> None: ...

    async def give_way(self) -> None:
        """Between two units of a long piece of work: whoever waits to write gets a turn."""
        ...
