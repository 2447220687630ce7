"""docs/benchmarks.md from the measured numbers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; every figure is the median of several short passes, each beside the same calls made straight to the mock
provider in the same minute. Client, mock, database and platform share the machine. «over» is the difference to the direct call.
CPU is web + worker + Valkey per run; the database's CPU stands beside it. Every run is durable: claimed, logged, checkpointed, stored.
"""


COLUMNS = {
    "clients": "concurrency",
    "runs/s": "runs_s",
    "direct/s": "raw_s",
    "p50 ms": "p50_ms",
    "p99 ms": "p99_ms",
    "over p50 ms": "over_p50_ms",
    "first token ms": "ttft_ms",
    "over first token ms": "over_ttft_ms",
    "CPU ms/run": "cpu_ms",
    "database CPU ms/run": "db_cpu_ms",
    "errors": "errors",
}


def _table(rows: list[dict[str, Any]]) -> list[str]:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "--:|" * len(COLUMNS)]
    for row in rows:
        lines.append("| " + " | ".join("—" if row[k] is None else str(row[k]) for k in COLUMNS.values()) + " |")
    return lines


def _sizes() -> list[str]:
    """Installed size of the environment and of the studio's build."""
    found = []
    places = {"Python environment (.venv), with development packages": ".venv", "studio build (frontend/dist)": "frontend/dist"}
    for label, path in ((label, ROOT / place) for label, place in places.items()):
        if path.exists():
            size = subprocess.run(["du", "-sm", str(path)], capture_output=True, text=True).stdout.split()[0]
            found.append(f"| {label} | {size} MB |")
    return ["| what | size |", "|---|--:|", *found]


def write_report(facts: dict[str, Any], results: dict[str, Any]) -> None:
    """Write the page; sections written by hand below the marker are kept."""
    kept = ""
    if PAGE.exists() and "<!-- by hand -->" in PAGE.read_text():
        kept = PAGE.read_text().split("<!-- by hand -->", 1)[1]
    lines = [HEAD, f"Measured {facts['when']}: {facts['cores']} cores, {facts['system']}, Python {facts['python']}.", ""]
    for profile, result in results.items():
        lines += [f"## {profile.capitalize()} settings", ""]
        for title, rows in result["cases"].items():
            lines += [f"### One-LLM chat app, {title}", "", *_table(rows), ""]
        lines += [
            f"Start to first answer of `/livez`: {result['start_s']} s. Resident memory in MB at rest: "
            f"`{json.dumps(result['memory_idle_mb'])}`, after the load: `{json.dumps(result['memory_loaded_mb'])}`.",
            "",
        ]
    lines += ["## Sizes", "", *_sizes(), "", "<!-- by hand -->"]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text("\n".join(lines) + (kept or "\n"))
