"""Programs of users: which sandbox runs them, and what is refused before it runs. Never in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.sandbox import python_subset
from workers.sandbox.faults import CPU_S, WALL_S, CodeFault, Outcome
from workers.sandbox.full_python import FullPython
from workers.sandbox.javascript import JavaScript
from workers.sandbox.python_monty import MontyPython
from workers.sandbox.python_subset import Inspection
from workers.sandbox.templates import ErrorType


class CodeSandbox:
    """Runs programs. Belongs to one event loop; processes start when first needed and end with `close`.

    `full_python`: the operator allows full Python; it is used for what the default interpreter leaves out, where its
    self-test passes. `error` makes the exceptions: code_language_unknown, code_syntax, code_no_main, code_unsupported,
    code_module_missing, code_failed, code_timeout, code_memory, code_killed, code_output_too_long, code_result_invalid,
    code_input_invalid, sandbox_unavailable; `line`, `traceback` and `stdout` in the details where they are known.
    """

    def __init__(self, error: ErrorType, *, full_python: bool = False, wall_s: float = WALL_S, cpu_s: float = CPU_S) -> None:
        self._error = error
        self._python = MontyPython(wall_s=wall_s, cpu_s=cpu_s)
        self._javascript = JavaScript(wall_s=wall_s, cpu_s=cpu_s)
        self._full = FullPython(wall_s=wall_s, cpu_s=cpu_s) if full_python else None

    async def run(self, language: str, code: str, variables: Mapping[str, Any]) -> Outcome:
        """Call the program's `main` with JSON values."""
        try:
            if language == "javascript":
                return await self._javascript.run(code, variables)
            if language == "python3":
                return await self._run_python(code, variables)
            raise CodeFault("code_language_unknown", f"There is no language {language!r}: choose python3 or javascript.")
        except CodeFault as fault:
            raise self._error(fault.code, fault.message, retryable=fault.code == "sandbox_unavailable", details=fault.details) from None

    async def close(self) -> None:
        """End all processes. Programs under way fail."""
        await self._python.close()
        await self._javascript.close()

    async def _run_python(self, code: str, variables: Mapping[str, Any]) -> Outcome:
        inspected = python_subset.inspect(code)
        full = self._full if self._full is not None and await self._full.refusal() is None else None
        _refuse(inspected, full is not None)
        if full is not None and inspected.findings:
            return await full.run(inspected.program, variables)
        try:
            return await self._python.run(inspected.adapted, variables, inspected.prelude)
        except CodeFault as fault:
            # Programs change nothing outside themselves, so running one a second time is safe.
            if full is not None and (fault.may_be_subset or fault.code == "code_unsupported"):
                return await full.run(inspected.program, variables)
            raise

    async def full_python_refusal(self) -> str | None:
        """Return why full Python is not used, None when it is."""
        return "it is not allowed" if self._full is None else await self._full.refusal()


def _refuse(inspected: Inspection, full: bool) -> None:
    """Refuse what cannot succeed. A program that this Python cannot parse goes on: the interpreter may know newer syntax."""
    if not inspected.has_main:
        message = "The code has no function main: define `def main(...)` that returns the outputs."
        raise CodeFault("code_no_main", message)
    for finding in inspected.findings:
        if finding.module is not None and not (full and python_subset.in_standard_library(finding.module)):
            raise CodeFault("code_module_missing", python_subset.refusal(finding), line=finding.line)
    if inspected.findings and not full:
        raise CodeFault("code_unsupported", python_subset.refusal(inspected.findings[0]), line=inspected.findings[0].line)
