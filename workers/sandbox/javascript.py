"""JavaScript: QuickJS in child processes that can be killed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from workers.sandbox import faults
from workers.sandbox.children import Children, Silent
from workers.sandbox.faults import CodeFault, Outcome

NAME = "javascript"
CHILDREN = 2
HEAP_BYTES = 32 * 1024 * 1024
PROCESS_BYTES = 256 * 1024 * 1024

_SCRIPT = Path(__file__).with_name("javascript_child.py")
_LOADED = re.compile(
    r"""^[ \t]*import\s+(?:[\w*{}\s,$]+\sfrom\s+)?["'](?P<esm>[^"']+)["']"""
    r"""|\brequire\(\s*["'](?P<cjs>[^"']+)["']\s*\)""",
    re.MULTILINE,
)


class JavaScript:
    """Runs programs. Belongs to one event loop; processes start when first needed and end with `close`."""

    def __init__(self, *, wall_s: float = faults.WALL_S, cpu_s: float = faults.CPU_S) -> None:
        self._wall_s = wall_s
        self._cpu_s = cpu_s
        self._children: Children | None = None

    async def run(self, code: str, variables: Mapping[str, Any]) -> Outcome:
        """Call `main(variables)`. Raises CodeFault."""
        loaded = _LOADED.search(code)
        if loaded is not None:
            name, line = loaded["esm"] or loaded["cjs"], code.count("\n", 0, loaded.end()) + 1
            message = f"Line {line} loads the module {name!r}: JavaScript here has no modules. Write what you need into the code."
            raise CodeFault("code_module_missing", message, line=line)
        inputs = json.dumps(dict(variables), default=str)
        if len(inputs) > faults.INPUT_BYTES:
            raise CodeFault("code_input_invalid", f"The variables have {len(inputs):,} bytes; {faults.INPUT_BYTES:,} are allowed.")
        try:
            reply = await self._started().ask({"code": code, "inputs": inputs}, keep="result")
        except TimeoutError:
            raise faults.timeout(self._wall_s) from None
        except Silent as silent:
            if silent.out_of_time:
                raise faults.timeout(self._cpu_s) from None
            raise faults.out_of_memory(allowed=HEAP_BYTES) from None
        return _outcome(reply, self._cpu_s)

    async def close(self) -> None:
        """End the processes."""
        children, self._children = self._children, None
        if children is not None:
            await children.close()

    def _started(self) -> Children:
        if self._children is None:
            numbers = (PROCESS_BYTES, HEAP_BYTES, int(self._cpu_s), faults.STDOUT_CHARS)
            command = (sys.executable, "-I", "-S", str(_SCRIPT), str(library()), *map(str, numbers))
            # JSON writes a control character as six.
            reply_bytes = 6 * (faults.STDOUT_CHARS + faults.RESULT_CHARS)
            self._children = Children(command, count=CHILDREN, wall_s=self._wall_s, reply_bytes=reply_bytes)
        return self._children


def library() -> Path:
    """Return the folder that holds the quickjs package. Raises CodeFault when it is not installed."""
    found = find_spec("quickjs")
    if found is None or found.origin is None:
        raise CodeFault("sandbox_unavailable", "The JavaScript sandbox is not installed: the package quickjs is missing.")
    return Path(found.origin).parents[1]


def _outcome(reply: Mapping[str, Any], cpu_s: float) -> Outcome:
    stdout = str(reply.get("stdout", ""))
    if reply.get("printed_too_much"):
        raise faults.printed_too_much(stdout)
    if "result" in reply:
        text = str(reply["result"])
        if len(text) > faults.RESULT_CHARS:
            raise faults.returned_too_much(stdout)
        return Outcome(json.loads(text).get("value"), stdout, NAME)
    line, message = reply.get("line"), str(reply.get("message", ""))
    match reply["error"]:
        case "no_main":
            raise faults.no_main("javascript", stdout)
        case "memory":
            raise faults.out_of_memory(stdout=stdout, allowed=HEAP_BYTES)
        case "time":
            raise faults.timeout(cpu_s, stdout)
        case "pending":
            raise CodeFault("code_failed", "The code's main never finished: it waits for something that does not come.", stdout=stdout)
        case "syntax":
            raise CodeFault("code_syntax", f"The code is wrong in line {line}: {message.removeprefix('SyntaxError: ')}", line=line)
    kind, _, text = message.partition(": ")
    raise faults.failed(kind, text, line, str(reply.get("stack", "")).replace("<input>", "code.js"), stdout)
