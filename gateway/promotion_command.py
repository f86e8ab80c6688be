"""`comptoir promotions`: what the shop takes off its prices."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.clock import system
from adapters.files.promotion import read_promotions
from adapters.sql.migrate import migrate
from adapters.sql.work import SqlWork
from domain.intake.promotion import PromotionDraft, check_promotions, every_promotion, set_promotions
from domain.promotion import DiscountScope, Percentage, Period
from gateway.run import draft_of, plural, replaced, require_known, run, say

promotions = typer.Typer(help="Lists, checks and sets promotions and discount codes.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="FILE", help="TOML, such as demo/promotions.toml.")]


@promotions.command("list")
def list_() -> None:
    """All promotions, with what they take off, for whom and when."""
    run(migrate)
    for draft in run(lambda database: every_promotion(SqlWork(database))):
        say("  ".join(words_of(draft)))


@promotions.command()
def check(file: File) -> None:
    """Compares a file with the shop's channels and categories, and changes no promotion."""
    wanted = draft_of(read_promotions, file)
    run(migrate)
    require_known(file, run(lambda database: check_promotions(SqlWork(database), wanted)))
    say(f"{plural(len(wanted), 'promotion')} can be set from {file}.")


@promotions.command("set")
def set_(file: File) -> None:
    """Makes the promotions of the shop those of a file. Others are deleted, or ended now where an order has used them."""
    wanted = draft_of(read_promotions, file)
    run(migrate)
    outcome = run(lambda database: set_promotions(SqlWork(database), wanted, now=system()))
    replaced("Promotions", require_known(file, outcome), "ended")


def words_of(draft: PromotionDraft) -> list[str]:
    """Its name, and what decides; what is not said has no bound."""
    words = [draft.name, discount_of(draft), f"code {draft.code}" if draft.code else "for everybody"]
    words += [f"in {', '.join(sorted(draft.channels))}"] if draft.channels else []
    words += [f"of {', '.join(sorted(draft.categories))}"] if draft.categories else []
    words += [f"minimum {draft.minimum.amount} {draft.minimum.currency_code}"] if draft.minimum else []
    words += [f"{draft.uses_max} times at most"] if draft.uses_max else []
    return words + dates_of(draft.period)


def discount_of(draft: PromotionDraft) -> str:
    if isinstance(draft.discount, Percentage):
        return f"{draft.discount.percent.normalize():f} % off each {draft.scope.lower()}"
    money, each = draft.discount.money, "order" if draft.scope is DiscountScope.ORDER else "unit"
    return f"{money.amount} {money.currency_code} off each {each}"


def dates_of(period: Period) -> list[str]:
    sides = (("from", period.starts_at), ("until", period.ends_at))
    return [f"{word} {moment.isoformat()}" for word, moment in sides if moment is not None]
