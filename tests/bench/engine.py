"""Measure the flow engine alone, beside bare asyncio in the same minute; writes the engine's section of docs/benchmarks.md.

    python -m tests.bench.engine [--no-report]

Every event is made and written as JSON, as in a real run; nothing is sent. Memory is what Python allocates (tracemalloc).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from tests.bench.report import PAGE
from tests.engine.builders import Files, ask, chain, document, edge, end, node, start
from tests.engine.containers import around, body, iteration, template
from tests.fakes.scripted_model import ScriptedModel
from workers.engine import plan as plans
from workers.engine import runner
from workers.engine.document import FlowSize
from workers.engine.errors import NodeError
from workers.engine.events import Event, NodeFinished, RunFinished, dumps
from workers.engine.plan import Plan
from workers.engine.ports import Limits, Ports, RunInfo
from workers.engine.state import RunState
from workers.sandbox.code import CodeSandbox
from workers.sandbox.templates import TemplatePool

BEGIN, END = "<!-- engine -->", "<!-- /engine -->"
REPEAT = 9
ITEMS = 1_000
BIG_BYTES = 10_000_000
GOALS = "Goals: at most 150, better 50 µs of CPU per pass-through node; a run of 6 nodes at most 1 ms."
PYTHON = "def main(x: int) -> dict:\n    return {'y': x * 2}\n"
SCRIPT = "function main({x}) { return {y: x * 2}; }"
Flow = dict[str, Any]


def _pass(name: str, source: str) -> dict[str, Any]:
    """A node that hands on a variable."""
    return node(name, "variable-aggregator", variables=[source.split(".")])


def row_of(count: int) -> Flow:
    """A chain of so many nodes, start and end included."""
    names = [f"n{number}" for number in range(count - 2)]
    sources = ["start.q", *(f"{name}.output" for name in names)]
    nodes = [_pass(name, source) for name, source in zip(names, sources, strict=False)]
    return document([start(ask("q")), *nodes, end(out=sources[-1])], chain("start", *names, "end"))


def fan_of(count: int) -> Flow:
    """So many nodes side by side."""
    names = [f"n{number}" for number in range(count)]
    edges = [one for name in names for one in (edge("start", name), edge(name, "end"))]
    return document([start(ask("q")), *(_pass(name, "start.q") for name in names), end(out="n0.output")], edges)


def items_of(*, parallel: bool) -> Flow:
    """An iteration with a template in it."""
    inner = iteration([template("t", "{{ x }}!", x="it.item")], output="t.output", is_parallel=parallel, parallel_nums=10)
    return document([start(ask("items"), ask("big")), *inner, end(out="it.output")], [*around("it", "end"), *body("it", "t")])


class Track:
    """Runs flows as a worker does, without sending anything."""

    def __init__(self, templates: TemplatePool) -> None:
        self.ports = Ports(chat=ScriptedModel(), templates=templates, files=Files())
        self.limits = Limits(output_bytes=4 * BIG_BYTES)

    async def run(self, plan: Plan, inputs: dict[str, Any], emit: Callable[[Event], Any] = dumps) -> RunState:
        """Run once."""
        state = RunState()
        info = RunInfo("run", "workflow", inputs, {"user_id": "u", "files": []})
        ended = await runner.execute(plan, info, self.ports, state=state, emit=emit, limits=self.limits)
        assert isinstance(ended, RunFinished), ended
        assert ended.status == "succeeded", ended.error
        return state


def compiled(flow: Flow) -> Plan:
    """Compile a sound flow of any size."""
    plan = plans.compile(flow, "workflow", size=FlowSize(5_000, 20_000))
    assert plan.runnable, plan.problems
    return plan


async def cpu_us(work: Callable[[], Awaitable[object]], times: int) -> float:
    """Median CPU time of one go, microseconds."""
    taken = []
    for _ in range(REPEAT):
        gc.collect()
        begun = time.process_time()
        for _ in range(times):
            await work()
        taken.append((time.process_time() - begun) / times * 1e6)
    return statistics.median(taken)


async def wall_ms(work: Callable[[], Awaitable[object]], times: int) -> float:
    """Median time of one go, milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await work()
        taken.append((time.perf_counter() - begun) * 1e3)
    return statistics.median(taken)


async def _step(value: str) -> dict[str, str]:
    return {"output": value}


async def _bare_row(count: int) -> None:
    value = "x"
    for _ in range(count):
        value = (await _step(value))["output"]


