"""Draws docs/sourcing-map.svg, the order of docs/sourcing.md on a map of the demo shop: `python -m bench.sourcing_map`."""

from __future__ import annotations

import asyncio
import csv
from math import cos, radians
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from adapters.sql.database import Database
from adapters.sql.migrate import migrate
from bench.databases import new
from bench.sourcing_example import TO, Example, example, shipments
from gateway.demo import FILES, load

FILE = Path(__file__).parents[1] / "docs" / "sourcing-map.svg"
MIDDLE = cos(radians(46.5))  # a degree of longitude in the middle of France is so much shorter than one of latitude
INK, QUIET, CHOSEN = "#333333", "#9a9a9a", "#c2410c"


def draw(found: Example, file: Path) -> None:
    """The same file for the same plan: ids come from a salt, and no date is told; letters stay letters."""
    with mpl.rc_context({"svg.hashsalt": "comptoir", "svg.fonttype": "none"}):
        figure = Figure(figsize=(7, 6.5), layout="constrained")
        axes = figure.add_subplot()
        axes.set_aspect(1 / MIDDLE)
        axes.set_axis_off()
        axes.margins(0.12)
        draw_locations(axes, {part.location.code for part in found.plan.parts})
        draw_parcels(axes, found)
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})


def draw_locations(axes: Axes, chosen: set[str]) -> None:
    """Stores are round, other places square; those that send something stand out."""
    with (FILES / "locations.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            at, below = (float(row["longitude"]), float(row["latitude"])), row["kind"] == "THIRD_PARTY"
            color = CHOSEN if row["code"] in chosen else QUIET
            axes.plot(*at, "o" if row["kind"] == "STORE" else "s", color=color, markersize=6)
            axes.annotate(row["code"], at, (7, -9 if below else 1), textcoords="offset points", color=color, fontsize=8)


def draw_parcels(axes: Axes, found: Example) -> None:
    """An arrow from each sender to the buyer, with what is in the parcel and what it costs."""
    end = found.to.longitude, found.to.latitude
    for part, goods in zip(found.plan.parts, shipments(found.plan), strict=True):
        start = part.location.longitude, part.location.latitude
        arrow = {"arrowstyle": "-|>", "color": CHOSEN, "shrinkA": 6, "shrinkB": 12}
        axes.annotate("", end, start, arrowprops=arrow)
        told = f"{goods.replace(', ', chr(10))}\n{part.cost.amount} {part.cost.currency_code}"
        is_west = start[0] < end[0]
        offset, side = ((-9, -8), "right") if is_west else ((9, -8), "left")  # away from the arrow
        axes.annotate(told, start, offset, textcoords="offset points", ha=side, va="top", color=INK, fontsize=8)
    axes.plot(*end, "*", color=INK, markersize=16, zorder=1)
    axes.annotate(f"the buyer, {TO.postal_code}", end, (7, -12), textcoords="offset points", color=INK, fontsize=8)


async def drawn(url: str, file: Path) -> None:
    database = Database(url)
    await migrate(database)
    await load(database)
    draw(await example(database), file)
    await database.close()


if __name__ == "__main__":
    with new("SQLite") as url:
        asyncio.run(drawn(url, FILE))
