"""What was found: a table for people, JSON for programs, and the tables of docs/performance.md."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bench.server import CORES
from bench.shop import SEED

Row = Mapping[str, str | int | float | None]

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "performance.md"


def circumstances() -> Row:
    """The machine, the seed and the commit; `load` is how many wanted a core when its shops were filled."""
    model = re.search(r"model name\s*:\s*(.+)", text_of(Path("/proc/cpuinfo")))
    memory = re.search(r"MemTotal:\s+(\d+) kB", text_of(Path("/proc/meminfo")))
    return {
        "day": date.today().isoformat(),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain", "--", "*.py") else ""),
        "seed": SEED,
        "processor": model[1] if model else platform.processor(),
        "cores": len(CORES),
        "load": round(os.getloadavg()[0], 1),
        "memory GB": round(int(memory[1]) / 2**20) if memory else None,
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


def text_of(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, timeout=10, check=False)
    return done.stdout.strip()


def publish(name: str, rows: Sequence[Row]) -> None:
    """On standard output, and between the document's marks of that name."""
    found = table(rows)
    print(f"\n{found}\n\n{json.dumps({name: rows}, ensure_ascii=False)}")
    DOCUMENT.write_text(between(name, found, DOCUMENT.read_text("utf-8")), "utf-8")


def between(name: str, text: str, document: str) -> str:
    """The document with the text between its marks of that name."""
    marks = re.compile(rf"(<!-- bench:{name} -->\n).*?(<!-- /bench:{name} -->)", re.DOTALL)
    return marks.sub(lambda mark: f"{mark[1]}\n{text}\n\n{mark[2]}", document)


def table(rows: Sequence[Row]) -> str:
    heads = list(rows[0])
    lines = [heads, ["---" if isinstance(value, str) else "---:" for value in rows[0].values()]]
    lines += [["–" if value is None else shown(value) for value in row.values()] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(value: str | int | float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else value
