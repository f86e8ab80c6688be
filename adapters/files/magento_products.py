"""Magento product CSV: a configurable product with the simple ones that are its variants, or a simple one that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.files.cell import price_of
from adapters.files.html import plain
from adapters.files.table import BadCell, Cells, Table
from domain.catalog import Image, SelectedOption
from domain.intake.catalog import CategoryPath, ProductDraft, VariantDraft, options_of
from domain.intake.report import BadRow, Read, Row, Source
from domain.text import slug

CONFIGURABLE = "configurable"
SOLD_ALONE = ("simple", "virtual", "downloadable")  # a variant each
HIDDEN = "Not Visible Individually"
DISABLED = "2"
NEEDED = ("sku", "product_type", "name", "price", "url_key", "visibility")


def is_magento(table: Table) -> bool:
    return table.header.has("product_type") and table.header.has("sku")


def magento_products(table: Table, currency: str, image_base: str | None) -> Iterator[Read[ProductDraft]]:
    """Rows of a store view, which say only what it words otherwise, are not read; nor are quantities."""
    if missing := [name for name in NEEDED if not table.header.has(name)]:
        raise BadCell(f"the column {missing[0]!r} is missing")
    reader = MagentoReader(currency, image_base)
    by_sku: dict[str, Cells] = {}
    for cells in table.rows:
        if isinstance(cells, BadRow):
            yield cells
        elif cells.text("store_view_code") is None:
            if problem := unfit(cells, by_sku):
                yield BadRow(cells.source, problem)
            else:
                by_sku[cells.needed("sku")] = cells
    claimed: set[str] = set()
    for cells in (cells for cells in by_sku.values() if cells.text("product_type") == CONFIGURABLE):
        variations = variations_of(cells)
        claimed.update(sku for sku, _ in variations)
        yield from reader.configurable(cells, variations, by_sku)
    for sku, cells in by_sku.items():
        if sku not in claimed and cells.text("product_type") != CONFIGURABLE:
            yield from reader.alone(cells)


def unfit(cells: Cells, by_sku: Mapping[str, Cells]) -> str | None:
    sku, kind = cells.text("sku"), cells.text("product_type")
    if sku is None:
        return "sku is missing"
    if sku in by_sku:
        return f"SKU {sku!r} stands in {by_sku[sku].source} already"
    if kind not in (CONFIGURABLE, *SOLD_ALONE):
        return f"product_type {kind or ''!r} is not one of {', '.join((CONFIGURABLE, *SOLD_ALONE))}"
    return None


def variations_of(cells: Cells) -> list[tuple[str, tuple[SelectedOption, ...]]]:
    """`sku=A,size=S,color=Black|sku=B,…`: each variant's SKU and options, named as configurable_variation_labels say."""
    labels = pairs_of(cells.text("configurable_variation_labels") or "")
    found = []
    for variation in filter(None, (cells.text("configurable_variations") or "").split("|")):
        options = pairs_of(variation)
        sku = options.pop("sku", "")
        found.append((sku, tuple(SelectedOption(labels.get(name, worded(name)), value) for name, value in options.items())))
    return found


def pairs_of(text: str) -> dict[str, str]:
    """`a=1,b=2`. What stands between two commas and has no `=` goes on with the value before it; quotes are left away."""
    pairs: dict[str, str] = {}
    last = None
    for part in text.split(","):
        name, sign, value = part.partition("=")
        if sign:
            last = name.strip(' "')
            pairs[last] = value
        elif last is not None:
            pairs[last] += f",{part}"
    return {name: value.replace('""', '"').strip(' "') for name, value in pairs.items()}


def worded(name: str) -> str:
    """`shoe_size` is `Shoe size`."""
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class MagentoReader:
    """What one import makes of rows. `image_base` stands before images that are only paths; without it they are left out."""

    currency: str
    image_base: str | None

    def configurable(
        self, cells: Cells, variations: list[tuple[str, tuple[SelectedOption, ...]]], by_sku: Mapping[str, Cells]
    ) -> Iterator[Read[ProductDraft]]:
        variants, sources, failed = [], [], False
        for sku, options in variations:
            simple = by_sku.get(sku)
            try:
                if simple is None or simple.text("product_type") == CONFIGURABLE:
                    raise BadCell(f"configurable_variations: {sku!r} is no simple product of this file")
                if simple.text("product_online") != DISABLED:
                    variants.append(self.variant(simple, options))
                    sources.append(simple.source)
            except BadCell as error:
                failed = True
                yield BadRow((simple or cells).source, str(error))
        if not variants:
            yield BadRow(cells.source, "configurable_variations names no product that is sold")
        else:
            yield from self.product(cells, tuple(variants), tuple(sources), incomplete=failed)

    def alone(self, cells: Cells) -> Iterator[Read[ProductDraft]]:
        try:
            if cells.text("visibility") == HIDDEN:
                raise BadCell(f"is {HIDDEN!r}, and no configurable product of this file names it")
            yield from self.product(cells, (self.variant(cells, ()),), (cells.source,), incomplete=False)
        except BadCell as error:
            yield BadRow(cells.source, str(error))

    def product(
        self, cells: Cells, variants: tuple[VariantDraft, ...], sources: tuple[Source, ...], *, incomplete: bool
    ) -> Iterator[Read[ProductDraft]]:
        name = cells.text("name")
        if name is None:
            yield BadRow(cells.source, "name is missing")
            return
        draft = ProductDraft(
            handle=cells.text("url_key") or slug(name),
            title=name,
            description=plain(cells.text("description") or cells.text("short_description") or ""),
            vendor=pairs_of(cells.text("additional_attributes") or "").get("manufacturer"),
            categories=categories_of(cells),
            images=tuple(self.images(cells)),
            options=options_of(variants),
            published=cells.text("product_online") != DISABLED,
            variants=variants,
        )
        yield Row(cells.source, draft, sources, incomplete)

    def variant(self, cells: Cells, options: tuple[SelectedOption, ...]) -> VariantDraft:
        """Magento's own default for backorders, which another file keeps, is none."""
        is_own = cells.text("use_config_backorders") == "0"
        return VariantDraft(
            sku=cells.needed("sku"),
            barcode=None,
            title=" / ".join(option.value for option in options) or cells.needed("name"),
            selected_options=options,
            image=next(self.images(cells), None),
            price=cells.must_read("price", lambda text: price_of(text, self.currency)),
            compare_at_price=None,
            backorders=is_own and cells.text("allow_backorders") in ("1", "2"),
        )

    def images(self, cells: Cells) -> Iterator[Image]:
        """Each address once, the base image first."""
        paths = {cells.text("base_image") or "": cells.text("base_image_label")}
        for path in (cells.text("additional_images") or "").split(","):
            paths.setdefault(path.strip(), None)
        for path, label in paths.items():
            if path.startswith(("https://", "http://")):
                yield Image(path, label)
            elif path and self.image_base:
                yield Image(f"{self.image_base.rstrip('/')}/{path.lstrip('/')}", label)


def categories_of(cells: Cells) -> tuple[CategoryPath, ...]:
    """`Default Category/Men/Tops,…`: the root stands for the whole shop, and says nothing. `\\\\/` is no separator."""
    paths = (re.split(r"(?<!\\)/", path) for path in (cells.text("categories") or "").split(","))
    titles = (tuple(part.replace("\\/", "/").strip() for part in path[1:] if part.strip()) for path in paths)
    return tuple(dict.fromkeys(path for path in titles if path))
