"""The merchant's guide: its commands, run in its order by a shell, with two exports in the folder."""

from __future__ import annotations

import csv
import json
import os
import re
import socket
import subprocess
from pathlib import Path

from tests.gateway.test_command import COMPTOIR

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "guides" / "merchant.md").read_text("utf-8")
SECONDS = 120


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def exports(folder: Path) -> None:
    """As Shopify writes them: the demo's products, and a count of each variant at the two locations of the guide."""
    products = ROOT / "demo" / "catalog.csv"
    (folder / "products_export.csv").write_bytes(products.read_bytes())
    with products.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Variant SKU"]]
    with (folder / "inventory_export.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["Handle", "Title", "SKU", "Location", "On hand"])
        writer.writerows(
            [row["Handle"], row["Title"], row["Variant SKU"], at, 3] for row in rows for at in ("Lyon", "Warehouse")
        )


def test_its_commands_lead_from_two_exports_to_an_answer(tmp_path: Path) -> None:
    exports(tmp_path)
    port = str(free_port())
    steps = [step.replace("8000", port) for step in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)]
    script = "\n".join(["set -e", "trap 'kill $(jobs -p)' EXIT", *steps])
    path = f"{COMPTOIR.parent}{os.pathsep}{os.environ['PATH']}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COMPTOIR_")}
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**environment, "PATH": path, "COMPTOIR_PORT": port},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    *told, found, at_stores = ran.stdout.splitlines() if ran.stdout.endswith("\n") else split(ran.stdout)
    taken, (checked, promoted, listed), delivery, rules = told[:5], told[5:8], told[8:10], told[10:]
    assert [line.split(":")[0] for line in taken] == ["Channels", "Locations", "Products", "Stock levels", "Tax rates"]
    assert checked == "1 promotion can be set from promotions.toml."
    assert promoted.startswith("Promotions: 1 added")
    assert listed == "Welcome  10 % off each order  code WELCOME"
    assert delivery == [
        "1 price and 2 routes can be set from carriers.toml.",
        "Carriers: version 1 counts from now on.",
    ]
    assert rules == [
        "Sourcing rules: version 1 counts from now on.",
        "all channels v1  per_parcel 1.50  per_day_late 4.00  prefer WAREHOUSE, STORE",
        "web v1  per_parcel 1.50  per_kg_carbon 0.10",
    ]
    nodes = json.loads(found)["data"]["products"]["nodes"]
    assert len(nodes) == 3
    assert all("manteau" in node["title"].lower() for node in nodes)
    assert {variant["availableQuantity"] for node in nodes for variant in node["variants"]} == {6}
    places = json.loads(at_stores)["data"]["products"]["nodes"][0]["variants"][0]["availability"]["nodes"]
    assert [(place["location"]["name"], place["quantity"]) for place in places] == [("Lyon", 3), ("Warehouse", 3)]


def split(output: str) -> list[str]:
    """Answers come without a line end between them."""
    lines, answers = output.rsplit("\n", 1)
    first, second = answers.split("}{")
    return [*lines.splitlines(), first + "}", "{" + second]
