"""The section «The studio in a browser» of docs/benchmarks.md."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from typing import Any

from tests.bench.report import PAGE, ROOT

BEGIN, END = "<!-- studio -->", "<!-- /studio -->"
# name of a measure: (words, its number, the budget with 500 steps, unit)
CANVAS = {
    "pan, all in view": ("pan, all in view: frame p95", "p95", 33, "ms"),
    "pan at 100 %": ("pan at 100 %: frame p95", "p95", 33, "ms"),
    "zoom": ("zoom from all in view to 100 % and back: frame p95", "p95", 33, "ms"),
    "drag, all in view": ("drag a step, all in view: frame p95", "p95", 33, "ms"),
    "drag at 100 %": ("drag a step at 100 %: frame p95", "p95", 33, "ms"),
    "select": ("select a step: click to paint", "ms", 100, "ms"),
    "open a step": ("open a step: double-click to prompt painted", "ms", 100, "ms"),
    "key in a prompt": ("type in a prompt: main thread per key, p95", "p95", 16, "ms"),
    "autosave": ("autosave: longest task", "longest", 30, "ms"),
    "open: from the list": ("open the editor from the list: click to all steps painted", "ms", 2000, "ms"),
    "open: load of the page": ("load the editor's page, scripts cached: all steps painted", "ms", 2000, "ms"),
    "tidy": ("tidy up: click to paint", "ms", 1000, "ms"),
    "run, real": ("a real run, all in view: frame p95", "p95", 33, "ms"),
    "run events, all in view": ("run events at 50/s, all in view: frame p95", "p95", 33, "ms"),
    "run events, at 100 %": ("run events at 50/s, at 100 %: frame p95", "p95", 33, "ms"),
}
LONGEST_TASK = 100
# FCP and interactive, milliseconds.
LOAD = (800, 1500)


def _verdict(value: float, budget: float) -> str:
    return "kept" if value <= budget else f"**missed** (× {value / budget:.1f})"


def _canvas(found: dict[int, dict[str, Any]]) -> Iterator[str]:
    few, many = (found[size] for size in (min(found), max(found)))
    yield f"| on the canvas | {few['nodes']} steps | {many['nodes']} steps | × | budget | |"
    yield "|---|--:|--:|--:|--:|---|"
    tasks = 0.0
    for name, (words, key, budget, unit) in CANVAS.items():
        if name not in many:
            continue
        small, large = few.get(name, {}).get(key), many[name][key]
        ratio = f"{large / small:.1f}" if small else ""
        yield f"| {words} | {'' if small is None else small} | {large} | {ratio} | {budget} {unit} | {_verdict(large, budget)} |"
        if key == "p95" and "longest" in many[name]:
            tasks = max(tasks, many[name]["longest"])
    yield f"| longest task while moving or running | | {tasks:.0f} | | {LONGEST_TASK} ms | {_verdict(tasks, LONGEST_TASK)} |"


def _loads(found: dict[str, Any]) -> Iterator[str]:
    yield f"| first load, nothing cached | first paint ms ({LOAD[0]}) | interactive ms ({LOAD[1]}) | kB | |"
    yield "|---|--:|--:|--:|---|"
    for name, row in found.items():
        verdict = _verdict(max(row["painted"] / LOAD[0], row["interactive"] / LOAD[1]), 1)
        yield f"| {name} | {row['painted']} | {row['interactive']} | {row['kB']} | {verdict} |"


def _newcomer(found: dict[str, Any]) -> Iterator[str]:
    yield "| a newcomer from `make up` on an empty data folder to | fields filled in | clicks | seconds of the machine |"
    yield "|---|--:|--:|--:|"
    for name, row in found.items():
        yield f"| {name} | {row['fields']} | {row['clicks']} | {row['seconds']} |"
    yield ""
    last = list(found.values())[-1]
    yield f"Of that, in seconds: {last['steps']}."


def _sizes() -> Iterator[str]:
    done = subprocess.run(["npm", "run", "--silent", "size"], cwd=ROOT / "frontend", capture_output=True, text=True)
    yield "| weight, gzip (`npm run size`, which `make check` runs; fails above the limit or 5 % above the record) | kB | limit |"
    yield "|---|--:|--:|"
    for line in done.stdout.splitlines():
        if row := re.match(r"(ok  |FAIL) (.+?)\s+([\d.]+) kB.*limit (\d+)", line):
            verdict = " **too heavy**" if row[1] == "FAIL" else ""
            yield f"| {row[2]}{verdict} | {row[3]} | {row[4]} |"


def section(found: dict[str, Any]) -> str:
    """The section's text; a part that was not measured is left out."""
    low, high = found["load"]
    lines = [
        BEGIN,
        "## The studio in a browser",
        "",
        f"Measured {time.strftime('%Y-%m-%d')} (`make bench-ui`) on {os.cpu_count()} cores in headless Chromium with software rendering,",
        f"1440×900, the platform on the same cores; medians. The machine's load was {low:.1f} before and {high:.1f} after.",
        "Steps are of nine types, with 1.4 connections each; acts come from the browser's real mouse and keyboard. «A real run»:",
        "ten lanes of streaming models through the engine, Redis and the socket; «run events»: the page's own socket is fed at",
        "fifty a second, touching one step after the other.",
    ]
    if "canvas" in found:
        lines += ["", *_canvas(found["canvas"])]
        real = found["canvas"][max(found["canvas"])].get("run, real")
        if real:
            lines += ["", f"The real run brought {real['events/s']} events a second."]
    if "loads" in found:
        lines += ["", *_loads(found["loads"])]
    lines += ["", *_sizes()]
    if "newcomer" in found:
        lines += ["", *_newcomer(found["newcomer"])]
    return "\n".join([*lines, END])


def write_report(found: dict[str, Any]) -> None:
    """Put the section in the place of the last one."""
    page = PAGE.read_text()
    before, _, rest = page.partition(BEGIN)
    text = section(found)
    PAGE.write_text(before + text + rest.partition(END)[2] if BEGIN in page else f"{page.rstrip()}\n\n{text}\n")
