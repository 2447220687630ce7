"""Jinja2 templates of users: shown values here, everything else in child processes that can be killed.

Jinja2's sandbox stops templates from reaching Python's insides, not from eating memory or time: an
expression such as `10 ** (10 ** 7)` cannot be interrupted from within. So whatever is not provably cheap
(`plain_templates`) runs in a child with an empty environment and hard limits.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import jinja2

from workers.sandbox import plain_templates

CHILDREN = 2
WALL_S = 2.0
START_S = 30.0
MEMORY_BYTES = 128 * 1024 * 1024
OUTPUT_CHARS = 1_000_000
INPUT_BYTES = 20_000_000

_SCRIPT = Path(__file__).with_name("template_child.py")
_LIBRARIES = Path(jinja2.__file__).parents[1]
_CODES = {"syntax": "template_syntax", "too_long": "template_too_long", "failed": "template_failed"}


class ErrorType(Protocol):
    """Makes the exception that callers expect (the engine's NodeError)."""

    def __call__(self, code: str, message: str, *, retryable: bool = ..., details: dict[str, Any] | None = ...) -> Exception: ...


class TemplatePool:
    """Renders templates. Belongs to one event loop; children start when first needed and end with `close`.

    A child serves many templates one after the other, each in a fresh environment, but none after one
    that failed or ran out of time. `error` makes the exceptions: template_syntax, template_failed,
    template_timeout, template_too_long, with `line` in the details where it is known.
    """

    def __init__(self, error: ErrorType, *, children: int = CHILDREN, wall_s: float = WALL_S) -> None:
        self._error = error
        self._wall_s = wall_s
        self._slots = asyncio.Semaphore(children)
        self._idle: list[Process] = []
        self._closed = False

    async def render(self, template: str, variables: Mapping[str, Any]) -> str:
        """Render a template with JSON values."""
        try:
            tree = plain_templates.parse(template)
        except plain_templates.BadTemplate as error:
            message = f"The template is wrong in line {error.line}: {error.message}"
            raise self._error("template_syntax", message, details={"line": error.line}) from None
        if tree is not None:
            try:
                return self._bounded(plain_templates.render(tree, variables))
            except plain_templates.NotPlain:
                pass
        return await self._render_outside(template, variables)

    async def close(self) -> None:
        """End the children. Renderings under way fail."""
        self._closed = True
        while self._idle:
            child = self._idle.pop()
            _kill(child)
            await child.wait()

    def _bounded(self, text: str) -> str:
        if len(text) > OUTPUT_CHARS:
            raise self._error("template_too_long", f"The text is longer than {OUTPUT_CHARS} characters.")
        return text

    async def _render_outside(self, template: str, variables: Mapping[str, Any]) -> str:
        request = json.dumps({"template": template, "variables": dict(variables)}, default=str).encode() + b"\n"
        if len(request) > INPUT_BYTES:
            raise self._error("template_failed", f"The values of the template have {len(request)} bytes; {INPUT_BYTES} are allowed.")
        async with self._slots:
            child = await self._child()
            succeeded = False
            try:
                reply = await self._ask(child, request)
                succeeded = "text" in reply
            finally:
                if succeeded and not self._closed:
                    self._idle.append(child)
                else:
                    _kill(child)
        if succeeded:
            return str(reply["text"])
        line = reply.get("line")
        where = f" in line {line}" if line else ""
        message = f"The template failed{where}: {reply['message']}"
        raise self._error(_CODES[reply["error"]], message, details={"line": line} if line else {})

    async def _child(self) -> Process:
        """Take an idle child that lives, or start one. Hold a slot."""
        if self._closed:
            raise self._error("template_failed", "The template renderer is shutting down.", retryable=True)
        while self._idle:
            child = self._idle.pop()
            if child.returncode is None:
                return child
        limits = (str(MEMORY_BYTES), str(OUTPUT_CHARS), str(int(self._wall_s) + 1))
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(_SCRIPT), str(_LIBRARIES), *limits),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            start_new_session=True,
            # JSON writes a control character as six.
            limit=8 * OUTPUT_CHARS,
        )
        ready = b""
        try:
            ready = await asyncio.wait_for(_stdout(child).readline(), START_S)
        except TimeoutError:
            pass
        finally:
            if ready != b"ready\n":
                _kill(child)
        if ready != b"ready\n":
            message = "The template process did not start; see whether the machine is out of memory."
            raise self._error("template_failed", message, retryable=True)
        return child

    async def _ask(self, child: Process, request: bytes) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._wall_s):
                if child.stdin is None:
                    raise BrokenPipeError
                child.stdin.write(request)
                await child.stdin.drain()
                line = await _stdout(child).readline()
        except TimeoutError:
            message = f"The template took longer than {self._wall_s:g} seconds and was stopped."
            raise self._error("template_timeout", message) from None
        except (ConnectionError, ValueError):
            line = b""
        if not line.endswith(b"\n"):
            return {"error": "failed", "message": "it used more memory or time than it may have and was stopped."}
        reply: dict[str, Any] = json.loads(line)
        return reply


def _stdout(child: Process) -> asyncio.StreamReader:
    if child.stdout is None:
        raise BrokenPipeError
    return child.stdout


def _kill(child: Process) -> None:
    """Kill a child; the event loop's child watcher collects it."""
    if child.returncode is None:
        try:
            child.kill()
        except ProcessLookupError:
            pass
