"""Using the canvas as a person does: by a mouse and a keyboard that the browser takes for real."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page

from tests.bench.ui.probe import Frames, frames, middle, p95, tracing

MOVE_S = 2.5
PACE_S = 0.011
EVENTS_PER_SECOND = 50
KEYS = "Write in the tone of a calm harbour master, name the ship, the berth and the hour. "
DRAWN = "() => document.querySelectorAll('.react-flow__node[style*=\"visible\"]').length >= %d"
STAMP = """
([type, ready]) => {
  const looked = new Function('return ' + ready)();
  window.__found = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`nothing came of ${type}`)), 30000);
    addEventListener(type, () => resolve(window.__bench.until(looked)), { capture: true, once: true });
  });
}
"""
# A socket whose run stream is fed from here: what the page gets are messages as the server sends them.
FEED = """
(() => {
  const Real = window.WebSocket;
  let last = null;
  window.WebSocket = class extends Real {
    constructor(...given) { super(...given); last = this; }
    send(data) {
      const told = JSON.parse(data);
      if (!String(told.stream).startsWith('run:')) return super.send(data);
      if (told.action === 'subscribe') this.run = told.stream;
    }
  };
  window.__feed = (events, perSecond) => new Promise((resolve) => {
    const began = performance.now();
    let at = 0;
    const timer = setInterval(() => {
      const due = Math.min(events.length, Math.floor((performance.now() - began) * perSecond / 1000));
      for (; at < due; at += 1) {
        const data = JSON.stringify({ stream: last.run, events: [{ cursor: `1-${at + 1}`, event: events[at] }] });
        last.dispatchEvent(new MessageEvent('message', { data }));
      }
      if (at === events.length) { clearInterval(timer); resolve(null); }
    }, 1000 / perSecond);
  });
})();
"""


class Canvas:
    """The editor of one app in a page."""

    def __init__(self, browser: Browser, page: Page, app_id: str, graph: dict[str, Any]) -> None:
        self.browser, self.page, self.app_id = browser, page, app_id
        self.nodes = graph["nodes"]
        self.edges = graph["edges"]

    # ------------------------------------------------------------ getting there

    def open(self, *, near: bool = False, query: str = "") -> None:
        """Load the editor: everything in view, or at 100 % where the flow begins."""
        viewport = json.dumps({"x": 40, "y": 160, "zoom": 1}) if near else None
        script = f"localStorage.setItem('tidemill.viewport.{self.app_id}', {json.dumps(viewport)})" if viewport else "localStorage.clear()"
        self.page.goto("/apps")
        self.page.evaluate(script)
        self.page.goto(f"/app/{self.app_id}/canvas{query}")
        self.drawn()
        self.page.wait_for_timeout(1500)

    def load(self) -> float:
        """Milliseconds of a load of the editor's page until every step is painted; scripts come from the browser's cache."""
        self.page.goto("/apps")
        self.page.evaluate("localStorage.clear()")
        self.page.goto(f"/app/{self.app_id}/canvas", wait_until="commit")
        taken = self.page.evaluate(f"window.__bench.until({DRAWN % len(self.nodes)}).then(() => performance.now())")
        self.page.wait_for_timeout(800)
        return float(taken)

    def open_from_list(self) -> float:
        """Milliseconds from a click in the list of apps until every step is painted."""
        self.page.goto("/apps")
        self.page.evaluate("localStorage.clear()")
        link = self.page.locator(f"a[href*='/app/{self.app_id}']").first
        link.wait_for()
        # The list loads the editor's scripts when it is idle, as it does for people who read it.
        self.page.wait_for_timeout(2500)
        return self._timed("click", DRAWN % len(self.nodes), link.click)

    def drawn(self) -> None:
        """Wait until every step is there, measured and shown."""
        self.page.wait_for_function(DRAWN % len(self.nodes), timeout=60_000)

    def _timed(self, event: str, ready: str, act: Callable[[], None]) -> float:
        """Milliseconds from an event in the page until what it brings about has been painted."""
        self.page.evaluate(STAMP, [event, ready])
        act()
        return float(self.page.evaluate("window.__found"))

    def _card(self, prefix: str) -> tuple[str, float, float]:
        """A card wholly in view: its id, and where its header is."""
        found = self.page.evaluate(
            """(prefix) => {
              const canvas = document.querySelector('.react-flow').getBoundingClientRect();
              for (const card of document.querySelectorAll(`[data-node-id^="${prefix}"]`)) {
                const box = card.getBoundingClientRect();
                const across = box.left > canvas.left + 80 && box.right < canvas.right - 420;
                if (across && box.top > canvas.top + 20 && box.bottom < canvas.bottom - 60)
                  return [card.dataset.nodeId, box.left + box.width * 0.5, box.top + Math.min(18, box.height / 2)];
              }
              return null;
            }""",
            prefix,
        )
        if not found:
            raise SystemExit(f"no step «{prefix}…» is in view")
        return found[0], found[1], found[2]

    # ------------------------------------------------------------ moving about

    def _empty_place(self) -> tuple[float, float]:
        found = self.page.evaluate(
            """() => {
              const box = document.querySelector('.react-flow').getBoundingClientRect();
              for (let y = box.top + 60; y < box.bottom - 60; y += 15) for (let x = box.left + 120; x < box.right - 120; x += 15)
                if (document.elementFromPoint(x, y)?.matches('.react-flow__pane')) return [x, y];
              return [box.left + 200, box.top + 100];
            }"""
        )
        return found[0], found[1]

    def _circle(self, x: float, y: float, radius: float) -> None:
        began = time.monotonic()
        while (spent := time.monotonic() - began) < MOVE_S:
            angle = spent * 4
            self.page.mouse.move(x + radius * math.sin(angle), y + radius * (1 - math.cos(angle)) / 2)
            time.sleep(PACE_S)

    def pan(self) -> Frames:
        """Drag the empty canvas about."""
        x, y = self._empty_place()
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        with frames(self.page) as watch:
            self._circle(x, y, 160)
        self.page.mouse.up()
        return watch.frames

    def zoom(self) -> Frames:
        """Turn the wheel to and fro across every level of detail."""
        box = self.page.locator(".react-flow").bounding_box()
        if not box:
            raise SystemExit("there is no canvas")
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with frames(self.page) as watch:
            began = time.monotonic()
            while (spent := time.monotonic() - began) < MOVE_S:
                self.page.mouse.wheel(0, -60 if int(spent / (MOVE_S / 4)) % 2 == 0 else 60)
                time.sleep(PACE_S)
        return watch.frames

    def drag(self, prefix: str = "write") -> Frames:
        """Drag a step about, with its edges; the act is undone."""
        _, x, y = self._card(prefix)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        with frames(self.page) as watch:
            self._circle(x, y, 120)
        self.page.mouse.up()
        self.page.wait_for_timeout(400)
        self.page.keyboard.press("Control+z")
        self.page.wait_for_timeout(1500)
        return watch.frames

    # ------------------------------------------------------------ steps

    def select(self) -> float:
        """Click a step that is not selected."""
        self.page.keyboard.press("Escape")
        node_id, x, y = self._card("write")
        others = self._card("ask")
        self.page.mouse.click(others[1], others[2])
        self.page.wait_for_timeout(700)
        ready = f"() => document.querySelector('[data-node-id=\"{node_id}\"]').dataset.selected"
        taken = self._timed("pointerdown", ready, lambda: self.page.mouse.click(x, y))
        self.page.wait_for_timeout(700)
        return taken

    def open_node(self, *, first: bool = False) -> float:
        """Double-click a step until its panel has a prompt to write into."""
        _, x, y = self._card("write")
        # What is loaded late by the first one is there for the others.
        ready = "() => document.querySelector('aside [role=textbox], aside textarea')"
        # Below the title, which a double-click would rename.
        taken = self._timed("dblclick", ready, lambda: self.page.mouse.dblclick(x, y + 40))
        if not first:
            self.close_node()
        return taken

    def close_node(self) -> None:
        """Put the panel away."""
        self.page.get_by_role("complementary", name="Step settings").get_by_role("button", name=re.compile("Close")).first.click()
        self.page.wait_for_timeout(700)

    def type_in_prompt(self) -> tuple[float, float]:
        """Type into the open prompt: the main thread's work for a key at p95, and its longest task."""
        field = self.page.get_by_role("complementary", name="Step settings").get_by_role("textbox", name=re.compile("^Message 1")).first
        field.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type("Now: ", delay=90)
        self.page.wait_for_timeout(1500)
        self.page.evaluate("addEventListener('keydown', () => performance.mark('key'), { capture: true })")
        with tracing(self.browser, self.page) as traced:
            self.page.keyboard.type(KEYS, delay=90)
        work = traced[0].between_marks("key")
        return p95(work), middle(work)

    def autosave(self) -> tuple[float, int]:
        """Change something; once that is drawn, the longest task until it has been saved. Also how many bytes were sent."""
        sent: list[int] = []
        self.page.on("request", lambda request: sent.append(len(request.post_data or "")) if request.method == "PUT" else None)
        _, x, y = self._card("write")
        self.page.mouse.click(x, y)
        self.page.wait_for_timeout(1500)
        with tracing(self.browser, self.page) as traced:
            self.page.evaluate("performance.mark('edit')")
            with self.page.expect_response(lambda response: response.request.method == "PUT" and response.url.endswith("/draft")):
                self.page.keyboard.press("Alt+ArrowDown")
            self.page.wait_for_timeout(500)
        # What drawing the change took is over by then; the saving begins 800 ms after it.
        drawn = next(at for at, mark in traced[0].marks if mark == "edit") + 600
        return max((ms for at, ms in traced[0].tasks if at > drawn), default=0.0), max(sent, default=0)

    def tidy(self) -> float:
        """Lay the flow out anew until that is painted; put it back afterwards."""
        ready = (
            "(() => { const places = () => [...document.querySelectorAll('.react-flow__node')].map((one) => one.style.transform).join();"
            " const before = places(); return () => places() !== before; })()"
        )
        taken = self._timed("click", ready, lambda: self.page.get_by_role("button", name="Tidy up").click())
        self.page.wait_for_timeout(1200)
        self.page.keyboard.press("Control+z")
        self.page.wait_for_timeout(1500)
        return taken

    # ------------------------------------------------------------ runs

    def events(self, seconds: float) -> list[dict[str, Any]]:
        """Events of a run that touches a step after the other, as many as so many seconds have at fifty a second."""
        made: list[dict[str, Any]] = [{"type": "run_started", "inputs": {"topic": "tides"}, "reason": "initial"}]
        for at, node in enumerate(self.nodes):
            of = {"node_id": node["id"], "node_run_id": f"r{at}", "node_type": node["data"]["type"], "title": node["data"]["title"]}
            of |= {"path": "", "index": at}
            made.append({"type": "node_started", **of, "attempt": 1})
            if node["data"]["type"] == "llm":
                made += [{"type": "node_delta", **of, "text": f"word{n} "} for n in range(12)]
            ended = {
                "status": "succeeded",
                "elapsed_s": 0.4,
                "inputs": {"topic": "tides"},
                "process": {},
                "outputs": {"text": "word " * 40},
            }
            handle = "true" if node["data"]["type"] == "if-else" else "source"
            made.append({"type": "node_finished", **of, **ended, "handle": handle, "usage": {"total_tokens": 120, "cost_usd": 0.0001}})
        wanted = int(seconds * EVENTS_PER_SECOND)
        while len(made) < wanted:
            made.append({**made[2], "type": "node_delta", "text": "more "})
        began = time.time()
        return [{**event, "seq": at + 1, "at": began + at / EVENTS_PER_SECOND, "run_id": "bench"} for at, event in enumerate(made[:wanted])]

    def follow_events(self, run_id: str, seconds: float, *, near: bool) -> Frames:
        """Show a run whose stream is fed at fifty events a second, with the run dock open."""
        self.page.add_init_script(FEED)
        self.open(near=near, query=f"?run={run_id}")
        with frames(self.page) as watch:
            self.page.evaluate("([events, rate]) => window.__feed(events, rate)", [self.events(seconds), EVENTS_PER_SECOND])
        return watch.frames

    def follow_run(self, seconds: float) -> tuple[Frames, float, str]:
        """Start the flow and watch while it runs: frames, events a second over the socket, and the run's id."""
        count = [0]

        def hear(payload: str | bytes) -> None:
            count[0] += len(json.loads(payload).get("events") or ())

        self.page.on("websocket", lambda socket: socket.on("framereceived", hear))
        self.open()
        self.page.get_by_role("button", name="Test run", exact=True).click()
        dock = self.page.get_by_role("region", name="Test run")
        dock.get_by_role("textbox", name="Topic").fill("tides")
        with self.page.expect_response(lambda response: response.request.method == "POST" and response.url.endswith("/runs")) as accepted:
            self.page.keyboard.press("Control+Enter")
        run_id = str(accepted.value.json()["id"])
        self.page.wait_for_timeout(3000)
        count[0] = 0
        with frames(self.page) as watch:
            self.page.wait_for_timeout(seconds * 1000)
        rate = count[0] / seconds
        stop = self.page.get_by_role("button", name="Stop", exact=True).first
        if stop.is_visible():
            stop.click()
        return watch.frames, rate, run_id
