"""Measure the knowledge index, indexing and retrieval; write the section «Knowledge» of docs/benchmarks.md.

    python -m tests.bench.knowledge [--no-report] [--points 1000 50000 200000] [--pieces 50000] [--no-quality]

The vectors of the first table are clustered, as those of texts are; 20 datasets share the collection, every search is filtered by one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import tests.environment  # noqa: F401  settings of its own, before anything reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
import django

django.setup()

import httpx  # noqa: E402
import numpy as np  # noqa: E402

from backend.knowledge.measures import judge, summary  # noqa: E402
from backend.knowledge.vectors import Entry, Method, Scope, collection_of  # noqa: E402
from backend.knowledge.vectors_edge import EdgeVectors  # noqa: E402
from tests.bench.knowledge_questions import QUESTIONS  # noqa: E402
from tests.bench.report import PAGE, ROOT  # noqa: E402
from tests.fakes.provider import FakeProvider  # noqa: E402
from tests.processes import Installation, wait_until  # noqa: E402

BEGIN, END = "<!-- knowledge -->", "<!-- /knowledge -->"
DIMENSIONS, DATASETS, BATCH, QUERIES, TERMS = 384, 20, 256, 200, 40
WORDS = [f"word{number}" for number in range(5_000)]
RULE = {"mode": "custom", "rules": {"segmentation": {"separator": "\n\n", "max_tokens": 500, "chunk_overlap": 0}}}
MAKE = """
import json, sys
from backend.accounts.models import Workspace
from backend.knowledge.services.datasets import dataset_create
from backend.knowledge.services.documents import document_create_text
given = json.load(open({given!r}))
workspace = Workspace.objects.get(name="Acme")
dataset = dataset_create(workspace_id=workspace.id, **given["dataset"])
for row in given["documents"]:
    document_create_text(dataset=dataset, **row)
