"""Walk the pages of one site, within limits and its robots.txt. Fetching and reading are given, so nothing here touches a network."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from workers.ingestion.parsed import Parsed, ParseError
from workers.ingestion.web import canonical, host_of

AGENT = "Tidemill"
# What is longer between two pages than this is no politeness but a wall.
_LONGEST_DELAY_S = 10.0
_NO_PAGES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".gif",
    ".webp",
    ".svg",
    ".ico",
    ".css",
    ".js",
    ".woff2",
    ".mp4",
    ".mp3",
    ".zip",
    ".gz",
    ".exe",
    ".dmg",
)


class FetchError(Exception):
    """A page that could not be fetched; the text is for the person who asked for it."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer; `url` is where redirects led."""

    url: str
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class CrawlLimits:
    """Bounds of one walk. `depth` 0 is the first page alone."""

    pages: int = 200
    depth: int = 3
    wall_s: float = 600.0
    parallel: int = 4


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read."""

    url: str
    depth: int
    parsed: Parsed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk is: pages read, failed, and known in all."""

    read: int
    failed: int
    found: int
    url: str


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """How a walk ended: `ended` tells what stopped it; `failed` are addresses with the reason in words."""

    read: int
    failed: tuple[tuple[str, str], ...]
    skipped_by_robots: int
    ended: Literal["complete", "pages", "time"]


Fetch = Callable[[str], Awaitable[Fetched]]
Read = Callable[[bytes, str, str], Awaitable[tuple[Parsed, list[str]]]]


class _Crawl:
    def __init__(self, start: str, fetch: Fetch, read: Read, on_page: Callable[[Page], Awaitable[None]], limits: CrawlLimits) -> None:
        self.fetch, self.read, self.on_page, self.limits = fetch, read, on_page, limits
        self.host = host_of(start)
        self.queue: deque[tuple[str, int]] = deque([(start, 0)])
        self.seen = {start}
        self.taken: set[str] = set()
        self.failed: list[tuple[str, str]] = []
        self.done = self.by_robots = 0
        self.robots = RobotFileParser()
        self.delay_s = 0.0

    async def learn_robots(self, start: str) -> None:
        """Read robots.txt; a site without one allows everything, one that cannot be asked too."""
        try:
            found = await self.fetch(urljoin(start, "/robots.txt"))
        except FetchError:
            self.robots.parse([])
            return
        text = found.body[:500_000].decode("utf-8", "replace") if found.status == 200 else ""
        self.robots.parse([] if "<html" in text[:1000].lower() else text.splitlines())
        delay = self.robots.crawl_delay(AGENT)
        self.delay_s = min(float(delay or 0), _LONGEST_DELAY_S)

    def next_round(self) -> list[tuple[str, int]]:
        """Take the addresses that are fetched next."""
        room = min(1 if self.delay_s else self.limits.parallel, self.limits.pages - self.done)
        found: list[tuple[str, int]] = []
        while self.queue and len(found) < room:
            url, depth = self.queue.popleft()
            if self.robots.can_fetch(AGENT, url):
                found.append((url, depth))
            else:
                self.by_robots += 1
        return found

    async def visit(self, url: str, depth: int) -> None:
        """Fetch, read and hand over one page; remember where it leads."""
        try:
            fetched = await self.fetch(url)
            final = canonical(fetched.url) or url
            if fetched.status >= 400:
                raise FetchError(f"The server answered {fetched.status}.")
            if depth and host_of(final) != self.host:
                return
            self.seen.add(final)
            if final in self.taken:
                return
            self.taken.add(final)
            if not depth:
                self.host = host_of(final)
            parsed, links = await self.read(fetched.body, final, fetched.content_type)
        except FetchError as error:
            self.failed.append((url, str(error)))
            return
        except ParseError as error:
            self.failed.append((url, error.message))
            return
        await self.on_page(Page(final, depth, parsed))
        self.done += 1
        if depth < self.limits.depth:
            for link in links:
                if link not in self.seen and host_of(link) == self.host and not link.lower().endswith(_NO_PAGES):
                    self.seen.add(link)
                    self.queue.append((link, depth + 1))


async def crawl(
    start: str,
    fetch: Fetch,
    read: Read,
    on_page: Callable[[Page], Awaitable[None]],
    *,
    limits: CrawlLimits | None = None,
    progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> CrawlReport:
    """Read a page and, breadth first, the pages of the same host it leads to; `on_page` gets each as soon as it is read.

    `fetch` follows redirects and raises FetchError. Raises FetchError when the first page is no address or cannot be fetched or read.
    """
    limits = limits or CrawlLimits()
    first = canonical(start)
    if first is None:
        raise FetchError(f"{start!r} is no address of a web page. Give one that begins with http:// or https://.")
    walk = _Crawl(first, fetch, read, on_page, limits)
    deadline = clock() + limits.wall_s
    await walk.learn_robots(first)
    ended: Literal["complete", "pages", "time"] = "complete"
    while walk.queue:
        if walk.done >= limits.pages or clock() >= deadline:
            ended = "pages" if walk.done >= limits.pages else "time"
            break
        around = walk.next_round()
        # All of a round end before the next: what one raises reaches the caller, after its siblings are cancelled.
        async with asyncio.TaskGroup() as group:
            for url, depth in around:
                group.create_task(walk.visit(url, depth))
        if progress is not None and around:
            progress(Progress(walk.done, len(walk.failed), len(walk.seen), around[-1][0]))
        if walk.delay_s:
            await asyncio.sleep(walk.delay_s)
    if not walk.done and walk.failed:
        raise FetchError(walk.failed[0][1])
    if not walk.done and walk.by_robots:
        raise FetchError("The site's robots.txt does not allow this page to be read.")
    return CrawlReport(walk.done, tuple(walk.failed), walk.by_robots, ended)
