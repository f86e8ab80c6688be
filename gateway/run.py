"""What every command needs: its settings, a database for a while, and one clear line when it fails."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from sqlalchemy.exc import ArgumentError, DBAPIError

from adapters.sql.database import Database
from domain.intake.report import Imported, Rejected, Replaced, UnknownNames, Watch
from domain.intake.version import Kept, Mistakes
from gateway.settings import Settings, settings

Answer = TypeVar("Answer")

BAD_ROWS_SHOWN = 100

told = Console(stderr=True, highlight=False, soft_wrap=True)


def run(task: Callable[[Database], Awaitable[Answer]]) -> Answer:
    """With the database of the settings, which is closed afterwards."""
    try:
        database = Database(the_settings().database_url)
    except (ValueError, ArgumentError) as error:
        fail(f"COMPTOIR_DATABASE_URL: {error}")

    async def with_database() -> Answer:
        try:
            return await task(database)
        finally:
            await database.close()

    try:
        return asyncio.run(with_database())
    except (DBAPIError, OSError) as error:
        reason = str(getattr(error, "orig", error)) or type(error).__name__
        fail(f"the database says: {reason.splitlines()[0]}")


def the_settings() -> Settings:
    try:
        return settings()
    except ValueError as error:
        fail(str(error))


def say(text: str) -> None:
    print(text)


def fail(text: str) -> NoReturn:
    print(f"comptoir: {text}", file=sys.stderr)
    raise typer.Exit(1)


class Rate(ProgressColumn):
    """Steps in a second, of late."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


@contextmanager
def progress() -> Iterator[Watch]:
    """On a terminal a bar for each stage, with its rate and the time left; elsewhere nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=told, transient=True, disable=not told.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def watch(stage: str, done: int, total: int) -> None:
            if stage not in tasks and done:
                told.print(f"Going on after {done:,} of {total:,}, which an earlier run has done.")
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield watch


def report(what: str, outcome: Imported | Rejected) -> None:
    """One line for what was done; each bad row with its file, line and reason."""
    bad = (*outcome.unusable, *outcome.bad) if isinstance(outcome, Rejected) else outcome.skipped
    for row in bad[:BAD_ROWS_SHOWN]:
        print(row, file=sys.stderr)
    total = len(bad) + outcome.unnamed
    if total > BAD_ROWS_SHOWN:
        print(f"… and {total - BAD_ROWS_SHOWN} more", file=sys.stderr)
    if isinstance(outcome, Rejected) and outcome.unusable:
        fail(f"nothing was imported: {plural(len(outcome.unusable), 'file')} could not be read")
    if isinstance(outcome, Rejected):
        rows = plural(total, "bad row")
        fail(f"nothing was imported: {rows}; correct what is wrong, or leave it out with --skip-bad-rows")
    skipped = f", {plural(total, 'row')} left out" if total else ""
    say(f"{what}: {outcome.added} added, {outcome.changed} changed, {outcome.unchanged} as they were{skipped}.")


def draft_of(read: Callable[[Path], Answer], file: Path) -> Answer:
    """What a file says, if it can be read."""
    try:
        return read(file)
    except ValueError as error:
        fail(str(error))


def require_known(file: Path, outcome: Answer | UnknownNames) -> Answer:
    """The outcome, unless the file speaks of what the shop does not have."""
    if isinstance(outcome, UnknownNames):
        for problem in outcome.problems:
            print(f"{file}: {problem}", file=sys.stderr)
        fail(f"nothing was changed: {plural(len(outcome.problems), 'unknown name')}; correct what is wrong, or leave it out")
    return outcome


def require_right(file: Path, outcome: Answer | Mistakes) -> Answer:
    """The outcome, unless there are mistakes in the file."""
    if isinstance(outcome, Mistakes):
        for problem in outcome.problems:
            print(f"{file}: {problem}", file=sys.stderr)
        fail(f"nothing was changed: {plural(len(outcome.problems), 'mistake')}; correct what is wrong")
    return outcome


def counts(what: str, outcome: Kept) -> None:
    since = "counts from now on" if outcome.is_new else "says the same already; nothing was changed"
    say(f"{what}: version {outcome.version} {since}.")


def replaced(what: str, outcome: Replaced, gone: str) -> None:
    report(what, outcome.imported)
    if outcome.gone:
        say(f"{what} that the file does not name: {outcome.gone} {gone}.")


def plural(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
