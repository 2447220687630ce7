"""Files and functions that fit on a few screens; exceptions caught by name."""

from __future__ import annotations

import ast

from tests.architecture.source import Module, frontend_files, modules

MODULE_LINES, FUNCTION_LINES, NODE_LINES, TSX_LINES = 500, 60, 300, 300
# Longer than the limit, each with its reason.
LONG_MODULES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}
LONG_TSX: dict[str, str] = {}
# The edges where any exception must become an answer: (file, function) -> which edge.
BROAD_EXCEPTS: dict[tuple[str, str], str] = {
    ("backend/knowledge/vectors_edge.py", "_translated"): "the embedded engine raises plain Exception for everything",
    ("backend/runs/api.py", "_frames"): "the event stream: its reader is told, in the stream",
    ("backend/runs/consumers.py", "_relay"): "the WebSocket: the tab is told, the connection lives on",
    ("backend/service_api/asgi.py", "public_application"): "the published API's handler",
    ("workers/engine/runner.py", "_execute"): "the runner around a node",
    ("workers/engine/runner.py", "_drain"): "unpacks the task group of walkers; everything but its own signal is raised again",
    ("workers/tasks/document_supervisor.py", "_live"): "the task around a document: it fails, the worker lives on",
    ("workers/tasks/execution.py", "live"): "the task around a run: the run ends, the worker lives on",
    ("workers/tasks/jobs.py", "run_job"): "the task around a short job: the console is told",
    ("workers/ingestion/child_main.py", "handle"): "the edge of the process that reads hostile files: libraries may raise anything",
    ("workers/sandbox/full_python_child.py", "run"): "the edge of the sandboxed process: user code may raise anything",
    ("workers/sandbox/template_child.py", "render"): "the edge of the sandboxed process: user code may raise anything",
}
BROAD = {"Exception", "BaseException", "BaseExceptionGroup", "ExceptionGroup"}


def _functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without its docstring."""
    body = function.body
    docstring = 0
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and isinstance(body[0].value.value, str):
        docstring = (body[0].end_lineno or 0) - body[0].lineno + 1
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _limit(module: Module) -> int:
    return NODE_LINES if module.path.startswith("workers/engine/nodes/") else MODULE_LINES


def test_modules_fit() -> None:
    long = {module.path: module.lines for module in modules() if module.lines > _limit(module)}
    assert not {path: lines for path, lines in long.items() if path not in LONG_MODULES}
    assert not set(LONG_MODULES) - set(long), "LONG_MODULES lists files that fit"


def test_functions_fit() -> None:
    long = {
        f"{module.path}:{function.name}": _length(function)
        for module in modules()
        for function in _functions(module)
        if _length(function) > FUNCTION_LINES
    }
    assert not {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS}
    assert not set(LONG_FUNCTIONS) - set(long), "LONG_FUNCTIONS lists functions that fit"


def test_components_fit() -> None:
    long = {path: text.count("\n") for path, text in frontend_files((".tsx",)) if text.count("\n") > TSX_LINES}
    assert not {path: lines for path, lines in long.items() if path not in LONG_TSX}
    assert not set(LONG_TSX) - set(long), "LONG_TSX lists files that fit"


def _broad(module: Module) -> set[tuple[str, str]]:
    """(file, innermost function) of each handler that catches everything."""
    found = set()

    def visit(node: ast.AST, function: str) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            function = node.name
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in caught):
                found.add((module.path, function))
        for child in ast.iter_child_nodes(node):
            visit(child, function)

    visit(module.tree, "<module>")
    return found


def test_broad_excepts_stand_at_the_edges_only() -> None:
    found = {place for module in modules() for place in _broad(module)}
    assert not found - set(BROAD_EXCEPTS), "catch by name, or add the edge to BROAD_EXCEPTS with its reason"
    assert not set(BROAD_EXCEPTS) - found, "BROAD_EXCEPTS lists places that do not need it"


def test_checks_see_what_they_forbid() -> None:
    text = "def f():\n    try:\n        pass\n    except (ValueError, Exception):\n        pass\ntry:\n    pass\nexcept:\n    pass\n"
    module = Module("backend/bad.py", text, ast.parse(text))
    assert _broad(module) == {("backend/bad.py", "f"), ("backend/bad.py", "<module>")}
    assert _length(_functions(module)[0]) == 5
