"""What a shop runs: container files without rights, and a dashboard, alerts and settings that speak of what there is."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import generate_latest

from gateway.metrics import Metrics
from gateway.settings import Settings

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
OURS = re.compile(r"\b(?:comptoir|process)_[a-z_]+\b")


def parsed(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


COMPOSE = parsed(ROOT / "compose.yaml")
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
GATEWAYS = {name for name in SERVICES if name.startswith("gateway-")}


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, each with its arguments."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in text.splitlines() if re.match("[A-Z]", line)]


def served() -> set[str]:
    """The names of all series that /metrics can have; those of the process stand where there is a /proc."""
    types = re.findall(r"^# TYPE (\S+) (\S+)$", generate_latest(Metrics().registry).decode(), re.MULTILINE)
    parts = {"histogram": ("_bucket", "_count", "_sum")}
    ours = {name + part for name, kind in types for part in parts.get(kind, ("",))}
    return ours | {"process_resident_memory_bytes", "process_cpu_seconds_total"}


# ------------------------------------------------------------------------------------------------ the image


def test_the_image_has_tags_a_health_check_and_a_user_without_rights() -> None:
    said = instructions()
    images = [arguments.split()[0] for word, arguments in said if word == "FROM"]
    assert len(images) == 2
    assert all(":" in image and not image.endswith(":latest") for image in images)
    (user,) = [arguments for word, arguments in said if word == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user), "by number, so that a cluster can tell it is not root"
    assert "HEALTHCHECK" in [word for word, _ in said]


def test_the_image_installs_by_hash_and_only_what_runs() -> None:
    runs = " ".join(arguments for word, arguments in instructions() if word == "RUN")
    from_locks = re.findall(r"pip install([^&]+)--requirement (\S+)", runs)
    assert [lock for _, lock in from_locks] == ["requirements-build.lock", "requirements-serve.lock"]
    assert all("--require-hashes" in options and "--no-deps" in options for options, _ in from_locks)


def test_the_image_is_built_from_the_rooms_and_nothing_else() -> None:
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    needed = {"README.md", "pyproject.toml", "requirements-build.lock", "requirements-serve.lock"}
    assert let_in == {*packages, *needed}


# ------------------------------------------------------------------------------------------------ compose.yaml


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_hardened_bounded_and_watched(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert "healthcheck" in service or name in GATEWAYS, "the gateways have the image's"
    assert re.search(r":(?!latest)[\w.-]+$", service["image"])
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    mounted = [volume.split(":")[0] for volume in service.get("volumes", []) if volume.startswith("./")]
    assert [path for path in mounted if not (ROOT / path).exists()] == []


def test_only_the_proxy_and_grafana_can_be_reached() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy", "grafana"}
    inside = COMPOSE["networks"]["inside"]
    assert inside["internal"] is True
    trusted = SERVICES["gateway-1"]["environment"]["COMPTOIR_TRUSTED_PROXIES"]
    assert [subnet["subnet"] for subnet in inside["ipam"]["config"]] == [trusted]


def test_the_gateways_are_given_settings_that_there_are() -> None:
    known = {f"COMPTOIR_{name.upper()}" for name in Settings.model_fields}
    for name in (*GATEWAYS, "migrate"):
        assert set(SERVICES[name]["environment"]) <= known
    assert {arguments for word, arguments in instructions() if word == "ENV" and "COMPTOIR" in arguments}
    image = " ".join(arguments for word, arguments in instructions() if word == "ENV")
    assert set(re.findall(r"\bCOMPTOIR_\w+", image)) <= known


def test_no_secret_has_a_default() -> None:
    written = (ROOT / "compose.yaml").read_text("utf-8")
    variables = re.findall(r"\$\{(\w+)([^}]*)\}", written)
    assert {name for name, _ in variables} == {"COMPTOIR_SECRET_KEY", "POSTGRES_PASSWORD", "GRAFANA_ADMIN_PASSWORD"}
    assert all(rest.startswith(":?") for _, rest in variables)


def test_proxy_and_prometheus_know_every_gateway() -> None:
    addresses = {f"{name}:8000" for name in GATEWAYS}
    assert len(addresses) == 2
    assert set(re.findall(r"server (\S+);", (OPS / "nginx.conf").read_text("utf-8"))) == addresses
    (job,) = parsed(OPS / "prometheus.yml")["scrape_configs"]
    assert set(job["static_configs"][0]["targets"]) == addresses


# ------------------------------------------------------------------------------------------------ what is watched


def test_the_dashboard_shows_what_is_served_from_the_source_that_is_provisioned() -> None:
    dashboard = json.loads((OPS / "grafana/dashboards/comptoir.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    (source,) = parsed(OPS / "grafana/provisioning/datasources/prometheus.yml")["datasources"]
    assert all(set(OURS.findall(expression)) and set(OURS.findall(expression)) <= served() for expression in asked)
    assert {panel["datasource"]["uid"] for panel in dashboard["panels"]} == {source["uid"]}
    (provider,) = parsed(OPS / "grafana/provisioning/dashboards/comptoir.yml")["providers"]
    assert f"./ops/grafana/dashboards:{provider['options']['path']}:ro" in SERVICES["grafana"]["volumes"]


def test_alerts_ask_for_what_is_served_and_are_explained() -> None:
    rules = [rule for group in parsed(OPS / "alerts.yml")["groups"] for rule in group["rules"]]
    assert [rule["alert"] for rule in rules if not set(OURS.findall(rule["expr"])) <= served()] == []
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert re.findall(r"^\| `([A-Z]\w+)` \|", page, re.MULTILINE) == [rule["alert"] for rule in rules]


def test_each_metric_of_ours_is_explained() -> None:
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    explained = set(re.findall(r"^\| `(comptoir_\w+)", page, re.MULTILINE))
    types = re.findall(r"^# TYPE (comptoir_\S+)", generate_latest(Metrics().registry).decode(), re.MULTILINE)
    assert explained == set(types)
