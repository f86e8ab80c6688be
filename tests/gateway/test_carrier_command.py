"""`comptoir carriers` and `comptoir rules`: checked whole, set once, listed, and every mistake told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gateway.test_command import DEMO, Shell


@pytest.fixture
def comptoir(database_url: str, tmp_path: Path) -> Shell:
    """With the demo's channels and locations."""
    shell = Shell(database_url, tmp_path)
    shell.does("channels", "set", str(DEMO / "channels.toml"))
    shell.does("import", "locations", str(DEMO / "locations.csv"))
    return shell


def test_carriers_are_checked_set_and_listed(comptoir: Shell) -> None:
    file = DEMO / "carriers.toml"
    assert comptoir.does("carriers", "check", str(file)) == f"6 prices and 10 routes can be set from {file}.\n"
    assert comptoir.does("carriers", "list") == ""
    assert comptoir.does("carriers", "set", str(file)) == "Carriers: version 1 counts from now on.\n"
    assert comptoir.does("carriers", "set", str(file)) == "Carriers: version 1 says the same already; nothing was changed.\n"
    listed = comptoir.does("carriers", "list").splitlines()
    assert listed[:2] == ["version 1", "STANDARD to métropole  4.90 EUR  free from 100 EUR"]
    assert (
        "Coursiers Sirocco  from STORE  SAME_DAY to métropole within 12 km  collects Mo-Sa 12:30-12:45,17:00-17:15; PH off  "
        "0 days  9.40 EUR a parcel, 0 a kilogram  by courier"
    ) in listed
    assert listed[-1] == (
        "Messagerie Alizé  from STORE  to STORE  collects Mo-Sa 16:00-16:30; PH off  1 to 3 days  "
        "5.20 EUR a parcel, 0.45 a kilogram  by truck"
    )


def test_rules_are_checked_set_and_listed(comptoir: Shell) -> None:
    file = DEMO / "rules.toml"
    said = f"Shared rules and those of 1 channel can be set from {file}.\n"
    assert comptoir.does("rules", "check", str(file)) == said
    assert comptoir.does("rules", "list") == ""
    assert comptoir.does("rules", "--simulate", str(file)) == "There are no orders yet.\n"
    assert comptoir.does("rules", "set", str(file)) == "Sourcing rules: version 1 counts from now on.\n"
    assert comptoir.does("rules", "set", str(file)) == "Sourcing rules: version 1 says the same already; nothing was changed.\n"
    assert comptoir.does("rules", "list").splitlines() == [
        "all channels v1  per_parcel 1.50  per_day_late 4.00  per_kg_carbon 0.10  store_depletion 2.00  "
        "prefer WAREHOUSE, THIRD_PARTY, STORE  max_parcels 4",
        "kiosk v1  per_parcel 3.00  per_day_late 4.00  per_kg_carbon 0.10  max_parcels 2",
    ]


@pytest.mark.parametrize("verb", ["check", "set"])
def test_mistakes_are_all_told_and_nothing_is_set(comptoir: Shell, tmp_path: Path, verb: str) -> None:
    carriers, rules = tmp_path / "carriers.toml", tmp_path / "rules.toml"
    text = (DEMO / "carriers.toml").read_text("utf-8")
    carriers.write_text(text.replace('mode = "van"', 'mode = "bus"').replace("radius_km = 12", "radius_km = 0"), "utf-8")
    assert comptoir.fails("carriers", verb, str(carriers)).splitlines() == [
        f"{carriers}: deliveries[4].mode: there is no mode 'bus'; `modes` has courier, shuttle, truck, truck-electric, van",
        f"{carriers}: deliveries[5].mode: there is no mode 'bus'; `modes` has courier, shuttle, truck, truck-electric, van",
        f"{carriers}: deliveries[6].radius_km: is a number from 0.001 to 1,000,000, and not 0.0",
        "comptoir: nothing was changed: 3 mistakes; correct what is wrong",
    ]
    rules.write_text('[shared]\nexclude = ["MOON"]\n[channels.radio]\nper_km = -1\n', "utf-8")
    assert comptoir.fails("rules", verb, str(rules)).splitlines() == [
        f"{rules}: shared.exclude: no location has code 'MOON'",
        f"{rules}: channels.radio: no channel has code 'radio'",
        f"{rules}: channels.radio.per_km: is a number from 0 to 1,000,000, and not -1",
        "comptoir: nothing was changed: 3 mistakes; correct what is wrong",
    ]
    assert comptoir.does("carriers", "list") + comptoir.does("rules", "list") == ""
