"""`make bench`: measure the platform beside the raw provider in the same minutes and write docs/benchmarks.md.

    python -m tests.bench [--profile embedded|production] [--seconds 4] [--repeat 3] [--quick]

CPU is that of the process trees web + worker + Valkey; the database's is stated beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform as machine
import statistics
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench import platform
from tests.bench.loadgen import Run, cpu_seconds, tree
from tests.bench.report import write_report

CONCURRENCIES = (1, 20, 100)
APP = Path(__file__).parent / "apps" / "chat.yml"
V1, OPENAI = "/v1/chat-messages", "/openai/v1/chat/completions"
# name: (model of the mock, address, whether it streams, what a complete answer contains)
CASES = {
    "blocking": ("mock", V1, False, "hotel"),
    "streaming": ("mock", V1, True, "workflow_finished"),
    "streaming over OpenAI's protocol": ("mock", OPENAI, True, "[DONE]"),
    "blocking, model takes 300 ms": ("mock-d300", V1, False, "hotel"),
}


def _body(path: str, model: str, stream: bool) -> dict[str, Any]:
    if path == V1:
        return {"inputs": {}, "query": "hi __SEQ__", "user": "bench", "response_mode": "streaming" if stream else "blocking"}
    return {"model": model, "stream": stream, "user": "bench", "messages": [{"role": "user", "content": "hi __SEQ__"}]}


def memory_mb(pid: int) -> dict[str, float]:
    """Resident megabytes of each process of a tree, by role."""
    found: dict[str, float] = {}
    for process in tree(pid):
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        role = next(
            (
                r
                for r, mark in (("web", "uvicorn"), ("worker", "celery"), ("valkey", "valkey-server"), ("supervisor", "manage.py up"))
                if mark in command
            ),
            "other",
        )
        rss = next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
        found[role] = round(found.get(role, 0) + rss, 1)
    return found


def _measure(target: Run, raw: Run, concurrency: int, seconds: float, repeat: int, pid: int, db_pid: int | None) -> dict[str, Any]:
    """Alternate raw and target; medians, and overheads pair by pair."""
    pairs = []
    for _ in range(repeat):
        base = raw.measure(concurrency, min(seconds, 2))
        before = cpu_seconds([db_pid]) if db_pid else 0.0
        got = target.measure(concurrency, seconds, pids=[pid])
        got["db_cpu_ms"] = round((cpu_seconds([db_pid]) - before) * 1e3 / max(got["n"], 1), 3) if db_pid else None
        pairs.append((base, got))

    def middle(value: Any) -> float:
        return round(statistics.median(value(base, got) for base, got in pairs), 2)

    return {
        "concurrency": concurrency,
        "runs_s": middle(lambda b, g: g["rps"]),
        "raw_s": middle(lambda b, g: b["rps"]),
        "p50_ms": middle(lambda b, g: g["p50_ms"]),
        "p99_ms": middle(lambda b, g: g["p99_ms"]),
        "over_p50_ms": middle(lambda b, g: g["p50_ms"] - b["p50_ms"]),
        "ttft_ms": middle(lambda b, g: g["ttft_p50_ms"]),
        "over_ttft_ms": middle(lambda b, g: g["ttft_p50_ms"] - b["ttft_p50_ms"]),
        "cpu_ms": middle(lambda b, g: g["cpu_ms_per_req"]),
        "db_cpu_ms": pairs[0][1]["db_cpu_ms"] if not db_pid else middle(lambda b, g: g["db_cpu_ms"]),
        "errors": sum(g["errors"] for _, g in pairs),
        "sample": next((g["error_sample"] for _, g in pairs if g.get("error_sample")), ""),
    }


def _profile(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure one profile."""
    with ExitStack() as stack:
        mock_url, _ = stack.enter_context(platform.mock_provider())
        database = stack.enter_context(platform.postgres()) if name == "production" else None
        tidemill = stack.enter_context(platform.platform(database.url if database else ""))
        tidemill.manage("bootstrap", "--email", "bench@example.com", "--password", "bench-password-1", "--workspace", "Bench")
        cases = {name: case for name, case in CASES.items() if not options.case or name in options.case}
        models = sorted({model for model, *_ in cases.values()})
        wanted = [argument for model in models for argument in ("--model", f"{model}:llm")]
        tidemill.manage("add_provider", "openai-compatible", "--workspace", "Bench", "--base-url", mock_url, "--api-key", "mock", *wanted)
        for model in models:
            tidemill.import_app(model, APP, model)
        pid, db_pid = tidemill.process.pid, database.pid if database else None
        result: dict[str, Any] = {"start_s": round(tidemill.start_s, 2), "memory_idle_mb": memory_mb(pid), "cases": {}}
        for title, (model, address, stream, expect) in cases.items():
            body = _body(address, model, stream)
            headers = [("Authorization", f"Bearer {tidemill.keys[model]}")]
            target = Run(f"{tidemill.base_url}{address}", body=json.dumps(body), headers=headers, expect=expect)
            request = {"model": model, "stream": stream, "messages": [{"role": "user", "content": "hi __SEQ__"}]}
            raw = Run(f"{mock_url}/chat/completions", body=json.dumps(request), expect="[DONE]" if stream else "hotel")
            warm = target.measure(4, 20, 40)
            if warm["errors"]:
                raise SystemExit(
                    f"warm-up of {title!r} failed: {warm.get('error_sample')}\n{(tidemill.folder / 'bench.log').read_text()[-3000:]}"
                )
            result["cases"][title] = []
            for concurrency in options.concurrency:
                row = _measure(target, raw, concurrency, options.seconds, options.repeat, pid, db_pid)
                print(name, "|", title, "|", json.dumps(row), flush=True)
                result["cases"][title].append(row)
        result["memory_loaded_mb"] = memory_mb(pid)
        return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", action="append", choices=["embedded", "production"], help="default: both")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--concurrency", type=int, action="append")
    parser.add_argument("--case", action="append", choices=list(CASES), help="default: all")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    options.concurrency = options.concurrency or list(CONCURRENCIES)
    results = {name: _profile(name, options) for name in options.profile or ["embedded", "production"]}
    facts = {
        "when": time.strftime("%Y-%m-%d"),
        "cores": os.cpu_count(),
        "python": sys.version.split()[0],
        "system": machine.system(),
        "load": os.getloadavg()[0],
    }
    if not options.no_report:
        write_report(facts, results)


if __name__ == "__main__":
    main()
