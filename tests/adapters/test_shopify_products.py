"""Shopify product CSV, as real shops export it and as it goes wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.files.html import plain
from adapters.files.products import read_products
from domain.catalog import Image, ProductOption, SelectedOption
from domain.intake.catalog import ProductDraft
from domain.intake.report import Sheet
from domain.money import Money

DEMO = Path(__file__).parents[2] / "demo"
OLD = (
    "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,"
    "Variant Compare At Price,"
    "Variant Inventory Policy,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image"
)
NEW = (
    "Title,URL handle,Description,Vendor,Product category,Type,Status,SKU,Barcode,Option1 name,Option1 value,Price,"
    "Compare-at price,Continue selling when out of stock,Product image URL,Image position,Image alt text,Variant image URL"
)
OPTIONS = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price"


def read(tmp_path: Path, *lines: str, encoding: str = "utf-8") -> Sheet[ProductDraft]:
    file = tmp_path / "products.csv"
    file.write_bytes("\n".join(lines).encode(encoding))
    return read_products([file], currency="EUR")


def reasons(sheet: Sheet[ProductDraft]) -> list[tuple[int, str]]:
    return [(row.source.line, row.reason) for row in sorted(sheet.bad)]


def test_rows_of_one_handle_make_a_product(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        OLD,
        'coat,Coat,"<p>Warm.</p>\n<p>Long &amp; grey</p>",Tramontane,Coats,true,Size,S,COAT-S,20.00,,deny,2000000000015,https://i/2,2,Back,',
        "coat,,,,,,,M,COAT-M,20.00,25.00,continue,'2000000000022,https://i/1,1,Front,https://i/1",
        "coat,,,,,,,,,,,,,https://i/3,3,,",
    )
    assert reasons(sheet) == []
    (draft,) = sheet.drafts()
    assert (draft.title, draft.description, draft.vendor, draft.categories) == (
        "Coat",
        "Warm.\nLong & grey",
        "Tramontane",
        (("Coats",),),
    )
    assert draft.images == (Image("https://i/1", "Front"), Image("https://i/2", "Back"), Image("https://i/3"))
    assert draft.options == (ProductOption("Size", ("S", "M")),)
    small = draft.variants[0]
    assert (small.sku, small.title, small.price, small.backorders) == ("COAT-S", "S", Money("EUR", 2000), False)
    assert sheet.rows[0].source.line == 2
    assert [part.line for part in sheet.rows[0].parts] == [2, 4]


def test_the_header_of_2024_says_the_same_in_other_words(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        NEW,
        "Coat,coat,Warm,Tramontane,Clothing > Coats,Coats,Active,COAT-S,2000000000015,Size,S,20.00,25.00,CONTINUE,https://i/1,1,Front,https://i/1",
    )
    (draft,) = sheet.drafts()
    assert draft.categories == (("Clothing", "Coats"),)
    variant = draft.variants[0]
    assert (variant.sku, variant.barcode, variant.compare_at_price) == ("COAT-S", "2000000000015", Money("EUR", 2500))
    assert variant.backorders
    assert variant.selected_options == (SelectedOption("Size", "S"),)
    assert variant.image == Image("https://i/1")


@pytest.mark.parametrize("column", ["Variant Grams", "Weight value (grams)"])
@pytest.mark.parametrize(("cell", "grams"), [("450", 450), ("453.59", 454), ("0.5", 1), ("0.0", 0), ("", 0)])
def test_a_variant_weighs_whole_grams_in_either_header_whatever_unit_is_displayed(
    tmp_path: Path, column: str, cell: str, grams: int
) -> None:
    header = f"Handle,Title,Variant SKU,Variant Price,{column},Variant Weight Unit"
    (draft,) = read(tmp_path, header, f"coat,Coat,COAT,9,{cell},lb").drafts()
    assert draft.variants[0].grams == grams


@pytest.mark.parametrize("cell", ["-1", "1 kg", "1e3", "nan", "12345678901"])
def test_what_is_no_weight_is_a_bad_row(tmp_path: Path, cell: str) -> None:
    sheet = read(tmp_path, "Handle,Title,Variant SKU,Variant Price,Variant Grams", f"coat,Coat,COAT,9,{cell}")
    assert reasons(sheet) == [(2, f"Variant Grams: {cell!r} is not a weight in grams such as 450")]
    assert sheet.drafts() == []


def test_everything_that_the_demo_sells_has_a_weight() -> None:
    drafts = read_products([DEMO / "catalog.csv"], currency="EUR").drafts()
    assert drafts
    assert [variant.sku for draft in drafts for variant in draft.variants if variant.grams == 0] == []


def test_a_product_without_options_has_its_own_title(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, OPTIONS, "bag,Bag,Title,Default Title,BAG,9").drafts()
    assert (draft.options, draft.variants[0].title, draft.variants[0].selected_options) == ((), "Bag", ())


def test_a_variant_without_a_sku_gets_one_from_handle_and_options(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, OPTIONS, "bague,Bague,Taille,Été 52,,9").drafts()
    assert draft.variants[0].sku == "bague-ete-52"


@pytest.mark.parametrize(
    ("status", "published", "shown"),
    [("active", "true", True), ("draft", "true", False), ("archived", "", False), ("", "false", False), ("", "", True)],
)
def test_what_is_not_published_is_kept_and_not_shown(tmp_path: Path, status: str, published: str, shown: bool) -> None:
    (draft,) = read(
        tmp_path, "Handle,Title,Status,Published,Variant SKU,Variant Price", f"bag,Bag,{status},{published},BAG,9"
    ).drafts()
    assert draft.published is shown


def test_each_bad_row_is_named_with_its_line_and_reason(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        "Handle,Title,Variant SKU,Variant Price,Published",
        "a,A,A-1,12.345,",
        "a,,A-2,abc,",
        "a,,A-3,-1,",
        "a,,A-4,,",
        ",B,B-1,1,",
        "c,,C-1,1,",
        "d,D,,,",
        "e,E,E-1,1,maybe",
        "f,F,F-1,1,",
    )
    assert reasons(sheet) == [
        (2, "Variant Price: '12.345' is not an exact amount of EUR (2 decimals)"),
        (3, "Variant Price: 'abc' is not an amount such as 19.90"),
        (4, "Variant Price: '-1' is negative"),
        (5, "Variant Price is missing"),
        (6, "Handle is missing"),
        (7, "Title is missing"),
        (8, "product 'd' has no variant: no row has a Variant Price"),
        (9, "Published: 'maybe' is neither true nor false"),
    ]
    assert [draft.handle for draft in sheet.drafts()] == ["f"]


def test_a_product_with_a_bad_row_is_known_to_be_incomplete(tmp_path: Path) -> None:
    whole, part = read(tmp_path, "Handle,Title,Variant SKU,Variant Price", "a,A,A-1,1", "b,B,B-1,1", "b,,B-2,1l").rows
    assert (whole.incomplete, part.incomplete) == (False, True)


def test_a_row_with_more_cells_than_columns_is_not_taken_shifted(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Handle,Title,Variant SKU,Variant Price", "a,A,A-1,12,50", "b,B,B-1,12,")
    assert reasons(sheet) == [(2, "has 5 cells under 4 columns; a comma may want quotes")]
    assert [draft.handle for draft in sheet.drafts()] == ["b"]


def test_a_handle_in_any_script_makes_a_sku(tmp_path: Path) -> None:
    (draft,) = read(tmp_path, OPTIONS, "红裙,红裙,尺码,大,,9").drafts()
    assert draft.variants[0].sku == "红裙-大"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Handle,Title\nx,a\0b\n", "holds a NUL byte in line 2"),
        (b"", "is empty; its first line must name the columns"),
        (b"Handle,Price\nx,1\n", "the column 'Title' is missing"),
        (b"Handle,Title\nx,\x81\n", "is neither UTF-8, UTF-16 with its mark, nor Windows-1252; save it as CSV UTF-8"),
        (b"Handle,Title\nx", "line 2: ends in the middle of a row; the file was cut off"),
        (b"\x1f\x8b\x08\x00cut off", "cannot be unpacked: its gzip is damaged, or was cut off"),
        (b'Handle,Title\nx,"cut off', "line 2: a quoted cell never ends; the file was cut off, or a quote is missing"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "products.csv"
    file.write_bytes(content)
    assert [row.reason for row in read_products([file], currency="EUR").unusable] == [reason]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    assert len(read(tmp_path, "Handle,Title,Variant Price", "x,X,1", encoding="utf-8-sig").drafts()) == 1


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("Plain text", "Plain text"),
        ("<p>One</p><p>Two<br>Three</p>", "One\nTwo\nThree"),
        ("<ul><li>a</li><li>b &amp; c</li></ul>", "a\nb & c"),
        ("<script>alert('x')</script><p>Shown</p>", "Shown"),
        ("<p>Broken <b>markup", "Broken markup"),
        ("5 < 6 & 7", "5 < 6 & 7"),
    ],
)
def test_html_becomes_plain_text(html: str, text: str) -> None:
    assert plain(html) == text


def test_a_real_export_is_read_or_each_row_is_named(shared: Path) -> None:
    """The sums are those of data/SOURCES.md."""
    sheet = read_products([shared / "data" / "catalog" / "shopify-bicycles.csv"], currency="USD")
    assert len(sheet.drafts()) == 284
    assert sum(len(draft.variants) for draft in sheet.drafts()) == 1121
    assert sheet.bad == []