print(dataset.id)
"""


# ------------------------------------------------------------ the index alone


def _vectors(count: int, generator: np.random.Generator) -> Any:
    """Unit vectors around 500 centres."""
    centres = generator.normal(size=(500, DIMENSIONS))
    rows = centres[generator.integers(0, 500, count)] + generator.normal(scale=0.6, size=(count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _text(chance: random.Random) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(TERMS))


def _resident_mb(pid: int | str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)


async def _times(work: Callable[[int], Awaitable[object]], count: int = QUERIES) -> tuple[float, float]:
    """Median and 99th percentile of one call after the other, ms."""
    taken = []
    for number in range(count):
        began = time.perf_counter()
        await work(number)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return statistics.median(taken), taken[int(len(taken) * 0.99) - 1]


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 1e6


async def _index_row(points: int) -> str:
    folder = Path(tempfile.mkdtemp(prefix="tidemill-bench-index-"))
    try:
        return await _measured_index(points, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measured_index(points: int, folder: Path) -> str:
    generator, chance = np.random.default_rng(7), random.Random(7)
    index, name, workspace = EdgeVectors(folder), collection_of("bench", "clustered", DIMENSIONS), uuid4()
    datasets = [uuid4() for _ in range(DATASETS)]
    await index.ensure_collection(name)
    before = _resident_mb("self")
    spent = 0.0
    for at in range(0, points, BATCH):
        rows = _vectors(min(BATCH, points - at), generator).tolist()
        entries = [Entry(uuid4(), datasets[(at + n) % DATASETS], uuid4(), _text(chance), row) for n, row in enumerate(rows)]
        began = time.perf_counter()
        await index.upsert(name, workspace, entries)
        spent += time.perf_counter() - began
    began = time.perf_counter()
    await index.optimize(name)
    optimized_s = time.perf_counter() - began
    memory = _resident_mb("self") - before
    queries = _vectors(QUERIES, generator).tolist()
    cells = []
    for method in ("dense", "sparse", "fused"):

        async def ask(number: int, method: Method = method) -> None:  # type: ignore[assignment]
            scope = Scope(workspace, (datasets[number % DATASETS],))
            text = " ".join(chance.choice(WORDS) for _ in range(6))
            await index.search(name, scope, method, 10, dense=queries[number], text=text)

        await _times(ask, 20)
        p50, p99 = await _times(ask)
        cells.append(f"{p50:.2f} / {p99:.2f}")
    await index.close()
    size = await asyncio.to_thread(_size_mb, folder)
    return f"| {points:,} | {points / spent:,.0f} | {optimized_s:.1f} | {' | '.join(cells)} | {memory:.0f} | {size:.0f} |"


# ------------------------------------------------------------ the whole platform


class Site:
    """An installation with one worker and a web server."""

    def __init__(self, folder: Path, provider: FakeProvider) -> None:
        self.site = Installation(folder)
        self.site.start_valkey()
        self.site.prepare(provider.url, ("mock-embedding:text-embedding",))
        self.worker = self.site.start_worker()
        self.site.start_web()
        self.site.wait_for_workers()
        words = self.site.manage("create_key", "--workspace", "Acme", "--type", "dataset").split()
        self.key = next(word for word in reversed(words) if word.strip('",').startswith("dataset-")).strip('",')

    def dataset(self, name: str, documents: list[dict[str, Any]], **fields: str) -> str:
        given = self.site.folder / "given.json"
        given.write_text(json.dumps({"dataset": {"name": name, **fields}, "documents": documents}))
        return self.site.manage("shell", "--no-imports", "-c", MAKE.format(given=str(given))).strip().splitlines()[-1]

    def wait(self, dataset: str) -> tuple[int, float]:
        """Wait until all is indexed; returns the pieces and the seconds from the first start to the last end."""
        key = UUID(dataset).hex
        open_ones = "SELECT count(*) FROM knowledge_document WHERE dataset_id = ? AND stage NOT IN ('completed', 'error')"
        wait_until(lambda: self.site.scalar(open_ones, key) == 0, "all documents", 1800)
        row = self.site.rows(
            "SELECT sum(total), (julianday(max(completed_at)) - julianday(min(started_at))) * 86400.0, sum(stage = 'error')"
            " FROM knowledge_document WHERE dataset_id = ?",
            key,
        )[0]
        if row[2]:
            raise SystemExit(
                f"{row[2]} documents failed: {self.site.rows('SELECT error FROM knowledge_document WHERE error IS NOT NULL')[:2]}"
            )
        return int(row[0]), float(row[1])

    def ask(self, client: httpx.Client, dataset: str, query: str, method: str, top_k: int = 5) -> list[dict[str, Any]]:
        model = {"search_method": method, "top_k": top_k, "reranking_enable": False, "score_threshold_enabled": False}
        address = f"{self.site.url}/v1/datasets/{dataset}/retrieve"
        answer = client.post(address, json={"query": query, "retrieval_model": model}, headers={"Authorization": f"Bearer {self.key}"})
        answer.raise_for_status()
        records: list[dict[str, Any]] = answer.json()["records"]
        return records


def _documents(pieces: int, per_document: int = 2_500) -> list[dict[str, Any]]:
    chance = random.Random(3)
    return [
        {"name": f"part {at}", "process_rule": RULE, "text": "\n\n".join(_text(chance) for _ in range(min(per_document, pieces - at)))}
        for at in range(0, pieces, per_document)
    ]


def _platform(site: Site, pieces: int) -> list[str]:
    mock = {"indexing_technique": "high_quality", "embedding_provider": "openai-compatible", "embedding_model": "mock-embedding"}
    local = {"indexing_technique": "high_quality", "embedding_provider": "local", "embedding_model": "multilingual-e5-small"}
    economy = {"indexing_technique": "economy"}
    idle = _resident_mb(site.worker.process.pid)
    lines = ["| index | pieces | pieces/s |", "|---|--:|--:|"]
    asked: dict[str, str] = {}
    cases = (("mock provider at no delay", mock, 1_000), ("mock provider at no delay", mock, pieces), ("words only", economy, pieces))
    for label, fields, count in (*cases, ("bundled local model", local, 100)):
        dataset = site.dataset(f"{label} {count}", _documents(count), **fields)
        total, seconds = site.wait(dataset)
        asked[f"{label} {count}"] = dataset
        lines.append(f"| {label} | {total:,} | {total / seconds:,.1f} |")
    loaded = _resident_mb(site.worker.process.pid)
    lines += ["", f"The worker took {idle:.0f} MB before and {loaded:.0f} MB after.", ""]
    lines += ["| question through the API | p50 ms | p99 ms |", "|---|--:|--:|"]
    chance = random.Random(5)
    with httpx.Client(timeout=60) as client:
        for label, dataset in asked.items():
            method = "keyword_search" if label.startswith("words") else "hybrid_search"
            taken = []
            for _ in range(100):
                query = " ".join(chance.choice(WORDS) for _ in range(6))
                began = time.perf_counter()
                site.ask(client, dataset, query, method)
                taken.append((time.perf_counter() - began) * 1000)
            taken.sort()
            lines.append(f"| {label}, {method.removesuffix('_search')} | {statistics.median(taken):.1f} | {taken[98]:.1f} |")
    return lines


def _quality(site: Site) -> list[str]:
    pages = [*ROOT.glob("docs/**/*.md"), *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"))]
    documents = [{"name": page.name, "text": page.read_text(), "process_rule": {"mode": "automatic"}} for page in sorted(pages)]
    documents = [row for row in documents if row["name"] != "benchmarks.md"]
    local = {"indexing_technique": "high_quality", "embedding_provider": "local", "embedding_model": "multilingual-e5-small"}
    dataset = site.dataset("pages", documents, **local)
    pieces, _ = site.wait(dataset)
    lines = [
        f"{len(QUESTIONS)} questions in English and in Chinese on the {len(documents)} pages of this repository ({pieces} pieces,",
        "English only), bundled local model, no reranking. Right is a piece of the page that answers.",
        "",
        "| search | English recall@5 | MRR | Chinese recall@5 | MRR |",
        "|---|--:|--:|--:|--:|",
    ]
    with httpx.Client(timeout=60) as client:
        for method in ("semantic_search", "full_text_search", "hybrid_search"):
            cells = []
            for language in (0, 1):
                verdicts = []
                for question in QUESTIONS:
                    records = site.ask(client, dataset, question[language], method)
                    found = [(record["segment"]["document"]["name"], record["segment"]["id"]) for record in records]
                    verdicts.append(judge({(question[2], None)}, found, 5))
                measured = summary(verdicts, [], 5)
                cells += [f"{measured['recall']:.2f}", f"{measured['mrr']:.2f}"]
            lines.append(f"| {method.removesuffix('_search').replace('_', ' ')} | {' | '.join(cells)} |")
    return lines


# ------------------------------------------------------------ the page


def write_section(lines: list[str]) -> None:
    """Replace the section in the part of the page that `make bench` keeps."""
    page = PAGE.read_text()
    section = "\n".join([BEGIN, *lines, END])
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(head + section + rest.partition(END)[2] if BEGIN in page else f"{page.rstrip()}\n\n{section}\n")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-report", action="store_true", help="print only")
    parser.add_argument("--points", type=int, nargs="*", default=[1_000, 50_000, 200_000])
    parser.add_argument("--pieces", type=int, default=50_000)
    parser.add_argument("--no-quality", action="store_true")
    options = parser.parse_args()
    lines = ["## Knowledge", "", f"The embedded index alone, {DIMENSIONS} dimensions and {TERMS} words a piece, {DATASETS} datasets,"]
    lines += ["every search filtered by one of them, ten results; p50 / p99 in ms.", ""]
    lines += [
        "| pieces | written/s | optimize s | meaning | words | both, fused | memory MB | disk MB |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for points in options.points:
        lines.append(asyncio.run(_index_row(points)))
        print(lines[-1], flush=True)
    with tempfile.TemporaryDirectory(prefix="tidemill-bench-") as folder:
        provider = FakeProvider().start()
        site = Site(Path(folder) / "site", provider)
        try:
            lines += ["", "Through the whole platform (SQLite, one worker, a web server), from the first claim to the last flip:", ""]
            lines += _platform(site, options.pieces) if options.pieces else []
            lines += [""] + ([] if options.no_quality else _quality(site))
        finally:
            site.site.stop()
            provider.stop()
    print("\n".join(lines))
    if not options.no_report:
        write_section(lines)


if __name__ == "__main__":
    main()
