"""All measures of the studio, each several times, medians."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

from tests.bench.ui.canvas import Canvas
from tests.bench.ui.flow import big_flow
from tests.bench.ui.loads import median_load
from tests.bench.ui.probe import SCRIPT, Frames, middle
from tests.e2e.site import Site, sign_in_state

# Ten lanes at once, each model four words a second: with the events of the steps around fifty a second.
SLOW_MODEL = "mock?words=20&delay_ms=250"
FEED_S = 20.0
RUN_S = 10.0


def _page(browser: Browser, site: Site, state: dict[str, Any]) -> Page:
    context = browser.new_context(base_url=site.url, viewport={"width": 1440, "height": 900}, locale="en-GB", storage_state=state)  # type: ignore[arg-type]
    context.add_init_script(SCRIPT)
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def _frames(found: list[Frames]) -> dict[str, float]:
    return {
        "p95": round(middle([one.p95 for one in found]), 1),
        "fps": round(middle([1000 / (sum(one.times) / max(len(one.times), 1)) for one in found if one.times]), 1),
        "longest": round(middle([one.longest for one in found])),
        "tasks": middle([float(len(one.tasks)) for one in found]),
    }


class _Measures:
    """The measures of one flow: those that were asked for, in an order in which each leaves the flow as it was."""

    def __init__(self, canvas: Canvas, repeat: int, wanted: list[str] | None) -> None:
        self.canvas, self.repeat, self._wanted = canvas, repeat, wanted
        self.found: dict[str, Any] = {}

    def wants(self, name: str) -> bool:
        return not self._wanted or any(name.startswith(one) for one in self._wanted)

    def frames(self, name: str, act: Callable[[], Frames]) -> None:
        if self.wants(name):
            self._keep(name, _frames([act() for _ in range(self.repeat)]))

    def time(self, name: str, act: Callable[[], float]) -> None:
        if self.wants(name):
            self._keep(name, {"ms": round(middle([act() for _ in range(self.repeat)]))})

    def keep(self, name: str, value: dict[str, float]) -> None:
        self._keep(name, value)

    def _keep(self, name: str, value: dict[str, float]) -> None:
        self.found[name] = value
        print(f"  {name}: {value}", file=sys.stderr, flush=True)


def canvas(browser: Browser, site: Site, size: int, repeat: int, wanted: list[str] | None, *, own: bool) -> dict[str, Any]:
    """Measure the editor with so many steps. `own`: the platform is ours, with the slow model of the real run."""
    document = big_flow(size, SLOW_MODEL if own else "mock")
    app_id = site.import_file(document)
    graph = document["workflow"]["graph"]
    print(f"{len(graph['nodes'])} steps, {len(graph['edges'])} connections", file=sys.stderr, flush=True)
    page = _page(browser, site, sign_in_state(site))
    one = Canvas(browser, page, app_id, graph)
    measures = _Measures(one, repeat, wanted)
    measures.time("open: load of the page", one.load)
    measures.time("open: from the list", one.open_from_list)
    one.open()
    measures.frames("pan, all in view", one.pan)
    measures.frames("zoom", one.zoom)
    one.open()
    measures.frames("drag, all in view", one.drag)
    measures.time("tidy", one.tidy)
    one.open(near=True)
    measures.frames("pan at 100 %", one.pan)
    one.open(near=True)
    measures.frames("drag at 100 %", one.drag)
    one.open(near=True)
    measures.time("select", one.select)
    measures.time("open a step", one.open_node)
    if measures.wants("key"):
        one.open_node(first=True)
        typed = [one.type_in_prompt() for _ in range(repeat)]
        measures.keep("key in a prompt", {"p95": round(middle([t[0] for t in typed]), 1), "p50": round(middle([t[1] for t in typed]), 1)})
        one.open(near=True)
    if measures.wants("autosave"):
        saved = [one.autosave() for _ in range(repeat)]
        measures.keep("autosave", {"longest": round(middle([s[0] for s in saved]), 1), "kB": round(max(s[1] for s in saved) / 1000)})
    if own and measures.wants("run"):
        seen, rate, run_id = one.follow_run(RUN_S)
        measures.keep("run, real", {**_frames([seen]), "events/s": round(rate)})
        page.context.close()
        for name, near in (("all in view", False), ("at 100 %", True)):
            one.page = page = _page(browser, site, sign_in_state(site))
            measures.frames(f"run events, {name}", lambda near=near: one.follow_events(run_id, FEED_S, near=near))  # type: ignore[misc]
            page.context.close()
    else:
        page.context.close()
    return {"nodes": len(graph["nodes"]), "edges": len(graph["edges"]), **measures.found}


def loads(browser: Browser, site: Site, repeat: int) -> dict[str, Any]:
    """Measure the first load of the screens, with nothing cached."""
    document = big_flow(20)
    app_id = site.import_file(document)
    state = sign_in_state(site)
    screens: dict[str, tuple[str, str, dict[str, Any] | None]] = {
        "sign-in": ("/signin", "input[type=password]", None),
        "app list": ("/apps", f"a[href*='/app/{app_id}']", state),
        "canvas of 20 steps": (f"/app/{app_id}/canvas", ".react-flow__node[style*='visible']", state),
    }
    found = {}
    for name, (path, selector, signed_in) in screens.items():
        one = median_load(browser, site.url, path, selector, signed_in, repeat)
        found[name] = {"painted": round(one.painted), "interactive": round(one.interactive), "kB": round(one.kilobytes)}
        print(f"  {name}: {found[name]}", file=sys.stderr, flush=True)
    return found
