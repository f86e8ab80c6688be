"""Load by wrk, and what came of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.server import CLIENT_CORE, on_core

WARM_SECONDS = 1
PATIENCE_SECONDS = 30

SCRIPT = """
local bodies = {%s}
local requests, turn = {}, 0
function init()
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", nil, {%s}, body)
  end
end
function request()
  turn = turn %% #requests + 1
  return requests[turn]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('{"requests": %%d, "microseconds": %%d, "p50": %%d, "p99": %%d, "errors": %%d}',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    requests_per_second: float
    p50_ms: float
    p99_ms: float


def load(url: str, bodies: Sequence[str], headers: Mapping[str, str], *, connections: int, seconds: int) -> Load:
    """The bodies in turn, after a moment to get warm; ends the program if anything is refused."""
    sent = {"Content-Type": "application/json", **headers}
    of_each = ", ".join(f'["{name}"] = "{value}"' for name, value in sent.items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        script.write(SCRIPT % (", ".join(f"[==[{body}]==]" for body in bodies), of_each))
        script.flush()
        run(url, script.name, connections=connections, seconds=WARM_SECONDS)
        found = run(url, script.name, connections=connections, seconds=seconds)
    if found["errors"] or not found["requests"]:
        sys.exit(f"{url} answered {found['requests']} requests with {found['errors']} errors")
    return Load(found["requests"] / found["microseconds"] * 1e6, found["p50"] / 1000, found["p99"] / 1000)


def run(url: str, script: str, *, connections: int, seconds: int) -> dict[str, int]:
    options = {"threads": 1, "connections": connections, "duration": seconds, "timeout": PATIENCE_SECONDS, "script": script}
    command = ["wrk", *(f"--{name}={value}" for name, value in options.items()), url]
    with on_core(CLIENT_CORE):
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + PATIENCE_SECONDS, check=True)
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return found


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        sys.exit("The load comes from wrk, which is not on the PATH: install it with `apt install wrk` or `brew install wrk`.")
