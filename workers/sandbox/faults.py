"""How a sandboxed program ends: with a value, or with a fault that names the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WALL_S = 10.0
CPU_S = 5.0
MEMORY_BYTES = 128 * 1024 * 1024
STDOUT_CHARS = 1_000_000
RESULT_CHARS = 10_000_000
INPUT_BYTES = 20_000_000
RECURSION = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program returned (a JSON value), what it printed, and which sandbox ran it."""

    value: Any
    stdout: str
    sandbox: str


class CodeFault(Exception):
    """A program could not be run or failed. `line` counts from 1 in the user's code.

    `may_be_subset`: the cause may be the interpreter that leaves things out, full Python might succeed.
    """

    def __init__(self, code: str, message: str, *, line: int | None = None, traceback: str = "", stdout: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.traceback = traceback
        self.stdout = stdout
        self.may_be_subset = False

    @property
    def details(self) -> dict[str, Any]:
        """Whatever is known beside the message."""
        known = {"line": self.line, "traceback": self.traceback, "stdout": self.stdout}
        return {name: value for name, value in known.items() if value not in (None, "")}


def timeout(seconds: float, stdout: str = "") -> CodeFault:
    """The program took too long."""
    return CodeFault("code_timeout", f"The code took longer than {seconds:g} seconds and was stopped. Let it do less.", stdout=stdout)


def out_of_memory(line: int | None = None, stdout: str = "", *, allowed: int = MEMORY_BYTES) -> CodeFault:
    """The program needed too much memory."""
    megabytes = allowed // 1024**2
    return CodeFault("code_memory", f"The code needs more than the {megabytes} MB of memory it may have.", line=line, stdout=stdout)


def printed_too_much(stdout: str) -> CodeFault:
    """The program printed more than is kept."""
    message = f"The code printed more than {STDOUT_CHARS:,} characters and was stopped. Print less."
    return CodeFault("code_output_too_long", message, stdout=stdout[:2000])


def returned_too_much(stdout: str) -> CodeFault:
    """The program returned more than fits."""
    return CodeFault("code_output_too_long", f"The code returned more than {RESULT_CHARS:,} characters. Return less.", stdout=stdout)


def failed(kind: str, text: str, line: int | None, traceback: str, stdout: str) -> CodeFault:
    """The program raised."""
    where = f" in line {line}" if line else ""
    said = f"{kind}: {text}" if text else kind
    return CodeFault("code_failed", f"The code failed{where}: {said[:500]}", line=line, traceback=traceback[:10_000], stdout=stdout)


def not_json(stdout: str) -> CodeFault:
    """The program returned numbers that JSON does not have."""
    message = "The code returned NaN or an infinite number, which nodes cannot hand on. Return null or a text instead."
    return CodeFault("code_result_invalid", message, stdout=stdout)


def no_main(language: str, stdout: str = "") -> CodeFault:
    """The program defines no `main`."""
    how = "def main(...)" if language == "python3" else "function main({...})"
    return CodeFault("code_no_main", f"The code has no function main: define `{how}` that returns the outputs.", stdout=stdout)