async def _bare_tasks(count: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            group.create_task(_step("x"))


async def _nodes(track: Track) -> list[str]:
    lines = ["| flow | µs of CPU per node | bare asyncio | times |", "|---|--:|--:|--:|"]
    cases: list[tuple[str, Flow, int, Callable[[], Awaitable[None]], int]] = [
        ("chain of 6", row_of(6), 6, lambda: _bare_row(6), 400),
        ("chain of 50", row_of(50), 50, lambda: _bare_row(50), 60),
        ("fan-out of 100", fan_of(100), 102, lambda: _bare_tasks(102), 30),
    ]
    for title, flow, count, bare, times in cases:
        plan = compiled(flow)
        base = await cpu_us(bare, times * 20) / count
        ours = await cpu_us(lambda plan=plan: track.run(plan, {"q": "x"}), times) / count  # type: ignore[misc]
        lines.append(f"| {title} | {ours:.1f} | {base:.2f} | {ours / base:.0f} |")
    return lines


async def _latency(track: Track) -> list[str]:
    plan, large = compiled(row_of(6)), row_of(500)
    run, bare = await wall_ms(lambda: track.run(plan, {"q": "x"}), 2_000), await wall_ms(lambda: _bare_row(6), 2_000)

    async def compile_large() -> None:
        compiled(large)

    return [
        "| one go | p50 ms |",
        "|---|--:|",
        f"| run of 6 nodes without I/O | {run:.3f} (bare asyncio {bare:.4f}) |",
        f"| compiling a flow of 500 nodes | {await wall_ms(compile_large, 15):.1f} |",
    ]


async def _iterations(track: Track, templates: TemplatePool) -> list[str]:
    items = [f"item {number}" for number in range(ITEMS)]

    async def bare() -> None:
        for item in items:
            await templates.render("{{ x }}!", {"x": item})

    base = await wall_ms(bare, 5)
    lines = [f"| {ITEMS:,} items through a template node | ms | the templates alone, ms | times |", "|---|--:|--:|--:|"]
    for title, parallel in (("one after the other", False), ("ten at a time", True)):
        plan = compiled(items_of(parallel=parallel))
        taken = await wall_ms(lambda plan=plan: track.run(plan, {"items": items}), 7)  # type: ignore[misc]
        lines.append(f"| {title} | {taken:.0f} | {base:.1f} | {taken / base:.0f} |")
    return lines


async def _code() -> list[str]:
    lines = ["| code node | cold, ms | warm, ms |", "|---|--:|--:|"]
    for language, program in (("python3", PYTHON), ("javascript", SCRIPT)):
        cold = []
        for _ in range(3):
            sandbox = CodeSandbox(NodeError)
            cold.append(await wall_ms(lambda sandbox=sandbox: sandbox.run(language, program, {"x": 1}), 1))  # type: ignore[misc]  # noqa: B023
            warm = await wall_ms(lambda sandbox=sandbox: sandbox.run(language, program, {"x": 1}), 100)  # type: ignore[misc]  # noqa: B023
            await sandbox.close()
        lines.append(f"| {language} | {statistics.median(cold):.0f} | {warm:.2f} |")
    return lines


async def _memory(track: Track) -> list[str]:
    """What the rounds take: the peak is taken anew once the start node has ended (orjson reserves 13 times a long text for a moment)."""
    items, big = [f"item {number}" for number in range(ITEMS)], "x" * BIG_BYTES
    head = f"| memory of {ITEMS:,} rounds, in the run | at most, MB | left in its state, MB |"
    lines = [head, "|---|--:|--:|"]
    plan = compiled(items_of(parallel=False))

    def mark(event: Event) -> None:
        if isinstance(event, NodeFinished) and event.node_id == "start":
            tracemalloc.reset_peak()

    for title, given in (("small variables", "x"), ("10 MB of variables", big)):
        inputs = {"items": items, "big": given}
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        state = await track.run(plan, inputs, emit=mark)
        left, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert state.outputs["out"][-1] == f"{items[-1]}!"
        lines.append(f"| {title} | {(peak - before) / 1e6:.1f} | {(left - before) / 1e6:.1f} |")
    return lines


async def _measured() -> str:
    templates = TemplatePool(NodeError)
    track = Track(templates)
    parts = [await _nodes(track), await _latency(track), await _iterations(track, templates), await _code(), await _memory(track)]
    await templates.close()
    return "\n\n".join(["\n".join(lines) for lines in parts] + [GOALS])


def write_section(text: str) -> None:
    """Put the tables into the page, in the place of the earlier ones."""
    page = PAGE.read_text()
    when = time.strftime("%Y-%m-%d")
    head = f"## The engine alone\n\nMeasured {when} (`python -m tests.bench.engine`); medians, events made and written as JSON."
    section = f"{BEGIN}\n{head}\n\n{text}\n{END}"
    if BEGIN in page:
        page = page[: page.index(BEGIN)] + section + page[page.index(END) + len(END) :]
    else:
        page = page.rstrip("\n") + f"\n\n{section}\n"
    PAGE.write_text(page)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        text = loop.run(_measured())
    print(text)
    if not options.no_report:
        write_section(text)


if __name__ == "__main__":
    main()
