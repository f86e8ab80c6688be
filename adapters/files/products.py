"""Product files of any kind that is known; their header tells which it is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from adapters.files.magento_products import is_magento, magento_products
from adapters.files.shopify_products import shopify_products
from adapters.files.table import Columns, Table, Taken, read_files
from domain.intake.catalog import ProductDraft
from domain.intake.report import Sheet, Watch, unwatched


def read_products(
    files: Collection[Path],
    *,
    currency: str,
    image_base: str | None = None,
    columns: Columns | None = None,
    watch: Watch = unwatched,
) -> Sheet[ProductDraft]:
    """Prices are in `currency`; `image_base` is what stands before images that are only paths."""

    def take(table: Table) -> Taken[ProductDraft]:
        if is_magento(table):
            return magento_products(table, currency, image_base)
        return shopify_products(table, currency)

    return Sheet.of(read_files(files, take, columns=columns, watch=watch))
