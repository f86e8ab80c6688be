"""The example of docs/promises.md, worked out again."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from domain.hours import minute_of, moment
from domain.load import Load
from domain.location import Capacity
from domain.promise import PICKUP_MARGIN_MINUTES, Workplace, pickup, promise
from domain.stage import Openings, Stage, Work
from tests.domain.test_location import shop

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
STORE = shop(opening_hours="Mo-Sa 10:00-19:30; PH off; Dec 24 10:00-17:00", capacity=Capacity(handling_minutes=45))
PLACE = Workplace(STORE, Load(queue_minutes=20))
NOW = datetime.fromisoformat("2026-12-24T15:47:20+01:00")


def shown(minute: int | None) -> str:
    assert minute is not None
    assert STORE.calendar is not None
    return f"{moment(minute, STORE.calendar.zone):%-d %b %H:%M}"


def worked_out() -> str:
    """Each stage forward from now, and back from where it led."""
    hours = PLACE.hours()
    assert hours is not None
    stages: list[tuple[str, Stage]] = [
        ("20 minutes of queue, 45 of handling", Work(PLACE.work_minutes, hours)),
        ("the store is open: **earliest**", Openings(hours)),
        ("an hour of work later", Work(PICKUP_MARGIN_MINUTES, hours)),
        ("the store is open: **latest**", Openings(hours)),
    ]
    starts: list[int | None] = [minute_of(NOW)]
    for _, stage in stages:
        starts.append(stage.after(starts[-1] or 0))
    opened = stages[1][1].before(starts[2] or 0)  # only what leads to the earliest moment is carried back: it decides here
    last = [shown(stages[0][1].before(opened or 0)), shown(opened), "", ""]
    lines = [
        f"| {words} | {shown(start)} | {shown(done)} | {by} |"
        for (words, _), start, done, by in zip(stages, starts[:-1], starts[1:], last, strict=True)
    ]
    return "\n".join(["| stage | begins | is done | begins at the latest |", "|---|---|---|---|", *lines])


def test_the_example_is_what_the_stages_do() -> None:
    found = re.search(r"<!-- example -->\n\n(.*?)\n\n<!-- /example -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == worked_out()


def test_and_what_is_promised() -> None:
    journey = pickup(PLACE)
    assert journey is not None
    made = promise([journey], NOW)
    assert made is not None
    told = [f"{at:%-d %b %H:%M}" for at in (made.earliest, made.latest, made.order_by)]
    assert told == ["26 Dec 10:00", "26 Dec 11:00", "24 Dec 15:55"]
    assert all(words in worked_out() for words in told)
    missed = promise([journey], datetime.fromisoformat("2026-12-24T15:55:01+01:00"))
    assert missed is not None
    assert f"{missed.earliest:%-d %b %H:%M}" == "26 Dec 10:15"
