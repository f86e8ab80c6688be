"""Shopify product CSV: rows of one handle make a product; the headers of 2018, 2023 and 2024."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from adapters.files.cell import grams, price_of, yes_or_no
from adapters.files.html import plain
from adapters.files.shopify_options import made_sku, option_names, selected_options
from adapters.files.table import BadCell, Cells, Table
from domain.catalog import Image
from domain.intake.catalog import CategoryPath, ProductDraft, VariantDraft, options_of
from domain.intake.report import BadRow, Read, Row

NEWER_NAMES = {
    "Handle": "URL handle",
    "Body (HTML)": "Description",
    "Published": "Published on online store",
    "Variant SKU": "SKU",
    "Variant Barcode": "Barcode",
    "Variant Grams": "Weight value (grams)",
    "Variant Price": "Price",
    "Variant Compare At Price": "Compare-at price",
    "Variant Inventory Policy": "Continue selling when out of stock",
    "Image Src": "Product image URL",
    "Variant Image": "Variant image URL",
}


def shopify_products(table: Table, currency: str) -> Iterator[Read[ProductDraft]]:
    """Stock quantities in these files are not read: they come with the inventory file."""
    table.header.name_anew(NEWER_NAMES)
    for name in ("Handle", "Title"):
        if not table.header.has(name):
            raise BadCell(f"the column {name!r} is missing")
    by_handle: dict[str, list[Cells]] = {}
    for cells in table.rows:
        if isinstance(cells, BadRow):
            yield cells
        elif handle := cells.text("Handle"):
            by_handle.setdefault(handle, []).append(cells)
        else:
            yield BadRow(cells.source, "Handle is missing")
    for handle, rows in by_handle.items():
        yield from product_of(handle, rows, currency)


def product_of(handle: str, rows: list[Cells], currency: str) -> Iterator[Read[ProductDraft]]:
    """The first row speaks for the product; rows without a price are images."""
    first, variants, sources = rows[0], [], []
    try:
        title, published = first.needed("Title"), is_published(first)
    except BadCell as error:
        yield BadRow(first.source, str(error))
        return
    names = option_names(first)
    asked = [row for row in rows if is_variant(row)]
    for row in asked:
        try:
            variants.append(variant_of(row, handle, title, names, currency))
            sources.append(row.source)
        except BadCell as error:
            yield BadRow(row.source, str(error))
    if not asked:
        yield BadRow(first.source, f"product {handle!r} has no variant: no row has a Variant Price")
    if variants:
        draft = ProductDraft(
            handle=handle,
            title=title,
            description=plain(first.text("Body (HTML)") or ""),
            vendor=first.text("Vendor"),
            categories=tuple(categories_of(first)),
            images=tuple(images_of(rows)),
            options=options_of(variants),
            published=published,
            variants=tuple(variants),
        )
        yield Row(first.source, draft, tuple(sources), incomplete=len(variants) < len(asked))


def is_published(first: Cells) -> bool:
    """A draft or archived product is kept, and sold nowhere unless a listing says so."""
    if (first.text("Status") or "active").casefold() != "active":
        return False
    return first.read("Published", yes_or_no) is not False


def is_variant(row: Cells) -> bool:
    return row.text("Variant Price") is not None or row.text("Variant SKU") is not None


def variant_of(row: Cells, handle: str, title: str, names: list[str | None], currency: str) -> VariantDraft:
    selected = selected_options(row, names)
    image = row.text("Variant Image")
    return VariantDraft(
        sku=row.text("Variant SKU") or made_sku(handle, selected),
        barcode=(row.text("Variant Barcode") or "").lstrip("'") or None,
        title=" / ".join(option.value for option in selected) or title,
        selected_options=selected,
        image=Image(image) if image else None,
        price=row.must_read("Variant Price", lambda text: price_of(text, currency)),
        compare_at_price=row.read("Variant Compare At Price", lambda text: price_of(text, currency)),
        backorders=(row.text("Variant Inventory Policy") or "deny").casefold() == "continue",
        grams=row.read("Variant Grams", grams) or 0,
    )


def categories_of(first: Cells) -> Iterable[CategoryPath]:
    """The path of the product category, and the type, unless that path ends with it."""
    path = tuple(part.strip() for part in (first.text("Product Category") or "").split(">") if part.strip())
    if path:
        yield path
    kind = first.text("Type")
    if kind and kind not in path[-1:]:
        yield (kind,)


def images_of(rows: Iterable[Cells]) -> Iterable[Image]:
    """In the order of Image Position, and of rows among equals; each address once."""
    found: dict[str, tuple[int, Image]] = {}
    for row in rows:
        if url := row.text("Image Src"):
            position = row.text("Image Position") or ""
            order = int(position) if position.isdecimal() else 0
            found.setdefault(url, (order, Image(url, row.text("Image Alt Text"))))
    return (image for _, image in sorted(found.values(), key=lambda pair: pair[0]))
