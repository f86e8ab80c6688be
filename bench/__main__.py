"""`python -m bench`: measures, says what it found, and rewrites the tables of docs/performance.md."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from contextlib import ExitStack

from bench import bombs, inside, levels, live, purchases, reads, search, shortcuts, sourcing, startup
from bench.databases import kinds, new
from bench.report import circumstances, publish
from bench.shop import fill
from gateway.logs import configure

BENCHES = {
    "reads": reads.measure,
    "inside": inside.measure,
    "purchases": purchases.measure,
    "startup": startup.measure,
    "search": search.measure,
    "live": live.measure,
    "bombs": bombs.measure,
    "levels": levels.measure,
}
WITHOUT_SHOP = {
    "sourcing": sourcing.measure,
    "shortcuts": shortcuts.measure,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", choices=[*BENCHES, *WITHOUT_SHOP], help="one of them instead of all")
    only = parser.parse_args().only
    configure("console")
    logging.getLogger().setLevel(logging.WARNING)  # a line for each request is the servers' to write
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # servers and databases go with it
    names = [only] if only else [*BENCHES, *WITHOUT_SHOP]
    for name in (name for name in WITHOUT_SHOP if name in names):
        publish(name, list(WITHOUT_SHOP[name]()))
    if asked := [name for name in BENCHES if name in names]:
        in_shops(asked)


def in_shops(names: list[str]) -> None:
    with ExitStack() as stack:
        shops = {kind: stack.enter_context(new(kind)) for kind in kinds()}
        for kind, url in shops.items():
            print(f"Filling a shop on {kind} …", flush=True)
            fill(url)
        publish("circumstances", [circumstances()])
        for name in names:
            publish(name, [row for kind, url in shops.items() for row in BENCHES[name](kind, url)])


if __name__ == "__main__":
    main()
