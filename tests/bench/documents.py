"""Measure reading and cutting documents; write the section «Documents» of docs/benchmarks.md.

    python -m tests.bench.documents [--no-report]

Everything runs as in the worker: in child processes, warm unless said otherwise. The documents are made here: the same for everybody.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import docx

from tests.bench.report import PAGE
from tests.ingestion import files
from workers.ingestion.child import ParserPool
from workers.ingestion.rules import AUTOMATIC, ChunkingRule

BEGIN, END = "<!-- documents -->", "<!-- /documents -->"
REPEAT = 5
ENGLISH = "The quick brown fox jumps over the lazy dog, and then it sat down by the river of Mr. Smith. "
CHINESE = "敏捷的棕色狐狸跳过了懒狗。然后它坐在河边，看着水流过去！你知道吗？"


def _pdf(pages: int) -> bytes:
    return files.pdf([[f"{number}.{line} {ENGLISH[:80]}" for line in range(45)] for number in range(pages)])


def _word(paragraphs: int) -> bytes:
    document = docx.Document()
    for number in range(paragraphs):
        if number % 20 == 0:
            document.add_heading(f"Part {number // 20}", 2)
        document.add_paragraph(ENGLISH * 4)
    return files.saved(document)


def _page(paragraphs: int) -> bytes:
    return f"<html><body><main>{''.join(f'<p>{ENGLISH * 4}</p>' for _ in range(paragraphs))}</main></body></html>".encode()


def _resident_mb(process: int | str) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


def _children() -> list[str]:
    return (Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")).read_text().split()


async def _seconds(call: Callable[[], Awaitable[object]], repeat: int = REPEAT) -> float:
    taken = []
    for _ in range(repeat):
        begun = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


async def _reading(pool: ParserPool) -> list[str]:
    rows = [[f"cell {row} {column}" for column in range(10)] for row in range(10_000)]
    cases: list[tuple[str, str, bytes, float, str]] = [
        ("PDF, 200 pages of text", "a.pdf", _pdf(200), 200, "pages"),
        ("Word, 2,000 paragraphs", "a.docx", _word(2_000), 2_000, "paragraphs"),
        ("Excel, 10,000 rows of 10 cells", "a.xlsx", files.workbook({"A": rows}), 10_000, "rows"),
        ("CSV, 10,000 rows of 10 cells", "a.csv", "\n".join(",".join(row) for row in rows).encode(), 10_000, "rows"),
        ("HTML, 5,000 paragraphs", "a.html", _page(5_000), 5_000, "paragraphs"),
        ("Markdown, 5,000 paragraphs", "a.md", (f"{ENGLISH * 4}\n\n" * 5_000).encode(), 5_000, "paragraphs"),
    ]
    lines = ["| read | size MB | seconds | per second |", "|---|--:|--:|--:|"]
    for title, name, content, count, unit in cases:
        taken = await _seconds(lambda content=content, name=name: pool.parse(content, name))  # type: ignore[misc]
        lines.append(f"| {title} | {len(content) / 1e6:.2f} | {taken:.3f} | {count / taken:,.0f} {unit} |")
    return lines


async def _cutting(pool: ParserPool) -> list[str]:
    texts = {"English, 10 MB": (ENGLISH * 5 + "\n\n") * 21_500, "Chinese, 10 MB": (CHINESE * 5 + "\n\n") * 20_500}
    rules = {"automatic, 1,024 tokens": AUTOMATIC, "at empty lines, 500 tokens": ChunkingRule(max_tokens=500)}
    rules["parent and child, 1,024 and 200 tokens"] = ChunkingRule(mode="parent_child", merge=True, child_max_tokens=200)
    lines = ["| cut, reading included | rule | seconds | MB/s | pieces |", "|---|---|--:|--:|--:|"]
    for title, text in texts.items():
        content = text.encode()
        for name, rule in rules.items():
            cut = await pool.cut(content, "a.txt", rule)
            pieces = len(cut.pieces) + sum(len(piece.children) for piece in cut.pieces)
            taken = await _seconds(lambda content=content, rule=rule: pool.cut(content, "a.txt", rule), 3)  # type: ignore[misc]
            lines.append(f"| {title} | {name} | {taken:.2f} | {len(content) / 1e6 / taken:.1f} | {pieces:,} |")
    return lines


async def _overhead(pool: ParserPool) -> str:
    small = b"A short text.\n" * 20
    cold_pool = ParserPool()
    cold = await _seconds(lambda: cold_pool.parse(small, "a.txt"), 1)
    await cold_pool.close()
    warm = await _seconds(lambda: pool.parse(small, "a.txt"), 200)
    document = _word(50)
    before = _resident_mb(os.getpid())
    for _ in range(500):
        await pool.cut(document, "a.docx", AUTOMATIC)
    grown = _resident_mb(os.getpid()) - before
    resident = [_resident_mb(child) for child in _children()]
    held = ", ".join(f"{size:.0f}" for size in resident)
    return (
        f"A short text takes {warm * 1000:.1f} ms in a warm child, {cold * 1000:.0f} ms when the child must start first. After 500 Word "
        f"documents the worker's memory had grown by {grown:.1f} MB; its child held {held} MB."
    )


async def _measured() -> str:
    pool = ParserPool(count=1)
    try:
        reading, cutting, overhead = await _reading(pool), await _cutting(pool), await _overhead(pool)
    finally:
        await pool.close()
    head = (
        f"Measured {time.strftime('%Y-%m-%d')} on {os.cpu_count()} cores in one child process; medians (`python -m tests.bench.documents`)."
    )
    return "\n".join(["## Documents", "", head, "", *reading, "", *cutting, "", overhead])


def write_section(text: str) -> None:
    """Replace the section in the part of the page that `make bench` keeps."""
    page = PAGE.read_text()
    section = f"{BEGIN}\n{text}\n{END}"
    if BEGIN in page:
        head, _, rest = page.partition(BEGIN)
        page = head + section + rest.partition(END)[2]
    else:
        page = f"{page.rstrip()}\n\n{section}\n"
    PAGE.write_text(page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    text = asyncio.run(_measured())
    print(text)
    if not options.no_report:
        write_section(text)


if __name__ == "__main__":
    main()
