"""The first load of the main screens: first paint, and the moment somebody can act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser

from tests.bench.ui.probe import SCRIPT, middle

READY = """
(() => {
  const wanted = %s;
  const look = () => (document.querySelector(wanted) ? (window.__ready = performance.now()) : requestAnimationFrame(look));
  look();
})();
"""
ENDED = """
() => {
  const ready = window.__ready;
  const busy = window.__bench.tasks.filter(({ start }) => start < ready + 1000).map(({ start, ms }) => start + ms);
  return [performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, Math.max(ready, ...busy)];
}
"""


@dataclass(frozen=True)
class Load:
    """Milliseconds, and kilobytes over the wire."""

    painted: float
    interactive: float
    kilobytes: float


def load(browser: Browser, base_url: str, path: str, selector: str, state: dict[str, Any] | None) -> Load:
    """Open an address in a browser that has never been there. Interactive: what `selector` names is there, and no long task is left."""
    context = browser.new_context(base_url=base_url, viewport={"width": 1280, "height": 800}, storage_state=state)  # type: ignore[arg-type]
    context.add_init_script(SCRIPT)
    context.add_init_script(READY % repr(selector))
    page = context.new_page()
    received = [0]
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: received.__setitem__(0, received[0] + event["encodedDataLength"]))
    page.goto(path, wait_until="commit")
    page.wait_for_function("() => window.__ready", timeout=60_000)
    kilobytes = received[0] / 1000
    page.wait_for_timeout(1500)
    painted, interactive = page.evaluate(ENDED)
    context.close()
    return Load(painted, interactive, kilobytes)


def median_load(browser: Browser, base_url: str, path: str, selector: str, state: dict[str, Any] | None, times: int) -> Load:
    """The medians of several loads, each with an empty cache."""
    found = [load(browser, base_url, path, selector, state) for _ in range(times)]
    return Load(
        middle([one.painted for one in found]), middle([one.interactive for one in found]), middle([one.kilobytes for one in found])
    )
