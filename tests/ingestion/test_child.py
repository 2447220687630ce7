"""Documents read in child processes: limits, replacement, no orphans."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from tests.ingestion import files
from workers.ingestion.child import ParserPool
from workers.ingestion.parsed import ParseError, ParseLimits
from workers.ingestion.rules import AUTOMATIC, ChunkingRule

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    pool = ParserPool(count=2)
    yield pool
    await pool.close()


@cache
def slow_workbook() -> bytes:
    """A workbook that takes seconds to read."""
    return files.workbook({"A": [[f"cell {row} {column}" for column in range(10)] for row in range(30_000)]})


def children() -> set[int]:
    """Return this process's living children that read documents."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            status, command = (path / "status").read_text(), (path / "cmdline").read_bytes()
        except OSError:
            continue
        if f"PPid:\t{os.getpid()}\n" in status and b"child_main" in command:
            found.add(int(path.name))
    return found


async def test_a_warm_child_reads_one_document_after_another(pool: ParserPool, tmp_path: Path) -> None:
    path = tmp_path / "休假 制度.docx"
    path.write_bytes(files.word())
    first = await pool.parse(path, path.name)
    warm = children()
    second = await pool.parse(files.word(), "b.docx")
    assert first == second
    assert len(warm) == 1
    assert children() == warm


async def test_cutting_gives_text_and_pieces(pool: ParserPool) -> None:
    cut = await pool.cut("Erste Zeile.  Zwei.\n\nDrei.".encode("cp1252"), "a.txt", ChunkingRule(merge=False))
    assert cut.text == "Erste Zeile. Zwei.\n\nDrei."
    assert [cut.text[piece.start : piece.end] for piece in cut.pieces] == ["Erste Zeile. Zwei.", "Drei."]
    again = await pool.split(await pool.parse(b"Drei.", "a.txt"), AUTOMATIC)
    assert [piece.content for piece in again.pieces] == ["Drei."]


async def test_errors_keep_the_child(pool: ParserPool) -> None:
    with pytest.raises(ParseError) as damaged:
        await pool.parse(files.word()[:2000], "a.docx")
    warm = children()
    with pytest.raises(ParseError) as empty:
        await pool.parse(b"", "a.txt")
    assert (damaged.value.code, empty.value.code) == ("file_damaged", "file_empty")
    assert children() == warm


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (ParseLimits(wall_s=0.3), "parse_timeout"),
        (ParseLimits(cpu_s=0), "parse_timeout"),
        (ParseLimits(memory_bytes=150 * 1024 * 1024), "parse_memory"),
    ],
)
async def test_a_document_that_takes_too_much_costs_its_child_only(pool: ParserPool, limits: ParseLimits, code: str) -> None:
    before = asyncio.create_task(pool.parse(files.slides(), "a.pptx"))
    with pytest.raises(ParseError) as failure:
        await pool.parse(slow_workbook(), "b.xlsx", limits)
    assert failure.value.code == code
    assert (await before).pages == 2
    assert (await pool.parse(b"still here", "c.txt")).text == "still here"


async def test_a_child_that_dies_is_replaced(pool: ParserPool) -> None:
    await pool.parse(b"start one", "a.txt")
    (child,) = children()
    reading = asyncio.create_task(pool.parse(slow_workbook(), "b.xlsx"))
    await asyncio.sleep(0.3)
    os.kill(child, signal.SIGSEGV)
    with pytest.raises(ParseError) as failure:
        await reading
    assert failure.value.code == "parse_crashed"
    assert (await pool.parse(b"still here", "c.txt")).text == "still here"
    assert child not in children()


async def test_cancelling_ends_the_child(pool: ParserPool) -> None:
    reading = asyncio.create_task(pool.parse(slow_workbook(), "b.xlsx"))
    while not children():
        await asyncio.sleep(0.05)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert not children()


async def test_too_many_pieces_are_refused(pool: ParserPool) -> None:
    with pytest.raises(ParseError) as failure:
        await pool.cut(b"a " * 100_001, "a.txt", ChunkingRule(separator=" ", merge=False))
    assert failure.value.code == "too_many_pieces"


async def test_closing_ends_all_children() -> None:
    pool = ParserPool()
    await pool.parse(b"text", "a.txt")
    await pool.close()
    assert not children()
    with pytest.raises(ParseError):
        await pool.parse(b"text", "a.txt")


def test_children_die_with_a_killed_parent() -> None:
    program = (
        "import asyncio\nfrom workers.ingestion.child import ParserPool\n"
        "async def main():\n    pool = ParserPool()\n    await pool.parse(b'text', 'a.txt')\n"
        "    print(pool._idle[0].process.pid, flush=True)\n    await asyncio.sleep(60)\nasyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert Path(f"/proc/{child}").exists()
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "State:\tZ" in Path(f"/proc/{child}/status").read_text():
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its parent")
