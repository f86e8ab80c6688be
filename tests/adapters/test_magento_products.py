"""Magento product CSV: configurable products with their simples, simples alone, and what is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.files.magento_products import pairs_of
from adapters.files.products import read_products
from domain.catalog import Image, ProductOption
from domain.intake.catalog import ProductDraft
from domain.intake.report import Sheet

HEADER = (
    "sku,store_view_code,product_type,name,price,url_key,visibility,categories,product_online,base_image,"
    "additional_images,additional_attributes,configurable_variations"
)
SMALL = 'H-S,,simple,Hoodie-S,52.0000,,Not Visible Individually,,1,/h/s.jpg,,"size=S",'
LARGE = "H-L,,simple,Hoodie-L,54,,Not Visible Individually,,1,,,,"
HOODIE = (
    'H,,configurable,Hoodie,52,hoodie,"Catalog, Search","Default Category/Men/Tops,Default Category",1,/h/1.jpg,'
    '"/h/2.jpg,https://cdn/3.jpg","new=No,manufacturer=Acme, Inc.",'
)
BAG = 'BAG,,virtual,Carte cadeau,9,,"Catalog, Search",,2,,,,'


def read(tmp_path: Path, *rows: str, image_base: str | None = None) -> Sheet[ProductDraft]:
    file = tmp_path / "magento.csv"
    file.write_text("\n".join((HEADER, *rows)) + "\n")
    return read_products([file], currency="USD", image_base=image_base)


def test_simples_are_the_variants_of_the_configurable_that_names_them(tmp_path: Path) -> None:
    sheet = read(tmp_path, SMALL, LARGE, HOODIE + '"sku=H-S,size=S|sku=H-L,size=L"', image_base="https://shop/media/")
    (draft,) = sheet.drafts()
    assert sheet.bad == []
    assert (draft.handle, draft.title, draft.vendor, draft.categories) == ("hoodie", "Hoodie", "Acme, Inc.", (("Men", "Tops"),))
    assert draft.options == (ProductOption("Size", ("S", "L")),)
    assert [(one.sku, one.title, one.price.minor_units) for one in draft.variants] == [("H-S", "S", 5200), ("H-L", "L", 5400)]
    assert draft.images == (
        Image("https://shop/media/h/1.jpg"),
        Image("https://shop/media/h/2.jpg"),
        Image("https://cdn/3.jpg"),
    )
    assert [part.line for part in sheet.rows[0].parts] == [2, 3]


def test_without_a_base_only_whole_addresses_are_images(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, SMALL, HOODIE + '"sku=H-S,size=S"').drafts()
    assert draft.images == (Image("https://cdn/3.jpg"),)


def test_what_is_sold_alone_is_a_product_of_one_variant(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, BAG).drafts()
    assert (draft.handle, draft.published, [one.sku for one in draft.variants]) == ("carte-cadeau", False, ["BAG"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (BAG.replace("virtual", "bundle"), "product_type 'bundle' is not one of configurable, simple, virtual, downloadable"),
        (LARGE, "is 'Not Visible Individually', and no configurable product of this file names it"),
        (BAG.replace(",9,", ",-9,"), "price: '-9' is negative"),
        (SMALL, "SKU 'H-S' stands in {file}:2 already"),
        (BAG.replace("BAG", ""), "sku is missing"),
    ],
)
def test_each_bad_row_is_named(tmp_path: Path, row: str, reason: str) -> None:
    sheet = read(tmp_path, SMALL, row, HOODIE + '"sku=H-S,size=S"')
    assert [bad.reason for bad in sheet.bad] == [reason.format(file=tmp_path / "magento.csv")]
    assert [draft.handle for draft in sheet.drafts()] == ["hoodie"]


def test_a_variant_that_is_not_in_the_file_leaves_its_product_incomplete(tmp_path: Path) -> None:
    sheet = read(tmp_path, SMALL, HOODIE + '"sku=H-S,size=S|sku=H-XL,size=XL"')
    assert [bad.reason for bad in sheet.bad] == ["configurable_variations: 'H-XL' is no simple product of this file"]
    assert sheet.rows[0].incomplete


def test_rows_of_a_store_view_are_not_read(tmp_path: Path) -> None:
    assert len(read(tmp_path, BAG, BAG.replace("BAG,,", "BAG,fr,")).rows) == 1


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", {}),
        ("a=1,b=2", {"a": "1", "b": "2"}),
        ("a=1, 2 and 3,b=x=y", {"a": "1, 2 and 3", "b": "x=y"}),
        ('"a=1","b=5"" tall"', {"a": "1", "b": '5" tall'}),
    ],
)
def test_attributes_are_pairs_with_commas_in_their_values(text: str, pairs: dict[str, str]) -> None:
    assert pairs_of(text) == pairs
