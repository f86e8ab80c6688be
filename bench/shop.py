"""The shop that is measured: 1,000 products of 3 variants and 20 locations that have nearly all of it, from one seed."""

from __future__ import annotations

import asyncio
import csv
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from bench.databases import settle
from domain.actor import Actor
from domain.catalog import Sku

SEED = 1
PRODUCTS = 1_000
SIZES = ("S", "M", "L")
LOCATIONS = 20
UNITS_MAX = 40
UNITS_SCARCE_MAX = 2
IMPORT_SECONDS = 600

CHANNELS = Path(__file__).parents[1] / "demo" / "channels.toml"
CARRIERS, RULES = (Path(__file__).with_name(name) for name in ("carriers.toml", "rules.toml"))
COMPTOIR = Path(sys.executable).with_name("comptoir")

HANDLES = [f"coat-{number:04}" for number in range(PRODUCTS)]
SKUS = [f"{handle.upper()}-{size}" for handle in HANDLES for size in SIZES]
SCARCE = frozenset(SKUS[::10])  # a store often has none of these, or too few
CODES = [f"STORE-{number:02}" for number in range(LOCATIONS)]
POSTAL_CODES = [f"{number:05}" for number in range(1_000, 96_000, 1_000)]


def fill(url: str) -> None:
    """By the commands with which a shop takes its own files in."""
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in ("locations", "postal-codes", "catalog", "stock")}
        write(files["locations"], locations(rng))
        write(files["catalog"], catalog(rng))
        write(files["stock"], stock(rng))
        write(files["postal-codes"], postal_codes(rng))
        comptoir(url, "channels", "set", str(CHANNELS))
        for name, file in files.items():
            comptoir(url, "import", name, str(file))
    comptoir(url, "carriers", "set", str(CARRIERS))
    comptoir(url, "rules", "set", str(RULES))
    settle(url)


def little(url: str, *, skus: int = 20, units: int = 100_000) -> tuple[list[str], str]:
    """A shop of one store with plenty of a few things; answers the ids of its variants, and of the store."""
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in ("locations", "catalog", "stock")}
        write(files["locations"], islice(locations(rng), 1))
        write(files["catalog"], islice(catalog(rng), skus))
        write(files["stock"], ({"SKU": sku, CODES[0]: units} for sku in SKUS[:skus]))
        comptoir(url, "channels", "set", str(CHANNELS))
        for name, file in files.items():
            comptoir(url, "import", name, str(file))
    comptoir(url, "rules", "set", str(RULES))
    settle(url)
    return asyncio.run(ids(url, SKUS[:skus]))


async def ids(url: str, skus: Sequence[str]) -> tuple[list[str], str]:
    database = Database(url)
    reads = SqlReads(database)
    actor = Actor(next(channel for channel in await reads.channels.every() if channel.code == "web"))
    found = await reads.catalog.variants_any(actor, [Sku(sku) for sku in skus])
    (store,) = [one.id for one in await reads.locations.every(actor) if one.code == CODES[0]]
    await database.close()
    return [str(one.id) for one in found if one], str(store)


def comptoir(url: str, *words: str) -> None:
    environment = {**os.environ, "COMPTOIR_DATABASE_URL": url}
    done = subprocess.run(
        [COMPTOIR, *words], env=environment, timeout=IMPORT_SECONDS, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"comptoir {' '.join(words)}: {done.stderr}")


def write(file: Path, rows: Iterator[dict[str, object]]) -> None:
    first = next(rows)
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, first)
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(rows)


def locations(rng: random.Random) -> Iterator[dict[str, object]]:
    """Stores all over France that do everything."""
    for code in CODES:
        yield {
            "code": code,
            "name": f"Maison {code.title()}",
            "kind": "STORE",
            "address": "1 rue de la Paix",
            "country_code": "FR",
            "latitude": round(rng.uniform(43, 50), 4),
            "longitude": round(rng.uniform(-1, 7), 4),
            "time_zone": "Europe/Paris",
            "opening_hours": "Mo-Sa 10:00-19:00",
            "services": "PICKUP|RESERVE_IN_STORE|SHIP_FROM|ACCEPT_RETURNS",
        }


def postal_codes(rng: random.Random) -> Iterator[dict[str, object]]:
    for code in POSTAL_CODES:
        place = {"latitude": round(rng.uniform(43, 50), 4), "longitude": round(rng.uniform(-1, 7), 4)}
        yield {"country_code": "FR", "postal_code": code, **place}


def catalog(rng: random.Random) -> Iterator[dict[str, object]]:
    """Shopify's product export."""
    for handle in HANDLES:
        price, grams = rng.randrange(1_900, 49_900), rng.randrange(200, 2_000, 50)
        for size in SIZES:
            is_first = size == SIZES[0]
            yield {
                "Handle": handle,
                "Title": handle.title() if is_first else "",
                "Body (HTML)": f"<p>{'A coat for every weather. ' * 8}</p>" if is_first else "",
                "Vendor": "Maison" if is_first else "",
                "Published": "true" if is_first else "",
                "Option1 Name": "Size" if is_first else "",
                "Option1 Value": size,
                "Variant SKU": f"{handle.upper()}-{size}",
                "Variant Price": f"{price // 100}.{price % 100:02}",
                "Variant Grams": grams,
                "Image Src": f"https://images.example/{handle}.jpg" if is_first else "",
            }


def stock(rng: random.Random) -> Iterator[dict[str, object]]:
    """Shopify's inventory export, with a column per location."""
    for sku in SKUS:
        most = UNITS_SCARCE_MAX if sku in SCARCE else UNITS_MAX
        yield {"SKU": sku} | {code: rng.randint(0, most) for code in CODES}
