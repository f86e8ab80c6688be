"""Options as all Shopify files write them, and the SKU of a variant that has none."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.files.table import Cells
from domain.catalog import SelectedOption
from domain.text import slug

OPTIONS = ("Option1", "Option2", "Option3")
NO_OPTION = ("Title", "Default Title")  # what Shopify writes for a product with one variant


def option_names(row: Cells) -> list[str | None]:
    return [row.text(f"{option} Name") for option in OPTIONS]


def selected_options(row: Cells, names: Sequence[str | None]) -> tuple[SelectedOption, ...]:
    """`names` may stand on another row: product files write them once for each product."""
    values = [(name, row.text(f"{option} Value")) for name, option in zip(names, OPTIONS, strict=True)]
    chosen = [(name, value) for name, value in values if name and value]
    return () if chosen == [NO_OPTION] else tuple(SelectedOption(name, value) for name, value in chosen)


def made_sku(handle: str, selected: Sequence[SelectedOption]) -> str:
    """From handle and option values; the same in every file."""
    return slug(handle, *(option.value for option in selected))
