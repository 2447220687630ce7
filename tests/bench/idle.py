"""A thousand clients that follow one run and hear nothing, then its end: what it costs the web process, how long it takes to reach all.

    python -m tests.bench.idle [--clients 1000]

Writes its section of docs/benchmarks.md. The clients are one Python process on the same machine: reading is part of the time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import time
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from tests.bench import platform
from tests.bench.__main__ import APP, V1, memory_mb
from tests.bench.loadgen import cpu_seconds, tree
from tests.bench.report import PAGE

BEGIN, END = "<!-- idle -->", "<!-- /idle -->"
MODEL, SETTLE_S, LISTEN_S, PATIENCE_S = "mock-d240000-n1", 2.0, 4.0, 200


class Listener(asyncio.Protocol):
    """One client; `opened` is when the stream began, `ended` when the end of the run was told."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.opened = asyncio.get_running_loop().create_future()
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        if not self.opened.done() and b"node_started" in data:
            self.opened.set_result(now)
        if not self.ended.done() and b"workflow_finished" in data:
            self.ended.set_result(now)


def _post(tidemill: platform.Platform, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {tidemill.keys[MODEL]}", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(f"{tidemill.base_url}{path}", json.dumps(body).encode(), headers)) as reply:
        found: dict[str, Any] = json.load(reply)
        return found


def _web_pid(pid: int) -> int:
    for process in tree(pid):
        with open(f"/proc/{process}/cmdline", "rb") as command:
            if b"uvicorn" in command.read():
                return process
    raise SystemExit("there is no web process")


async def _measure(tidemill: platform.Platform, clients: int) -> dict[str, float]:
    web = _web_pid(tidemill.process.pid)
    before = memory_mb(tidemill.process.pid)["web"]
    run_id = _post(tidemill, V1, {"inputs": {}, "query": "hi", "user": "bench", "response_mode": "async"})["task_id"]
    address = urlsplit(tidemill.base_url)
    path = f"/v1/workflow/{run_id}/events?user=bench&include_state_snapshot=true"
    lines = (f"GET {path} HTTP/1.1", f"Host: {address.netloc}", f"Authorization: Bearer {tidemill.keys[MODEL]}", "", "")
    request, loop = "\r\n".join(lines).encode(), asyncio.get_running_loop()
    opening = time.perf_counter()
    made = [await loop.create_connection(lambda: Listener(request), address.hostname, address.port) for _ in range(clients)]
    listeners = [listener for _, listener in made]
    await asyncio.gather(*(listener.opened for listener in listeners))
    opened_s = time.perf_counter() - opening
    await asyncio.sleep(SETTLE_S)
    held, cpu = memory_mb(tidemill.process.pid)["web"], cpu_seconds([web])
    await asyncio.sleep(LISTEN_S)
    idle_cpu = (cpu_seconds([web]) - cpu) / LISTEN_S
    asked = time.perf_counter()
    await asyncio.to_thread(_post, tidemill, f"{V1}/{run_id}/stop", {"user": "bench"})
    times = sorted(await asyncio.gather(*(listener.ended for listener in listeners)))
    for transport, _ in made:
        transport.abort()
    told = {"first_ms": (times[0] - asked) * 1e3, "spread_ms": (times[-1] - times[0]) * 1e3}
    return {"before": before, "held": held, "opened_s": opened_s, "idle_cpu": idle_cpu, **told}


def _write(clients: int, found: dict[str, float]) -> None:
    each = (found["held"] - found["before"]) * 1024 / clients
    held, before = f"{found['held']:.0f} MB with them and {found['before']:.0f} MB before", f"{each:.0f} kB for each"
    text = (
        f"## {clients:,} idle listeners\n\n"
        f"Measured {time.strftime('%Y-%m-%d')} (`python -m tests.bench.idle`): {clients:,} SSE clients follow one run on one web process.\n"
        f"All were there after {found['opened_s']:.1f} s. The process held {held}, {before};\n"
        f"silence took {found['idle_cpu'] * 100:.1f} % of a core. When the run was stopped, the first heard of its end "
        f"{found['first_ms']:.0f} ms\nafter the request, the last {found['spread_ms']:.0f} ms later, reading by the one client process "
        "included.\n"
    )
    page = PAGE.read_text()
    if BEGIN in page:
        before, _, rest = page.partition(BEGIN)
        page = f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}"
    else:
        page = f"{page.rstrip()}\n\n{BEGIN}\n{text}{END}\n"
    PAGE.write_text(page)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.environ["MODEL_FIRST_TOKEN_S"] = os.environ["MODEL_TOTAL_S"] = "280"  # nobody gives up before the run is stopped
    with platform.mock_provider() as (mock_url, _), platform.platform() as tidemill:
        tidemill.manage("bootstrap", "--email", "bench@example.com", "--password", "bench-password-1", "--workspace", "Bench")
        wanted = ("--base-url", mock_url, "--api-key", "mock", "--model", f"{MODEL}:llm", "--no-test")
        tidemill.manage("add_provider", "openai-compatible", "--workspace", "Bench", *wanted)
        tidemill.import_app(MODEL, APP, MODEL)
        found = asyncio.run(asyncio.wait_for(_measure(tidemill, options.clients), PATIENCE_S))
    print(json.dumps(found))
    if not options.no_report:
        _write(options.clients, found)


if __name__ == "__main__":
    main()
