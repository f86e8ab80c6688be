"""`comptoir promotions` and `comptoir taxes`: a file is checked whole, set twice changes nothing, and says all there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gateway.test_command import DEMO, Shell


@pytest.fixture
def comptoir(database_url: str, tmp_path: Path) -> Shell:
    """With the demo's channels and catalog."""
    shell = Shell(database_url, tmp_path)
    shell.does("channels", "set", str(DEMO / "channels.toml"))
    shell.does("import", "catalog", str(DEMO / "catalog.csv"))
    return shell


def test_promotions_are_checked_set_and_listed(comptoir: Shell) -> None:
    file = DEMO / "promotions.toml"
    assert comptoir.does("promotions", "check", str(file)) == f"3 promotions can be set from {file}.\n"
    assert comptoir.does("promotions", "list") == ""
    assert comptoir.does("promotions", "set", str(file)) == "Promotions: 3 added, 0 changed, 0 as they were.\n"
    assert comptoir.does("promotions", "set", str(file)) == "Promotions: 0 added, 0 changed, 3 as they were.\n"
    assert comptoir.does("promotions", "list").splitlines() == [
        "Accessoires à la borne  5 % off each line  for everybody  in kiosk  of accessoires",
        "Bienvenue  10 % off each order  code BIENVENUE",
        "Soldes d’été 2025  20 % off each order  code ETE2025  from 2025-06-25T06:00:00+00:00  until 2025-07-22T22:00:00+00:00",
    ]


def test_a_promotion_that_the_file_does_not_name_is_gone_and_is_said_to_be(comptoir: Shell, tmp_path: Path) -> None:
    comptoir.does("promotions", "set", str(DEMO / "promotions.toml"))
    file = tmp_path / "promotions.toml"
    file.write_text(
        '[[promotions]]\nname = "Five"\nscope = "LINE"\namount = 5.00\ncurrency = "EUR"\nminimum = 50\nuses_max = 100\n',
        "utf-8",
    )
    assert comptoir.does("promotions", "set", str(file)).splitlines() == [
        "Promotions: 1 added, 0 changed, 0 as they were.",
        "Promotions that the file does not name: 3 ended.",
    ]
    assert (
        comptoir.does("promotions", "list")
        == "Five  5.00 EUR off each unit  for everybody  minimum 50.00 EUR  100 times at most\n"
    )


def test_taxes_are_checked_set_and_listed(comptoir: Shell, tmp_path: Path) -> None:
    file = DEMO / "taxes.toml"
    assert comptoir.does("taxes", "check", str(file)) == f"6 tax rates can be set from {file}.\n"
    assert comptoir.does("taxes", "set", str(file)) == "Tax rates: 6 added, 0 changed, 0 as they were.\n"
    assert comptoir.does("taxes", "set", str(file)) == "Tax rates: 0 added, 0 changed, 6 as they were.\n"
    own = tmp_path / "taxes.toml"
    own.write_text(
        '[[taxes]]\ncountry = "FR"\npercent = 20\n[[taxes]]\ncountry = "FR"\npercent = 5.5\ncategories = ["sacs", "maison"]\n',
        "utf-8",
    )
    assert comptoir.does("taxes", "set", str(own)).splitlines() == [
        "Tax rates: 2 added, 0 changed, 1 as they were.",
        "Tax rates that the file does not name: 5 removed.",
    ]
    assert comptoir.does("taxes", "list").splitlines() == ["FR  20 %  standard", "FR  5.5 %  maison", "FR  5.5 %  sacs"]


@pytest.mark.parametrize("verb", ["check", "set"])
def test_names_that_the_shop_does_not_have_are_all_told_and_nothing_is_changed(
    comptoir: Shell, tmp_path: Path, verb: str
) -> None:
    file = tmp_path / "promotions.toml"
    entry = '[[promotions]]\nname = "{}"\nscope = "ORDER"\npercent = 5\nchannels = ["{}"]\ncategories = ["{}"]\n'
    file.write_text(entry.format("Good", "web", "sacs") + entry.format("Bad", "moon", "hats"), "utf-8")
    assert comptoir.fails("promotions", verb, str(file)).splitlines() == [
        f"{file}: promotion 'Bad': no channel has code 'moon'",
        f"{file}: promotion 'Bad': no category has handle 'hats'",
        "comptoir: nothing was changed: 2 unknown names; correct what is wrong, or leave it out",
    ]
    assert comptoir.does("promotions", "list") == ""
    file.write_text(
        '[[taxes]]\ncountry = "FR"\npercent = 20\n[[taxes]]\ncountry = "FR"\npercent = 5.5\ncategories = ["hats"]\n', "utf-8"
    )
    assert f"{file}: taxes of FR: no category has handle 'hats'" in comptoir.fails("taxes", verb, str(file))
    assert comptoir.does("taxes", "list") == ""
