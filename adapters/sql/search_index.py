"""Keeps what products are found by in step with the catalog: written anew for each product that changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import TypeAlias

from sqlalchemy import Connection, delete, insert, select

from adapters.sql.tables import category, product, product_category, product_listing, search_form, search_word, variant
from adapters.sql.upsert import chunks, inserted
from domain.ids import ChannelId, ProductId
from domain.search import Document, forms_of, weights

PRODUCTS = 1_000  # whose words are held at once

Texts: TypeAlias = defaultdict[ProductId, set[str]]


def index(connection: Connection, products: Sequence[ProductId]) -> None:
    """On a plain connection, so that the migration that makes the tables can fill them too."""
    for some in chunks(products, PRODUCTS):
        found = [
            (word, channel, position, weight)
            for position, channel, document in documents(connection, some)
            for word, weight in weights(document).items()
        ]
        positions = select(product.c.position).where(product.c.id.in_(some))
        connection.execute(delete(search_word).where(search_word.c.position.in_(positions)))
        if found:
            rows = [dict(zip(search_word.c.keys(), one, strict=True)) for one in found]
            connection.execute(insert(search_word), rows)
        add_forms(connection, {word for word, *_ in found})


def documents(connection: Connection, products: Sequence[ProductId]) -> Iterator[tuple[int, ChannelId | None, Document]]:
    """By the product's position: one without a channel, and one for each channel that has a title of its own.

    The products are locked, so that of two imports that touch one the later sees what the earlier wrote.
    """
    known = select(product.c.id, product.c.position, product.c.title, product.c.vendor).where(product.c.id.in_(products))
    rows = connection.execute(known.order_by(product.c.position).with_for_update(key_share=True)).all()
    attributes, codes = attributes_and_codes(connection, products)
    titles: dict[ProductId, dict[ChannelId | None, str]] = defaultdict(dict)
    for row in rows:
        titles[row.id][None] = row.title
        attributes[row.id].add(row.vendor or "")
    listed = select(product_listing.c.product_id, product_listing.c.channel_id, product_listing.c.title)
    listed = listed.where(product_listing.c.product_id.in_(products), product_listing.c.title.is_not(None))
    for id, channel, title in connection.execute(listed):
        titles[id][channel] = title
    for row in rows:
        for channel, title in titles[row.id].items():
            yield row.position, channel, Document(title, attributes[row.id], codes[row.id])


def attributes_and_codes(connection: Connection, products: Sequence[ProductId]) -> tuple[Texts, Texts]:
    """Of each product, what its categories and its variants say; those that are retired say nothing."""
    attributes: Texts = defaultdict(set)
    codes: Texts = defaultdict(set)
    variants = select(variant.c.product_id, variant.c.sku, variant.c.barcode, variant.c.selected_options)
    for row in connection.execute(variants.where(variant.c.product_id.in_(products), ~variant.c.retired)):
        attributes[row.product_id].update(value for _, value in row.selected_options)
        codes[row.product_id].update((row.sku, row.barcode or ""))
    of = product_category.join(category, category.c.id == product_category.c.category_id)
    named = select(product_category.c.product_id, category.c.title, category.c.parent_id).select_from(of)
    path = named.where(product_category.c.product_id.in_(products)).cte("path", recursive=True)
    above = select(path.c.product_id, category.c.title, category.c.parent_id)
    path = path.union(above.join(category, category.c.id == path.c.parent_id))
    for id, title in connection.execute(select(path.c.product_id, path.c.title)):
        attributes[id].add(title)
    return attributes, codes


def add_forms(connection: Connection, words: Set[str]) -> None:
    """A word is among its own forms, which tells whether they are there; what no product has any more does no harm."""
    written, known = {word for word in words if word.isalpha()}, set[str]()
    for some in chunks(sorted(written)):
        itself = select(search_form.c.word).where(search_form.c.form.in_(some), search_form.c.form == search_form.c.word)
        known.update(connection.execute(itself).scalars())
    rows = [{"form": form, "word": word} for word in sorted(written - known) for form in sorted(forms_of(word))]
    if rows:
        connection.execute(inserted(connection, search_form).on_conflict_do_nothing(), rows)
