"""The first load of apps' pages in a browser: how much comes over the wire, and how long until something can be written.

    python -m tests.bench.app_page http://localhost:8080/chat/TOKEN http://localhost:8080/workflow/TOKEN

The pages must be open to everybody. Writes its section of docs/benchmarks.md; each figure is the median of several cold loads.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.report import PAGE

BEGIN, END = "<!-- app pages -->", "<!-- /app pages -->"
LOADS = 7
EMBED = Path(__file__).resolve().parents[2] / "frontend/dist/embed.js.gz"
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def _load(browser: Browser, url: str) -> dict[str, float]:
    """Load a page in a browser that has never been there."""
    context = browser.new_context(viewport={"width": 360, "height": 640})
    page = context.new_page()
    bytes_in = [0]
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: bytes_in.__setitem__(0, bytes_in[0] + event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("textarea, input, button[type=submit]").first.wait_for()
    ready_ms = (time.perf_counter() - began) * 1000
    page.wait_for_load_state("networkidle")
    found = {"kB": bytes_in[0] / 1000, "first paint ms": page.evaluate(PAINTED) or 0.0, "ready ms": ready_ms}
    context.close()
    return found


def _section(rows: dict[str, dict[str, float]]) -> str:
    lines = [BEGIN, "## Pages of apps", ""]
    embed = f"; the script for other sites weighs {EMBED.stat().st_size / 1000:.1f} kB" if EMBED.exists() else ""
    lines += [
        f"Measured {time.strftime('%Y-%m-%d')} (`python -m tests.bench.app_page`) on {os.cpu_count()} cores in headless Chromium, 360×640,",
        f"nothing cached, median of {LOADS} loads. «ready»: there is something to write into; kB: all that came over the wire{embed}.",
        f"The machine's load was {os.getloadavg()[0]:.0f}: other work ran beside it." if os.getloadavg()[0] > (os.cpu_count() or 1) else "",
        "",
        "| page | kB | first paint ms | ready ms |",
        "|---|--:|--:|--:|",
    ]
    lines += [f"| {name} | {row['kB']:.0f} | {row['first paint ms']:.0f} | {row['ready ms']:.0f} |" for name, row in rows.items()]
    return "\n".join([*lines, END])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("urls", nargs="+")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    rows: dict[str, Any] = {}
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"])
        for url in options.urls:
            loads = [_load(browser, url) for _ in range(LOADS)]
            rows[url.split("/")[3]] = {name: statistics.median(load[name] for load in loads) for name in loads[0]}
        browser.close()
    section = _section(rows)
    print(section)
    if options.no_report:
        return
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before.rstrip()}\n\n{section}{rest.partition(END)[2] or chr(10)}")


if __name__ == "__main__":
    main()
