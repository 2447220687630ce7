"""Measure the log of an app, its export and its overview over many runs; write the section «Logs and overview» of docs/benchmarks.md.

    python -m tests.bench.insights [--rows 100000] [--profile embedded|production] [--no-report]

One turn per conversation, three steps per run, questions and answers in English and Chinese, a rating on every twentieth answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import tests.environment  # noqa: F401  settings of its own, before anything reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from backend.accounts.models import Workspace  # noqa: E402
from backend.core.ids import uuid7  # noqa: E402
from backend.core.sql import insert_rows  # noqa: E402
from backend.insights import conversations, exporting, overview  # noqa: E402
from backend.runs.filters import LogFilters  # noqa: E402
from backend.runs.models import Conversation, EndUser, Feedback, Message, NodeRun, Run  # noqa: E402
from backend.studio.models import App, Version  # noqa: E402
from tests.bench import platform  # noqa: E402
from tests.bench.report import PAGE, ROOT  # noqa: E402

BEGIN, END = "<!-- insights -->", "<!-- /insights -->"
BATCH, DAYS, USERS, TIMES = 5_000, 30, 2_000, 3
SENTENCE = (
    "tide harbour boat rope anchor morning ticket refund parcel invoice delivery window holiday member price garden music answer "
    "question station bridge winter summer market kitchen letter number colour river mountain"
)
WORDS = SENTENCE.split()
CHINESE = "今天的天气很好我想知道你们周日几点开门怎么退货发票可以开吗海边的船票多少钱谢谢"
USAGE = {"prompt_tokens": 120, "completion_tokens": 80, "total_tokens": 200, "cost_usd": 0.0004, "latency_s": 1.2}


def _text(chance: random.Random, words: int) -> str:
    text = " ".join(chance.choices(WORDS, k=words))
    start = chance.randrange(len(CHINESE) - 8)
    return f"{text} {CHINESE[start : start + 8]}"


def make(rows: int) -> App:
    """Write the rows."""
    chance = random.Random(7)
    workspace = Workspace.objects.create(name="Bench")
    app = App.unscoped.create(workspace=workspace, name="Bench", mode="advanced-chat")
    version = Version.unscoped.create(workspace=workspace, app=app, number=1, document={"graph": {"nodes": [], "edges": []}}, digest="d")
    users = [EndUser(workspace=workspace, app=app, session_id=f"user-{number}") for number in range(USERS)]
    EndUser.unscoped.bulk_create(users)
    begin, step = timezone.now() - timedelta(days=DAYS), timedelta(days=DAYS) / rows
    for first in range(0, rows, BATCH):
        _write(chance, workspace, app, version, users, [begin + step * number for number in range(first, min(rows, first + BATCH))])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return app


def _write(chance: random.Random, workspace: Workspace, app: App, version: Version, users: list[EndUser], moments: list[Any]) -> None:
    made: dict[Any, list[Any]] = {Conversation: [], Run: [], Message: [], NodeRun: [], Feedback: []}
    for at in moments:
        user, conversation, run, message = chance.choice(users), uuid7(), uuid7(), uuid7()
        question, answer = _text(chance, 10), _text(chance, 60)
        failed, seconds = chance.random() < 0.02, chance.expovariate(0.5)
        state, owned = "failed" if failed else "succeeded", (at, workspace.pk, app.pk)
        made[Conversation].append((conversation, *owned, user.pk, question[:40], {}, "", {}, at))
        run_fixed = (version.pk, "advanced-chat", "api", state, user.pk, conversation, message, user.session_id, {}, question, [])
        sums = ({"answer": answer}, USAGE, 200, 0.0004, 3, 0, seconds, seconds / 3, "", 1, 1, False, 9, at)
        made[Run].append((run, *owned, *run_fixed, *sums))
        texts = (conversation, run, {}, question, answer, "normal", [], {"usage": USAGE})
        made[Message].append((message, *owned, *texts, 120, 80, 0.0004, seconds))
        for place, (node, model) in enumerate((("start", ""), ("llm", f"openai/gpt-{chance.randrange(4)}"), ("answer", "")), 1):
            event = {"type": "node_finished", "node_id": node, "outputs": {"text": answer}}
            made[NodeRun].append((uuid7(), run, node, node, node, "", place, 1, "succeeded", place, event, seconds, 200, 0.0004, model))
        if chance.random() < 0.05:
            made[Feedback].append((uuid7(), *owned, message, chance.choice(["like", "like", "dislike"]), "", user.pk, at))
    owned_names = ("id", "created_at", "workspace_id", "app_id")
    names: dict[Any, tuple[str, ...]] = {
        Conversation: (*owned_names, "end_user_id", "name", "inputs", "introduction", "variables", "updated_at"),
        Run: (
            *(*owned_names, "version_id", "mode", "source", "state", "end_user_id", "conversation_id", "message_id", "user_ref", "inputs"),
            *("query", "files", "outputs", "usage", "total_tokens", "cost_usd", "steps", "exceptions_count", "elapsed_s", "first_token_s"),
            *("owner", "epoch", "attempts", "stop_requested", "last_seq", "finished_at"),
        ),
        Message: (
            *(*owned_names, "conversation_id", "run_id", "inputs", "query", "answer", "status", "files", "metadata", "prompt_tokens"),
            *("answer_tokens", "cost_usd", "latency_s"),
        ),
        NodeRun: (
            *("id", "run_id", "node_id", "node_type", "title", "path", "index", "attempt", "status", "seq", "event", "elapsed_s"),
            *("total_tokens", "cost_usd", "model"),
        ),
        Feedback: (*owned_names, "message_id", "rating", "content", "end_user_id", "updated_at"),
    }
    for model, rows in made.items():
        insert_rows(model, names[model], rows)


def _time(work: Callable[[], Any]) -> str:
    """Milliseconds of the best of several calls after a first one, and the CPU milliseconds of this process in the cheapest."""
    work()
    taken, spent = [], []
    for _ in range(TIMES):
        began, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - began) * 1e3)
        spent.append((time.process_time() - cpu) * 1e3)
    return f"{min(taken):.0f} | {min(spent):.0f}"


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _log_rows(app: App) -> Iterator[str]:
    def page(sort: str = "-last_at", number: int = 1, **filters: Any) -> Callable[[], Any]:
        return lambda: conversations.page(app.workspace, app.pk, LogFilters(**filters), sort, number, 20)

    cases: dict[str, Callable[[], Any]] = {
        "newest conversations, of all": page(),
        "page 2,000 of them": page(number=2_000),
        "sorted by tokens": page("-tokens"),
        "rated badly": page(rating="dislike"),
        "failed": page(error=True),
        "last 7 days": page(since=timezone.now() - timedelta(days=7)),
        "search: a word of most": page(search="harbour"),
        "search: three words": page(search="harbour anchor mountain"),
        "search: Chinese, four characters": page(search="几点开门"),
        "search: nothing found": page(search="zebra"),
    }
    for title, work in cases.items():
        total = work()["total"]
        yield f"| {title} | {total:,} | {_time(work)} |"


async def _exported(app: App, format: str) -> tuple[float, float, int, float, float]:
    """Return seconds, CPU seconds, bytes, and resident MB after the first tenth and at most."""
    response = await asyncio.to_thread(exporting.log_export, app, LogFilters(), format, ZoneInfo("UTC"))
    began, cpu, size, pages, early, peak = time.perf_counter(), time.process_time(), 0, 0, 0.0, 0.0
    async for part in response.streaming_content:  # type: ignore[union-attr]
        size, pages = size + len(part), pages + 1
        if pages % 10 == 0:
            peak = max(peak, _resident_mb())
            early = early or (peak if pages >= 20 else 0.0)
    return time.perf_counter() - began, time.process_time() - cpu, size, early, peak


def _export_rows(app: App) -> Iterator[str]:
    for format in exporting.FORMATS:
        seconds, cpu, size, early, peak = asyncio.run(_exported(app, format))
        yield f"| {format} | {seconds:.1f} | {cpu:.1f} | {size / 1e6:.0f} | {early:.0f} | {peak:.0f} |"


def _overview_rows(app: App) -> Iterator[str]:
    now = timezone.now()
    for days, interval in ((1, "hour"), (7, "day"), (DAYS, "day"), (DAYS // 2, "hour")):
        span = overview.Span(now - timedelta(days=days), now, "published", interval, ZoneInfo("Asia/Shanghai"))
        told = overview.overview(app, span)
        taken = _time(lambda span=span: overview.overview(app, span))  # type: ignore[misc]
        yield f"| {days} | {interval} | {told['totals']['runs']:,} | {len(told['series'])} | {taken} |"


def measure(rows: int) -> str:
    """Make the rows and measure in this process."""
    call_command("migrate", verbosity=0)
    app = make(rows)
    title = "SQLite" if connection.vendor == "sqlite" else "PostgreSQL"
    lines = [f"### {title}, {rows:,} conversations", "", "| log | found | ms | CPU ms |", "|---|--:|--:|--:|", *_log_rows(app), ""]
    lines += [
        "| export of all | seconds | CPU s | MB | memory early, MB | memory at most, MB |",
        "|---|--:|--:|--:|--:|--:|",
        *_export_rows(app),
        "",
    ]
    lines += ["| overview: days | by | runs | points | ms | CPU ms |", "|--:|---|--:|--:|--:|--:|", *_overview_rows(app)]
    return "\n".join(lines)


def _in_child(profile: str, rows: int) -> str:
    """Measure in a process with the database of a profile."""
    command = [sys.executable, "-m", "tests.bench.insights", "--here", "--rows", str(rows)]
    env = {name: value for name, value in os.environ.items() if name != "TIDEMILL_TEST_DATABASE_URL"}
    if profile == "embedded":
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout
    with platform.postgres() as database:
        env["TIDEMILL_TEST_DATABASE_URL"] = database.url
        return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def write_section(text: str) -> None:
    """Replace the section in the part of the page that `make bench` keeps."""
    page = PAGE.read_text()
    told = "the best of three; CPU is that of the web process: with SQLite all there is"
    head = f"## Logs and overview\n\nMeasured {time.strftime('%Y-%m-%d')} (`python -m tests.bench.insights`); {told}."
    section = f"{BEGIN}\n{head}\n\n{text}\n{END}"
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + section + rest.partition(END)[2] if BEGIN in page else f"{page.rstrip()}\n\n{section}\n")


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--profile", action="append", choices=["embedded", "production"], help="default: both")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    if options.here:
        print(measure(options.rows))
        return
    text = "\n\n".join(_in_child(profile, options.rows).strip() for profile in options.profile or ["embedded", "production"])
    print(text)
    if not options.no_report:
        write_section(text)


if __name__ == "__main__":
    main()
