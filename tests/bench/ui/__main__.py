"""`make bench-ui`: use the studio in Chromium with 20 and with 500 steps, hold it against its budgets, write docs/benchmarks.md.

    python -m tests.bench.ui [--repeat 3] [--only canvas|loads|newcomer] [--no-report]
    python -m tests.bench.ui --url http://127.0.0.1:8080 --email ada@example.com --password …    a platform that runs already

The platform is started as `make up` starts it, with the studio as it is built in frontend/dist. Everything is done by the browser's real
mouse and keyboard. A run's events come from a real run, and from the page's own socket fed at fifty a second.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.bench.ui import measure, newcomer
from tests.bench.ui.report import write_report
from tests.e2e.site import EMAIL, PASSWORD, WORKSPACE, Site, running_site
from tests.fakes.provider import FakeProvider


@contextmanager
def _site(options: argparse.Namespace) -> Iterator[Site]:
    """The platform to measure, with the owner and the models of the flows."""
    if options.url:
        server: Any = None
        yield Site(options.url.rstrip("/"), {}, server, email=options.email, password=options.password)
        return
    folder = Path(tempfile.mkdtemp(prefix="tidemill-bench-ui-"))
    try:
        with ExitStack() as stack:
            provider = FakeProvider().start()
            stack.callback(provider.stop)
            site = stack.enter_context(running_site(folder, FLOW_LIMITS="flow_nodes=1000,flow_edges=2000"))
            site.install()
            argv = ["add_provider", "openai-compatible", "--workspace", WORKSPACE, "--base-url", provider.url, "--api-key", "sk-bench"]
            site.manage(*argv, "--no-test", "--model", "mock:llm", "--model", f"{measure.SLOW_MODEL}:llm")
            yield site
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        arguments = ["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield browser
        browser.close()


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="", help="a platform that runs already; default: one of its own")
    parser.add_argument("--email", default=EMAIL)
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sizes", type=int, nargs="+", default=[20, 500])
    parser.add_argument("--only", action="append", choices=["canvas", "loads", "newcomer"], help="default: all")
    parser.add_argument("--case", action="append", help="of the canvas: only measures whose name begins so")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    wanted = options.only or ["canvas", "loads", "newcomer"]
    found: dict[str, Any] = {"load": [os.getloadavg()[0]]}
    with _chromium() as browser:
        if "canvas" in wanted or "loads" in wanted:
            with _site(options) as site:
                if "canvas" in wanted:
                    found["canvas"] = {
                        size: measure.canvas(browser, site, size, options.repeat, options.case, own=not options.url)
                        for size in options.sizes
                    }
                if "loads" in wanted:
                    found["loads"] = measure.loads(browser, site, options.repeat)
        if "newcomer" in wanted and not options.url:
            folder = Path(tempfile.mkdtemp(prefix="tidemill-bench-new-"))
            try:
                found["newcomer"] = newcomer.walk(browser, folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    found["load"].append(os.getloadavg()[0])
    print(json.dumps(found, indent=1))
    if not options.no_report:
        write_report(found)


if __name__ == "__main__":
    main()
