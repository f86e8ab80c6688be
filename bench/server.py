"""A server in a process of its own, alone on one core; whoever asks it has another."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from urllib.error import URLError
from urllib.request import urlopen

from bench.shop import COMPTOIR

START_SECONDS_MAX = 60
STOP_SECONDS_MAX = 40
POLL_SECONDS = 0.005

CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else [0]
SERVER_CORE, CLIENT_CORE = CORES[0], CORES[-1]

GATEWAY = (str(COMPTOIR), "serve")
FLOOR = (sys.executable, "-m", "uvicorn", "bench.floor:create", "--factory", "--no-access-log", "--log-level", "error")


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    pid: int
    seconds_to_ready: float

    @property
    def memory_mb(self) -> float | None:
        """What is resident now; None where the system does not tell."""
        status = Path(f"/proc/{self.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text("ascii")) if status.exists() else None
        return int(found[1]) / 1024 if found else None


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes that begin within stay on it, where the system can do that."""
    if sys.platform != "linux":
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def serving(command: Sequence[str], url: str) -> Iterator[Server]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "COMPTOIR_DATABASE_URL": url, "COMPTOIR_LOG": "json", "COMPTOIR_IDE": "off"}
    began = monotonic()
    with on_core(SERVER_CORE):
        process = subprocess.Popen([*command, "--port", str(port)], env=environment, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(process, f"http://127.0.0.1:{port}/readyz")
        yield Server(f"http://127.0.0.1:{port}", process.pid, monotonic() - began)
    finally:
        process.terminate()
        process.wait(STOP_SECONDS_MAX)


def wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = monotonic() + START_SECONDS_MAX
    while process.poll() is None and monotonic() < deadline:
        try:
            urlopen(url, timeout=START_SECONDS_MAX).close()
            return
        except (URLError, ConnectionError):
            sleep(POLL_SECONDS)
    sys.exit(f"{process.args!r} did not become ready")
