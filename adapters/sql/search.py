"""Search in SQL: which products have the words, and how well they match."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial, reduce
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Label,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from adapters.sql.assortment import CHANNELS
from adapters.sql.database import Database
from adapters.sql.tables import product, product_listing, search_form, search_word
from domain.actor import Actor
from domain.channel import Channel
from domain.search import CODE_MARK, PREFIX_CHARACTERS_MIN, Closeness, Neighbors, Search, Sought, forms_of

LAST = "\U0010ffff"  # after every character that a word may go on with
COUNTED_MAX = 1_000  # enough to tell which word of a search is the rarest


class SqlSearch:
    def __init__(self, database: Database) -> None:
        self.database = database

    async def neighbors(self, actor: Actor, code: str, words: Sequence[str]) -> Neighbors:
        here = shown_in(actor.channel)
        counts = [select(literal(word), null(), counted(begins(word), here)) for word in (code, *words)]
        forms = {form for word in words for form in forms_of(word)}
        times = counted(search_word.c.word == search_form.c.word, here)
        akin = select(search_form.c.form, search_form.c.word, times).where(search_form.c.form.in_(sorted(forms)))
        async with self.database.reading() as connection:
            rows = [(form, word, times) for form, word, times in await connection.execute(union_all(akin, *counts)) if times]
        beginnings = {asked: times for asked, word, times in rows if word is None}
        return Neighbors(beginnings, [(form, word, times) for form, word, times in rows if word is not None])


def counted(*wanted: ColumnElement[bool]) -> ScalarSelect[int]:
    some = select(search_word.c.weight).where(*wanted).correlate(search_form).limit(COUNTED_MAX).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def matches(search: Search, channel: Channel) -> CTE:
    """`position` of a product, and `rank`: its points below zero, so that the best comes first in ascending order."""
    here = shown_in(channel)
    first, *rest = search.words
    found = reduce(partial(narrowed, here=here), rest, best(hits_of(first, here)))
    if search.code is not None:
        closeness = case((search_word.c.word == search.code, Closeness.CODE.value), else_=Closeness.PREFIX.value)
        by_code = best([select(search_word.c.position, points(closeness)).where(begins(search.code), here)])
        either = union_all(found, by_code).cte()
        found = select(either.c.position, func.sum(either.c.points).label("points")).group_by(either.c.position)
    ranked = found.cte()
    return select(ranked.c.position, (-ranked.c.points).label("rank")).cte("match")


def best(hits: Sequence[Select[Any]]) -> Select[Any]:
    every = union_all(*hits).subquery()
    return select(every.c.position, func.max(every.c.points).label("points")).group_by(every.c.position)


def hits_of(sought: Sought, here: ColumnElement[bool]) -> list[Select[Any]]:
    """Apart from each other, so that each reads one stretch of the index."""
    hit = select(search_word.c.position, points(closeness_to(sought)))
    return [hit.where(wanted, here) for wanted in standing_for(sought)]


def narrowed(found: Select[Any], sought: Sought, *, here: ColumnElement[bool]) -> Select[Any]:
    """Those that have this word too, with its points added; side by side, as nesting soon goes too deep for SQLite."""
    so_far = found.cte()
    with_it = so_far.join(search_word, search_word.c.position == so_far.c.position)
    total = so_far.c.points + func.max(points(closeness_to(sought)).element)
    both = select(so_far.c.position, total.label("points")).select_from(with_it).where(or_(*standing_for(sought)), here)
    return both.group_by(so_far.c.position, so_far.c.points)


def points(closeness: ColumnElement[int]) -> Label[int]:
    return (search_word.c.weight * closeness).label("points")


def standing_for(sought: Sought) -> list[ColumnElement[bool]]:
    others = [word for word in (*sought.akin, *sought.meant) if not word.startswith(sought.word)]
    return [begins(sought.word), *([search_word.c.word.in_(others)] if others else [])]


def closeness_to(sought: Sought) -> ColumnElement[int]:
    word = search_word.c.word
    others = ((sought.akin, Closeness.STEM), (sought.meant, Closeness.MISTAKE))
    whens = [(word.in_(some), closeness.value) for some, closeness in others if some]
    return case((word == sought.word, Closeness.WORD.value), *whens, else_=Closeness.PREFIX.value)


def begins(word: str) -> ColumnElement[bool]:
    """A single character stands for itself alone: too much begins with it."""
    if len(word.removeprefix(CODE_MARK)) < PREFIX_CHARACTERS_MIN:
        return search_word.c.word == word
    return and_(search_word.c.word >= word, search_word.c.word < word + LAST)


@lru_cache(maxsize=CHANNELS)
def shown_in(channel: Channel) -> ColumnElement[bool]:
    """Where a channel has its own title for a product, the catalog's does not find it there."""
    of_products = product.join(product_listing, product_listing.c.product_id == product.c.id)
    own = select(product.c.position).select_from(of_products)
    own = own.where(product_listing.c.channel_id == channel.id, product_listing.c.title.is_not(None))
    everywhere = and_(search_word.c.channel_id.is_(None), search_word.c.position.not_in(own))
    return or_(search_word.c.channel_id == channel.id, everywhere)
