"""Imports a large shop by `comptoir import`, as a merchant does, and says how fast and in how much memory.

    .venv/bin/python bench/import_at_size.py                       20,000 variants × 200 locations into a file of SQLite
    .venv/bin/python bench/import_at_size.py --on postgresql       the same into a database of its own, dropped afterwards

Files and database are made in a temporary folder from a seed; a table goes to stderr, JSON to stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg

COMPTOIR = Path(sys.executable).with_name("comptoir")
SERVER = os.environ.get("COMPTOIR_TEST_POSTGRES", "postgresql+asyncpg://postgres@127.0.0.1:5432/postgres")
DATABASE = "comptoir_bench_import"
VARIANTS_OF_A_PRODUCT = 10


@dataclass(frozen=True, slots=True)
class Step:
    """One command. `things`: what it imported, in rows; `memory_mb`: the most it ever had resident."""

    command: str
    things: int
    seconds: float
    memory_mb: int

    @property
    def rate(self) -> int:
        return round(self.things / self.seconds)


def write_files(folder: Path, *, variants: int, locations: int, seed: int) -> None:
    chance = random.Random(seed)
    with (folder / "locations.csv").open("w") as file:
        file.write("code,name,kind,address,country_code,latitude,longitude,time_zone,services\n")
        for n in range(locations):
            place = f"{chance.uniform(43, 50):.4f},{chance.uniform(-1, 7):.4f}"
            file.write(f"S{n:03},Store {n},STORE,{n} rue de la Paix,FR,{place},Europe/Paris,PICKUP|SHIP_FROM\n")
    with (folder / "catalog.csv").open("w") as file:
        file.write("Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n")
        for n in range(variants):
            product, size = divmod(n, VARIANTS_OF_A_PRODUCT)
            first = f"Product {product},Size" if size == 0 else ","
            file.write(f"product-{product},{first},{size},SKU-{n:06},{chance.randrange(500, 50_000) / 100:.2f}\n")
    with (folder / "stock.csv").open("w") as file:
        file.write("SKU,Location,On hand\n")
        for n in range(variants):
            file.writelines(f"SKU-{n:06},S{place:03},{chance.randrange(30)}\n" for place in range(locations))


def run(url: str, things: int, *words: str) -> Step:
    began = time.perf_counter()
    process = subprocess.Popen([COMPTOIR, *words], env={**os.environ, "COMPTOIR_DATABASE_URL": url}, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"comptoir {' '.join(words)} failed")
    return Step(" ".join(Path(word).name for word in words), things, time.perf_counter() - began, usage.ru_maxrss // 1024)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite+aiosqlite:///{folder / 'shop.db'}"
        return
    asyncio.run(server(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)", f"CREATE DATABASE {DATABASE}"))
    try:
        yield SERVER.rsplit("/", 1)[0] + "/" + DATABASE
    finally:
        asyncio.run(server(f"DROP DATABASE {DATABASE} WITH (FORCE)"))


async def server(*statements: str) -> None:
    connection = await asyncpg.connect(SERVER.replace("+asyncpg", ""), timeout=5)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


def measured(options: argparse.Namespace) -> list[Step]:
    levels = options.variants * options.locations
    with tempfile.TemporaryDirectory() as name, database(options.on, folder := Path(name)) as url:
        write_files(folder, variants=options.variants, locations=options.locations, seed=options.seed)
        steps = [
            run(url, options.locations, "import", "locations", str(folder / "locations.csv")),
            run(url, options.variants, "import", "catalog", str(folder / "catalog.csv")),
            run(url, levels, "import", "stock", str(folder / "stock.csv")),
        ]
        if options.again:
            steps.append(run(url, levels, "import", "stock", str(folder / "stock.csv")))
        if options.prove:
            steps.append(run(url, levels, "prove"))
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--variants", type=int, default=20_000)
    parser.add_argument("--locations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="import the same stock once more, which changes nothing")
    parser.add_argument("--prove", action="store_true", help="rebuild every level afterwards")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    steps = measured(options)
    for step in steps:
        print(
            f"{step.command:28}{step.things:>12,}{step.seconds:>9.1f} s{step.rate:>9,}/s{step.memory_mb:>6} MB", file=sys.stderr
        )
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    about = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "load_before": load, "commit": commit}
    steps_told = [asdict(step) | {"rate": step.rate} for step in steps]
    print(json.dumps({**vars(options), **about, "python": platform.python_version(), "steps": steps_told}, indent=2))


if __name__ == "__main__":
    main()
