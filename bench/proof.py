"""`python -m bench.proof`: runs the proofs at full count and writes proof/NAME.json, which is committed.

`share` in a file is what a small part of the same proof gives, for a test to compare.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import crashes, promise, races, sourcing
from bench.report import ROOT, circumstances
from bench.shop import SEED

FOLDER = ROOT / "proof"
SHARE = 4

PROOFS: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "promise": promise.measure,
    "sourcing": sourcing.prove,
}

UNDER_LOAD: dict[str, Callable[[int | None], dict[str, Any]]] = {
    "crashes": crashes.measure,
    "races": races.measure,
}  # on servers of their own


def file_of(name: str) -> Path:
    return FOLDER / f"{name}.json"


def written(name: str) -> dict[str, Any]:
    """Each figure either exact, the same on every machine, or a time of this one."""
    measure = (PROOFS | UNDER_LOAD)[name]
    around, found = circumstances(), measure(None)
    machine = {key: around[key] for key in ("processor", "cores", "memory GB", "system", "Python")}
    figures = {"exact": found["exact"], "share": measure(SHARE)["exact"], "times": found["times"]}
    return {"seed": SEED, "commit": around["commit"], "machine": machine, "figures": figures}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.proof", description=__doc__)
    parser.add_argument("--only", choices=[*PROOFS, *UNDER_LOAD], help="one of them instead of all")
    only = parser.parse_args().only
    FOLDER.mkdir(exist_ok=True)
    for name in [only] if only else [*PROOFS, *UNDER_LOAD]:
        found = json.dumps(written(name), ensure_ascii=False, indent=2)
        print(found, flush=True)
        file_of(name).write_text(f"{found}\n", "utf-8")


if __name__ == "__main__":
    main()
