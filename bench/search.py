"""Search at 20,000 products: what each kind of question takes within one process, without HTTP."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from adapters.clock import system
from adapters.sql.database import Database
from adapters.sql.reads import SqlReads
from bench.databases import new, settle
from bench.report import Row
from bench.shop import CHANNELS, SEED, comptoir, write
from domain.actor import Actor
from domain.catalog import ProductFilter, ProductPage, ProductQuery, ProductSort
from domain.page import PageRequest
from domain.refusal import InvalidInput
from domain.search import understood

PRODUCTS = 20_000
PAGE = 24
TIMES = 40

THINGS = ("Manteau", "Robe", "Chemise", "Pantalon", "Jupe", "Veste", "Pull", "Écharpe", "Bonnet", "Gants", "Bottes", "Sac")
KINDS = ("long", "court", "matelassé", "imprimé", "rayé", "brodé", "léger", "imperméable", "élégant", "sportif")
STUFFS = ("en laine", "en coton", "en soie", "en lin", "en cuir", "en velours", "en jersey", "en cachemire")
COLORS = ("noir", "blanc", "rouge", "bleu marine", "camel", "écru", "gris chiné")
SIZES = ("36", "38", "40")
SYLLABLES = ("ma", "lo", "ti", "ra", "ve", "no", "si", "ka", "du", "pe", "fi", "bo", "le", "ro", "za")

SEARCHES = {
    "no search": None,
    "a SKU": "SKU-12345-38",
    "one word": "manteau",
    "its plural": "manteaux",
    "with a mistake": "mantaeu",
    "three words": "manteau long laine",
    "two letters": "ma",
    "in every product": "38",
    "in none": "zzxqwv",
}


def measure(kind: str, url: str) -> Iterator[Row]:
    """In a shop of its own, beside the one at `url`."""
    with new(kind) as own:
        fill(own)
        yield from asyncio.run(asked(kind, own))


def fill(url: str) -> None:
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        file = Path(folder) / "catalog.csv"
        write(file, catalog(random.Random(SEED)))
        comptoir(url, "channels", "set", str(CHANNELS))
        comptoir(url, "import", "catalog", str(file))
    settle(url)


def catalog(rng: random.Random) -> Iterator[dict[str, object]]:
    for number in range(PRODUCTS):
        title = " ".join((rng.choice(THINGS), rng.choice(KINDS), rng.choice(STUFFS), invented(rng)))
        for size in SIZES:
            yield {
                "Handle": f"product-{number}",
                "Title": title if size == SIZES[0] else "",
                "Vendor": invented(rng) if size == SIZES[0] else "",
                "Option1 Name": "Taille",
                "Option1 Value": size,
                "Option2 Name": "Couleur",
                "Option2 Value": rng.choice(COLORS),
                "Variant SKU": f"SKU-{number:05}-{size}",
                "Variant Price": f"{rng.randint(10, 300)}.00",
            }


def invented(rng: random.Random) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 4))).title()


async def asked(kind: str, url: str) -> list[Row]:
    database = Database(url)
    reads = SqlReads(database)
    actor = Actor(next(channel for channel in await reads.channels.every() if channel.code == "web"))
    rows: list[Row] = []
    for name, text in SEARCHES.items():
        found = await page(reads, actor, text)
        hits = await reads.catalog.count(actor, found.query)
        took = [await milliseconds(reads, actor, text) for _ in range(TIMES)]
        p95 = quantiles(took, n=20)[-1]
        times = {"p50 ms": round(median(took), 1), "p95 ms": round(p95, 1)}
        rows.append({"search": name, "database": kind, "products found": hits, **times})
    await database.close()
    return rows


async def milliseconds(reads: SqlReads, actor: Actor, text: str | None) -> float:
    began = perf_counter()
    await page(reads, actor, text)
    return (perf_counter() - began) * 1000


async def page(reads: SqlReads, actor: Actor, text: str | None) -> ProductPage:
    """The first of the best, as a listing asks for them."""
    search = await understood(reads.search, actor, text)
    assert not isinstance(search, InvalidInput)
    query = ProductQuery(filter=ProductFilter(), sort=ProductSort.RELEVANCE, search=search, now=system())
    found = await reads.catalog.products(actor, query, PageRequest(PAGE))
    assert isinstance(found, ProductPage)
    return found
