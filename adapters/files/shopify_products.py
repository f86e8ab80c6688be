"""Shopify product CSV: rows of one handle make a product; the headers of 2018, 2023 and 2024."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html.parser import HTMLParser
from pathlib import Path

from adapters.files.shopify_options import made_sku, option_names, selected_options
from adapters.files.table import BadCell, Cells, Table, price_of, read_files, yes_or_no
from domain.catalog import Image, ProductOption
from domain.intake.catalog import CategoryPath, ProductDraft, VariantDraft
from domain.intake.report import Row, Sheet

NEWER_NAMES = {
    "URL handle": "Handle",
    "Description": "Body (HTML)",
    "Published on online store": "Published",
    "SKU": "Variant SKU",
    "Barcode": "Variant Barcode",
    "Price": "Variant Price",
    "Compare-at price": "Variant Compare At Price",
    "Continue selling when out of stock": "Variant Inventory Policy",
    "Product image URL": "Image Src",
    "Variant image URL": "Variant Image",
}


def read_products(files: Collection[Path], *, currency: str) -> Sheet[ProductDraft]:
    """Prices are in `currency`. Stock quantities in these files are not read: they come with the inventory file."""
    return read_files(files, lambda table: products_of(table, currency), needs=["Handle", "Title"], aliases=NEWER_NAMES)


def products_of(table: Table, currency: str) -> Sheet[ProductDraft]:
    sheet: Sheet[ProductDraft] = Sheet()
    by_handle: dict[str, list[Cells]] = {}
    for cells in table.rows:
        if handle := cells.text("Handle"):
            by_handle.setdefault(handle, []).append(cells)
        else:
            sheet.refuse(cells.source, "Handle is missing")
    for handle, rows in by_handle.items():
        take_product(sheet, handle, rows, currency)
    return sheet


def take_product(sheet: Sheet[ProductDraft], handle: str, rows: list[Cells], currency: str) -> None:
    """The first row speaks for the product; rows without a price are images."""
    first, variants, sources = rows[0], [], []
    try:
        title, published = first.needed("Title"), is_published(first)
    except BadCell as error:
        sheet.refuse(first.source, str(error))
        return
    names = option_names(first)
    for row in (row for row in rows if is_variant(row)):
        try:
            variants.append(variant_of(row, handle, title, names, currency))
            sources.append(row.source)
        except BadCell as error:
            sheet.refuse(row.source, str(error))
    if not any(is_variant(row) for row in rows):
        sheet.refuse(first.source, f"product {handle!r} has no variant: no row has a Variant Price")
    if variants:
        draft = ProductDraft(
            handle=handle,
            title=title,
            description=plain(first.text("Body (HTML)") or ""),
            vendor=first.text("Vendor"),
            categories=tuple(categories_of(first)),
            images=tuple(images_of(rows)),
            options=tuple(options_of(variants)),
            published=published,
            variants=tuple(variants),
        )
        asked = sum(is_variant(row) for row in rows)
        sheet.rows.append(Row(first.source, draft, tuple(sources), incomplete=len(variants) < asked))


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


def options_of(variants: Iterable[VariantDraft]) -> Iterable[ProductOption]:
    """In the order of first use."""
    values: dict[str, dict[str, None]] = {}
    for variant in variants:
        for option in variant.selected_options:
            values.setdefault(option.name, {})[option.value] = None
    return (ProductOption(name, tuple(found)) for name, found in values.items())


class PlainText(HTMLParser):
    """The words of a piece of HTML, a line for each block."""

    BLOCKS = frozenset(
        ["p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section", "blockquote"]
    )
    SILENT = frozenset(("script", "style"))

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.silent += tag in self.SILENT
        self.parts += "\n" if tag in self.BLOCKS else ""

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT and self.silent > 0
        self.parts += "\n" if tag in self.BLOCKS else ""

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(" ".join(data.split("\n")))


def plain(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html.strip()
    parser = PlainText()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.parts).split("\n"))
    return "\n".join(line for line in lines if line)
