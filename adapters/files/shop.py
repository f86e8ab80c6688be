"""Comptoir's own files: locations, postal codes and listings as CSV, channels as TOML."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from pathlib import Path
from statistics import fmean

import msgspec

from adapters.files.cell import country_code, day, degrees, limit, one_of, price_of, time_zone, whole, yes_or_no
from adapters.files.table import BadCell, Cells, Columns, Table, Taken, each_row, once_each, read_files
from adapters.files.toml import read_toml, require_each_once
from domain.address import Address
from domain.calendar import hours_problem
from domain.channel import Assortment, ChannelFacts, ChannelKind, ChannelStrategy, FulfillmentMethod, Shows
from domain.intake.listing import Listed, ListingDraft
from domain.intake.location import LocationDraft, PostalCodeDraft, TerminalDraft
from domain.intake.report import Row, Sheet, Watch, unwatched
from domain.location import USUAL_CAPACITY, Capacity, Coordinates, LocationKind, LocationService, PostalCode
from domain.money import minor_digits
from domain.terminal import TERMINALS_MAX
from domain.text import slug

NEEDED_OF_LOCATIONS = ("name", "kind", "address", "country_code", "latitude", "longitude", "time_zone", "services")
NEEDED_OF_POSTAL_CODES = ("country_code", "postal_code", "latitude", "longitude")
LINE_QUANTITY_MAX = 10_000
PACKING_MAX, PACKING_CHARACTERS_MAX = 20, 200


def read_locations(
    files: Collection[Path], *, columns: Columns | None = None, watch: Watch = unwatched
) -> Sheet[LocationDraft]:
    """Where no column is a code, each location has one made of its name."""
    codes: Counter[str] = Counter()

    def take(table: Table) -> Taken[LocationDraft]:
        has_codes = table.header.has("code")
        return each_row(table.rows, lambda cells: location_of(cells, None if has_codes else codes))

    sheet = Sheet.of(read_files(files, take, needs=NEEDED_OF_LOCATIONS, columns=columns, watch=watch))
    return once_each(sheet, lambda draft: draft.code)


def code_of(name: str, codes: Counter[str]) -> str:
    """`Gare du Midi` is `gare-du-midi`, a second one `gare-du-midi-2`."""
    code = slug(name)
    codes[code] += 1
    return code if codes[code] == 1 else f"{code}-{codes[code]}"


def location_of(cells: Cells, codes: Counter[str] | None) -> LocationDraft:
    """`codes`: how often each was made; None where the file has its own."""
    country, hours = cells.must_read("country_code", country_code), cells.text("opening_hours")
    if hours is not None and (problem := hours_problem(hours, country)):
        raise BadCell(f"opening_hours {problem}")
    opens_on, closes_on = cells.read("opens_on", day), cells.read("closes_on", day)
    if opens_on and closes_on and closes_on < opens_on:
        raise BadCell(f"closes_on: {closes_on} is before opens_on, {opens_on}")
    return LocationDraft(
        code=cells.needed("code") if codes is None else code_of(cells.needed("name"), codes),
        name=cells.needed("name"),
        kind=cells.must_read("kind", lambda text: one_of(LocationKind, text)),
        address=Address(
            line1=cells.needed("address"),
            line2=cells.text("address2"),
            postal_code=cells.text("postal_code") or "",
            city=cells.text("city") or "",
            region=cells.text("region"),
            country_code=country,
            phone=cells.text("phone"),
        ),
        coordinates=coordinates_of(cells),
        time_zone=cells.must_read("time_zone", time_zone),
        opening_hours=hours,
        services=cells.read("services", services) or frozenset(),
        walk_in_buffer=cells.read("walk_in_buffer", whole) or 0,
        opens_on=opens_on,
        closes_on=closes_on,
        capacity=capacity_of(cells),
        terminals=cells.read("terminals", terminals) or (),
    )


def capacity_of(cells: Cells) -> Capacity:
    handling_minutes = cells.read("handling_minutes", whole)
    return Capacity(
        handling_minutes=USUAL_CAPACITY.handling_minutes if handling_minutes is None else handling_minutes,
        pickups_per_hour=cells.read("pickups_per_hour", limit),
        pickups_per_day=cells.read("pickups_per_day", limit),
        parcels_per_day=cells.read("parcels_per_day", limit),
    )


def read_postal_codes(
    files: Collection[Path], *, columns: Columns | None = None, watch: Watch = unwatched
) -> Sheet[PostalCodeDraft]:
    """Places that share a code make one, in the middle of them, with the name of the first."""

    def take(table: Table) -> Taken[PostalCodeDraft]:
        return each_row(table.rows, postal_code_of)

    sheet = Sheet.of(read_files(files, take, needs=NEEDED_OF_POSTAL_CODES, columns=columns, watch=watch))
    by_code: dict[PostalCode, list[Row[PostalCodeDraft]]] = {}
    for row in sheet.rows:
        by_code.setdefault(row.draft.code, []).append(row)
    rows = [shared[0]._replace(draft=middle_of([row.draft for row in shared])) for shared in by_code.values()]
    return replace(sheet, rows=rows)


def middle_of(shared: Sequence[PostalCodeDraft]) -> PostalCodeDraft:
    """To a millionth of a degree, which is a tenth of a meter."""
    latitude = fmean(draft.center.latitude for draft in shared)
    longitude = fmean(draft.center.longitude for draft in shared)
    return shared[0] if len(shared) == 1 else replace(shared[0], center=Coordinates(round(latitude, 6), round(longitude, 6)))


def postal_code_of(cells: Cells) -> PostalCodeDraft:
    code = PostalCode(cells.must_read("country_code", country_code), cells.needed("postal_code"))
    return PostalCodeDraft(code, cells.text("name") or "", coordinates_of(cells))


def read_listings(
    files: Collection[Path],
    *,
    currencies: Mapping[str, str],
    columns: Columns | None = None,
    watch: Watch = unwatched,
) -> Sheet[ListingDraft]:
    """`currencies`: that of each channel, by its code."""

    def take(table: Table) -> Taken[ListingDraft]:
        return each_row(table.rows, partial(listing_of, currencies=currencies))

    sheet = Sheet.of(read_files(files, take, needs=("channel", "handle"), columns=columns, watch=watch))
    return once_each(sheet, lambda draft: draft.of)


def listing_of(cells: Cells, currencies: Mapping[str, str]) -> ListingDraft:
    of = Listed(cells.needed("channel"), cells.needed("handle"), cells.text("sku"))
    if of.channel not in currencies:
        raise BadCell(f"no channel has code {of.channel!r}")
    own = ("title",) if of.sku else ("price", "compare_at_price")
    if stray := next((column for column in own if cells.text(column)), None):
        raise BadCell(f"{stray} is of a {'product, and this row has a SKU' if of.sku else 'variant, and this row has no SKU'}")
    return ListingDraft(
        of=of,
        listed=cells.read("listed", yes_or_no),
        title=cells.text("title"),
        price=cells.read("price", lambda text: price_of(text, currencies[of.channel])),
        compare_at_price=cells.read("compare_at_price", lambda text: price_of(text, currencies[of.channel])),
    )


def services(text: str) -> frozenset[LocationService]:
    return frozenset(one_of(LocationService, word) for word in re.split(r"[|;,\s]+", text))


def terminals(text: str) -> tuple[TerminalDraft, ...]:
    """`Caisse 1|Caisse 2`, or with what the payment provider calls each: `Caisse 1=tmr_1|Caisse 2=tmr_2`."""
    pairs = [part.partition("=") for part in text.split("|")]
    drafts = [TerminalDraft(name.strip(), reference.strip() or None) for name, _, reference in pairs]
    names = {draft.name for draft in drafts}
    if "" in names or len(names) < len(drafts):
        raise ValueError(f"{text!r} names a terminal twice, or not at all")
    if len(drafts) > TERMINALS_MAX:
        raise ValueError(f"has {len(drafts)} terminals; a location has {TERMINALS_MAX} at most")
    return tuple(sorted(drafts, key=attrgetter("name")))


def coordinates_of(cells: Cells) -> Coordinates:
    return Coordinates(
        cells.must_read("latitude", partial(degrees, limit=90)), cells.must_read("longitude", partial(degrees, limit=180))
    )


# ------------------------------------------------------------------------------------------------ channels


class ChannelTable(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    kind: ChannelKind
    strategy: ChannelStrategy
    currency: str
    public: bool
    methods: tuple[FulfillmentMethod, ...]
    shows: Shows = Shows.QUANTITY
    low_stock: int = 3
    safety: int = 0
    assortment: Assortment = Assortment.ALL
    registered_only: bool = False
    country: str | None = None
    line_quantity_max: int = 50
    packing: tuple[str, ...] = ()


class ChannelsFile(msgspec.Struct, forbid_unknown_fields=True):
    channels: list[ChannelTable]


def read_channels(file: Path) -> list[ChannelFacts]:
    """Raises ValueError, naming the file and the key, for what no channel can be made of."""
    return read_toml(file, ChannelsFile, channels_of)


def channels_of(file: ChannelsFile) -> list[ChannelFacts]:
    require_each_once("channel", (table.code for table in file.channels))
    return [channel_of(table) for table in file.channels]


def channel_of(table: ChannelTable) -> ChannelFacts:
    minor_digits(table.currency)
    if min(table.low_stock, table.safety) < 0:
        raise ValueError(f"channel {table.code!r}: low_stock and safety are units, 0 or more")
    if not 1 <= table.line_quantity_max <= LINE_QUANTITY_MAX:
        raise ValueError(f"channel {table.code!r}: line_quantity_max is a number of units from 1 to {LINE_QUANTITY_MAX:,}")
    if len(table.packing) > PACKING_MAX or any(not 0 < len(one) <= PACKING_CHARACTERS_MAX for one in table.packing):
        message = f"packing has {PACKING_MAX} items at most, of 1 to {PACKING_CHARACTERS_MAX} characters"
        raise ValueError(f"channel {table.code!r}: {message}")
    return ChannelFacts(
        code=table.code,
        name=table.name,
        kind=table.kind,
        strategy=table.strategy,
        currency_code=table.currency,
        public=table.public,
        fulfillment_methods=table.methods,
        shows=table.shows,
        low_stock=table.low_stock,
        safety=table.safety,
        assortment=table.assortment,
        registered_only=table.registered_only,
        country_code=country_of(table),
        line_quantity_max=table.line_quantity_max,
        packing=table.packing,
    )


def country_of(table: ChannelTable) -> str | None:
    try:
        return None if table.country is None else country_code(table.country)
    except ValueError as error:
        raise ValueError(f"channel {table.code!r}: {error}") from None
