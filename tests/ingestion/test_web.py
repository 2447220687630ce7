"""Pages and walks over sites, without a network."""

from __future__ import annotations

import pytest

from tests.ingestion import files
from workers.ingestion.crawl import CrawlLimits, CrawlReport, Fetched, FetchError, Page, Progress, crawl
from workers.ingestion.parsed import Parsed, ParseError
from workers.ingestion.web import canonical, read_page

PROSE = "<p>Tide mills grind grain with the power of the sea. They stood on many coasts for a thousand years.</p>" * 6
ARTICLE = (
    "<html><head><title>Tide mills</title></head><body><header><a href='/'>Home</a> | Shop</header><nav><ul>"
    f"<li><a href='/nav'>N</a></li></ul></nav><main><h1>Tide mills</h1>{PROSE}<h2>Parts</h2><table>"
    "<tr><th>Part</th><th>Use</th></tr><tr><td>Dam</td><td>Holds water</td></tr></table>"
    "<p>See <a href='more.html?utm_source=x&b=1#top'>more</a> or <a href='mailto:a@b.c'>write</a>.</p></main>"
    "<footer>All rights reserved</footer><script>alert(1)</script></body></html>"
)


def test_the_main_text_without_the_frame() -> None:
    parsed, links = read_page(ARTICLE.encode(), "https://mills.example/wiki/tide", "text/html; charset=utf-8")
    assert parsed.title == "Tide mills"
    assert parsed.text.startswith("# Tide mills\n\nTide mills grind")
    assert "| Dam | Holds water |" in parsed.text
    assert not any(word in parsed.text for word in ("Shop", "rights", "alert"))
    assert links == ["https://mills.example/", "https://mills.example/nav", "https://mills.example/wiki/more.html?b=1"]


def test_short_pages_and_old_encodings() -> None:
    page = "<html><head><meta charset='gbk'><title>潮汐</title></head><body><p>潮汐磨坊</p></body></html>"
    parsed, _ = read_page(page.encode("gb18030"), "https://a.example/", "text/html")
    assert (parsed.text, parsed.title, parsed.encoding) == ("潮汐磨坊", "潮汐", "gb18030")


def test_other_files_are_read_as_what_they_are() -> None:
    parsed, links = read_page(files.pdf([["Hello there"]]), "https://a.example/doc", "application/pdf")
    assert (parsed.text, links) == ("Hello there", [])


@pytest.mark.parametrize(("page", "code"), [(b"", "file_empty"), (b"<html><script>x()</script></html>", "no_text_found")])
def test_pages_without_text(page: bytes, code: str) -> None:
    with pytest.raises(ParseError) as failure:
        read_page(page, "https://a.example/", "text/html")
    assert failure.value.code == code


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Example.COM:80/a/../b/./c?utm_source=1&x=%C3%A9#f", "http://example.com/b/c?x=%C3%A9"),
        ("https://example.com", "https://example.com/"),
        ("https://例え.jp/路径 x", "https://xn--r8jz45g.jp/%E8%B7%AF%E5%BE%84%20x"),
        ("https://a.example:8443/%7euser/", "https://a.example:8443/~user/"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[broken", None),
        ("http://a.example:99999/", None),
    ],
)
def test_one_spelling(url: str, expected: str | None) -> None:
    assert canonical(url) == expected


class Site:
    """Pages by path; records what was asked for."""

    def __init__(self, pages: dict[str, str], robots: str | None = None) -> None:
        self.pages, self.robots = pages, robots
        self.asked: list[str] = []

    async def fetch(self, url: str) -> Fetched:
        path = url.removeprefix("https://site.example")
        if path == "/robots.txt":
            return Fetched(url, 200 if self.robots else 404, "text/plain", (self.robots or "").encode())
        self.asked.append(path)
        if path == "/boom":
            raise FetchError("The server did not answer.")
        if path in self.pages and self.pages[path].startswith("->"):
            return await self.fetch(f"https://site.example{self.pages[path][2:]}")
        found = self.pages.get(path)
        return Fetched(url, 404 if found is None else 200, "text/html", (found or "").encode())

    async def walk(self, start: str = "/", limits: CrawlLimits | None = None, **more: object) -> tuple[list[Page], CrawlReport]:
        pages: list[Page] = []

        async def read(body: bytes, url: str, content_type: str) -> tuple[Parsed, list[str]]:
            return read_page(body, url, content_type)

        async def keep(page: Page) -> None:
            pages.append(page)

        return pages, await crawl(f"https://site.example{start}", self.fetch, read, keep, limits=limits, **more)  # type: ignore[arg-type]


def page(*links: str) -> str:
    return "<html><body><p>Some text.</p>" + "".join(f"<a href='{link}'>x</a>" for link in links) + "</body></html>"


async def test_a_walk_stays_on_its_host_and_reads_each_page_once() -> None:
    site = Site({"/": page("/a", "/a#b", "https://else.example/", "/pic.png", "/r"), "/a": page("/", "/b"), "/b": page(), "/r": "->/b"})
    told: list[Progress] = []
    pages, report = await site.walk(progress=told.append)
    assert sorted(page.url.removeprefix("https://site.example") for page in pages) == ["/", "/a", "/b"]
    assert (report.read, report.failed, report.ended) == (3, (), "complete")
    assert told[-1].read == 3


async def test_depth_pages_and_time_bound_a_walk() -> None:
    chain = {"/": page("/1"), **{f"/{number}": page(f"/{number + 1}") for number in range(1, 20)}}
    pages, report = await Site(chain).walk(limits=CrawlLimits(depth=2))
    assert ([page.depth for page in pages], report.ended) == ([0, 1, 2], "complete")
    pages, report = await Site(chain).walk(limits=CrawlLimits(depth=50, pages=4))
    assert (len(pages), report.ended) == (4, "pages")
    times = iter(range(0, 1000, 100))
    pages, report = await Site(chain).walk(limits=CrawlLimits(depth=50, wall_s=250), clock=lambda: float(next(times)))
    assert (len(pages), report.ended) == (2, "time")


async def test_robots_and_failures_are_told() -> None:
    site = Site({"/": page("/private/x", "/boom", "/gone")}, robots="User-agent: *\nDisallow: /private/\n")
    pages, report = await site.walk()
    assert len(pages) == 1
    assert "/private/x" not in site.asked
    assert report.skipped_by_robots == 1
    assert dict(report.failed) == {
        "https://site.example/boom": "The server did not answer.",
        "https://site.example/gone": "The server answered 404.",
    }


@pytest.mark.parametrize(
    ("start", "robots", "words"),
    [("/boom", None, "did not answer"), ("/", "User-agent: *\nDisallow: /\n", "robots.txt"), ("/no", None, "404")],
)
async def test_a_walk_that_cannot_begin(start: str, robots: str | None, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        await Site({"/": page()}, robots).walk(start)
