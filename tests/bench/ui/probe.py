"""What the page itself tells while it is used: frames, long tasks, first paint; and what a trace tells of its main thread."""

from __future__ import annotations

import itertools
import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

# In every page from its first moment: long tasks are kept from the start, frames only between begin and end.
SCRIPT = """
(() => {
  if (window.__bench) return;
  const bench = { tasks: [], frames: [], on: false };
  window.__bench = bench;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) bench.tasks.push({ start: startTime, ms: duration });
  }).observe({ type: 'longtask', buffered: true });
  bench.begin = () => {
    bench.frames = [];
    bench.on = true;
    bench.since = performance.now();
    let last = null;
    const frame = (now) => {
      if (last !== null) bench.frames.push(now - last);
      last = now;
      if (bench.on) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  };
  bench.end = () => {
    bench.on = false;
    return { frames: bench.frames, tasks: bench.tasks.filter(({ start }) => start >= bench.since).map(({ ms }) => ms) };
  };
  /* Milliseconds from now until what `ready` tells is there and has been painted. */
  bench.until = (ready) => {
    const began = performance.now();
    return new Promise((resolve) => {
      const look = () => {
        if (!ready()) return requestAnimationFrame(look);
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now() - began);
        requestAnimationFrame(() => channel.port2.postMessage(0));
      };
      look();
    });
  };
})();
"""


def p95(values: list[float]) -> float:
    """The value that one in twenty exceeds."""
    if not values:
        return 0.0
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


@dataclass(frozen=True)
class Frames:
    """Milliseconds between frames, and the tasks above 50 ms."""

    times: list[float]
    tasks: list[float]

    @property
    def p95(self) -> float:
        return p95(self.times)

    @property
    def longest(self) -> float:
        return max(self.tasks, default=0.0)


class Watch:
    """Filled when its block is left."""

    frames: Frames


@contextmanager
def frames(page: Page) -> Iterator[Watch]:
    """Watch the frames of what is done inside."""
    watch = Watch()
    page.evaluate("window.__bench.begin()")
    yield watch
    page.wait_for_timeout(60)
    found = page.evaluate("window.__bench.end()")
    watch.frames = Frames(found["frames"], found["tasks"])


@dataclass(frozen=True)
class Tasks:
    """The main thread of a page in a while: when each task ran and how long, in milliseconds; and the marks set in the page."""

    tasks: list[tuple[float, float]]
    marks: list[tuple[float, str]]

    @property
    def longest(self) -> float:
        return max((ms for _, ms in self.tasks), default=0.0)

    def between_marks(self, name: str) -> list[float]:
        """Work after each mark of that name until the next one; the last is left out, for it has no end."""
        times = sorted(at for at, mark in self.marks if mark == name)
        return [sum(ms for at, ms in self.tasks if start <= at + ms < end) for start, end in itertools.pairwise(times)]


@contextmanager
def tracing(browser: Browser, page: Page) -> Iterator[list[Tasks]]:
    """Trace what is done inside; the list has the answer when the block is left."""
    found: list[Tasks] = []
    browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing", "__metadata"])
    page.evaluate("performance.mark('bench-start')")
    yield found
    events = json.loads(browser.stop_tracing())["traceEvents"]
    found.append(_main_thread(events))


def _main_thread(events: list[dict[str, Any]]) -> Tasks:
    marks = [event for event in events if event.get("cat") == "blink.user_timing" and event.get("ph") in ("I", "R", "i")]
    first = next(event for event in marks if event["name"] == "bench-start")
    process, thread = first["pid"], first["tid"]
    ours = [event for event in events if event.get("pid") == process and event.get("tid") == thread]
    begin = first["ts"]
    tasks = [
        ((event["ts"] - begin) / 1000, event["dur"] / 1000)
        for event in ours
        if event.get("ph") == "X" and event["name"].endswith("RunTask") and event["ts"] >= begin
    ]
    return Tasks(tasks, [((event["ts"] - begin) / 1000, event["name"]) for event in marks if event["pid"] == process])


def middle(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0
