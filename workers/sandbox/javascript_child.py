"""The process that runs JavaScript: reads one JSON line, writes one JSON line, again and again.

Started by `workers.sandbox.javascript` as `python -I -S javascript_child.py FOLDER PROCESS_BYTES HEAP_BYTES CPU_S STDOUT_CHARS`
with an empty environment, where FOLDER holds the quickjs package. Every program gets a context of its own: no files,
no network, no modules, no way back into Python; `javascript_globals.js` adds what programs for Node.js expect. The parent
keeps the wall-clock limit by killing this process.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from typing import Any

sys.path.insert(0, sys.argv[1])

import quickjs

del sys.path[0]
PROCESS_BYTES, HEAP_BYTES, CPU_S, STDOUT_CHARS = (int(argument) for argument in sys.argv[2:6])
STACK_BYTES = 256 * 1024
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "javascript_globals.js"), encoding="utf-8") as source:
    GLOBALS = source.read()
_NAMES_GLOBALS = re.compile(
    r"\b(?:btoa|atob|Buffer|Text(?:En|De)coder|URL(?:SearchParams)?|structuredClone|(?:set|clear)Timeout|queueMicrotask|crypto|module|exports"
    r"|toLocaleString|at|findLast(?:Index)?|toSorted|toReversed|hasOwn|groupBy)\b"
)
_AT = re.compile(r"<input>:(\d+)")
_OWN_FRAMES = re.compile(r"(?:    at <anonymous> [^\n]*\n)?    at <eval> [^\n]*\n*$")

PRELUDE = """
globalThis.__printed = { lines: [], size: 0, full: false };
(() => {
  const text = (value) => {
    if (typeof value === "string") return value;
    if (value instanceof Error) return String(value);
    try { const json = JSON.stringify(value); return json === undefined ? String(value) : json; } catch { return String(value); }
  };
  const print = (...values) => {
    const p = globalThis.__printed, line = values.map(text).join(" ");
    p.size += line.length + 1;
    if (p.size > LIMIT) { p.full = true; throw new RangeError("printed too much"); }
    p.lines.push(line);
  };
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
})();
"""
CALL = """
(() => {
  if (typeof main !== "function") return "no main";
  const finish = (value) => {
    globalThis.__result = JSON.stringify({ value }, (key, item) => (typeof item === "bigint" ? Number(item) : item));
  };
  const returned = main(JSON.parse(INPUTS));
  if (returned && typeof returned.then === "function") {
    returned.then(finish).catch((error) => {
      globalThis.__error = error instanceof Error ? `${error}\\n${error.stack}` : `Error: ${String(error)}`;
    });
  } else finish(returned);
  return "";
})()
"""


def limit() -> None:
    """Bound this process and drop what it inherited. Limits that a system does not know (macOS: address space) are left out."""
    os.closerange(3, 1024)
    bounds = {"RLIMIT_AS": _address_space() + PROCESS_BYTES, "RLIMIT_NPROC": 0, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0, "RLIMIT_NOFILE": 8}
    for name, value in bounds.items():
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (AttributeError, OSError, ValueError):
            continue


def _address_space() -> int:
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0x10000000


def renew_cpu() -> None:
    """Give the next program its CPU seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + CPU_S + 2, hard))


def run(code: str, inputs: str) -> dict[str, Any]:
    """Run one program in a fresh context."""
    context = quickjs.Context()
    context.set_memory_limit(HEAP_BYTES)
    context.set_max_stack_size(STACK_BYTES)
    context.set_time_limit(CPU_S)
    context.eval(PRELUDE.replace("LIMIT", str(STDOUT_CHARS)))
    reply: dict[str, Any]
    try:
        if _NAMES_GLOBALS.search(code):
            context.eval(GLOBALS)
        context.eval(code)
        told = context.eval(CALL.replace("INPUTS", json.dumps(inputs)))
        while context.execute_pending_job():
            pass
        error = context.get("__error")
        if told:
            reply = {"error": "no_main"}
        elif error is not None:
            reply = _failure(str(error), code.count("\n") + 1)
        else:
            result = context.get("__result")
            reply = {"result": result} if result is not None else {"error": "pending"}
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        reply = _failure(str(error), code.count("\n") + 1)
    except MemoryError:
        reply = {"error": "memory"}
    return {**reply, **_printed(context)}


def _failure(text: str, code_lines: int) -> dict[str, Any]:
    message, _, stack = text.partition("\n")
    if "out of memory" in message or message == "null":
        return {"error": "memory"}
    if message.startswith("InternalError: interrupted"):
        return {"error": "time"}
    lines = [line for line in map(int, _AT.findall(stack)) if line <= code_lines]
    kind = "syntax" if message.startswith("SyntaxError") and " at <input>" in stack and "(" not in stack else "failed"
    return {"error": kind, "message": message[:500], "line": lines[0] if lines else None, "stack": _OWN_FRAMES.sub("", text)[:4000]}


def _printed(context: Any) -> dict[str, Any]:
    try:
        context.set_time_limit(1)
        return {
            "stdout": context.eval('__printed.lines.map((line) => line + "\\n").join("")'),
            "printed_too_much": context.eval("__printed.full"),
        }
    except (quickjs.JSException, quickjs.StackOverflow, MemoryError):
        return {"stdout": "", "printed_too_much": False}


def main() -> None:
    """Serve until the parent closes the pipe."""
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    run("function main() { return {}; }", "{}")
    limit()
    replies.write(b"ready\n")
    replies.flush()
    for line in requests:
        renew_cpu()
        request = json.loads(line)
        replies.write(json.dumps(run(request["code"], request["inputs"])).encode() + b"\n")
        replies.flush()


if __name__ == "__main__":
    main()
