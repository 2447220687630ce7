"""Which Python the default interpreter runs, and what in a program lies outside it, line by line.

The program is only parsed here, never compiled to something that could run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MAX_CODE_CHARS = 200_000
MODULES = frozenset(
    {"__future__", "asyncio", "base64", "binascii", "bisect", "collections", "copy", "csv", "dataclasses", "datetime", "decimal"}
    | {"functools", "hashlib", "itertools", "json", "math", "os", "os.path", "pathlib", "random", "re", "sys", "time", "tomllib"}
    | {"typing", "unicodedata"}
)
_ABSENT_NAMES = {
    "collections": frozenset({"ChainMap", "OrderedDict", "UserDict", "UserList", "UserString"}),
    "dataclasses": frozenset({"asdict", "astuple", "fields", "replace", "make_dataclass", "InitVar", "KW_ONLY"}),
    "functools": frozenset({"wraps", "total_ordering", "cmp_to_key", "partialmethod", "singledispatch", "cached_property"}),
    "json": frozenset({"JSONEncoder", "JSONDecoder"}),
    "os": frozenset({"environ", "system", "popen"}),
    "re": frozenset({"subn", "VERBOSE", "X", "UNICODE", "U"}),
    "sys": frozenset({"exit", "getsizeof", "exc_info", "setrecursionlimit", "getrecursionlimit", "modules"}),
    "typing": frozenset({"NamedTuple", "TypedDict", "MutableMapping", "Collection", "cast", "overload", "Deque", "DefaultDict"}),
}
_METHOD_DECORATORS = frozenset({"property", "staticmethod", "classmethod"})
_ABSENT_METHODS = frozenset({"translate", "maketrans", "format_map", "is_integer", "bit_length", "to_bytes", "from_bytes"})
_ABSENT_BUILTINS = frozenset({"callable", "dir", "globals", "vars", "input", "memoryview", "bytearray", "compile", "__import__", "super"})
_CATCHES_IMPORT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A place outside the subset. `module` names the module that is missing, if that is what it is."""

    line: int
    what: str
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """What parsing told. `syntax` is (line, message) when this is no Python; then nothing else is known.

    `program` is what the default interpreter runs: the same lines, with `del` put in its words and without
    imports of modules that it lacks and the program never uses.
    """

    program: str
    findings: tuple[Finding, ...] = ()
    syntax: tuple[int, str] | None = None
    has_main: bool = True


@lru_cache(maxsize=512)
def inspect(code: str) -> Inspection:
    """Look through a program. Remembered, because the same program is looked at for every run."""
    if len(code) > MAX_CODE_CHARS:
        return Inspection(code, syntax=(1, f"the code has {len(code):,} characters; {MAX_CODE_CHARS:,} are allowed"))
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        return Inspection(code, syntax=(error.lineno or 1, error.msg))
    except SystemError:  # CPython's own doubt after being interrupted by itself: nothing is known, the interpreter decides
        return Inspection(code)
    except (ValueError, MemoryError, RecursionError):
        return Inspection(code, syntax=(1, "it is nested too deeply or holds characters that cannot be in a program"))
    guarded = {id(statement) for node in ast.walk(tree) if isinstance(node, ast.Try) for statement in _guarded(node)}
    absent = {name for name in _ABSENT_BUILTINS if name not in _assigned(tree)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    program, rewritten = _put_in_its_words(code, tree, used, guarded)
    skipped = guarded | rewritten
    findings = [finding for node in ast.walk(tree) if id(node) not in skipped for finding in _outside(node, absent)]
    findings.sort(key=lambda finding: finding.line)
    return Inspection(program, tuple(findings), has_main=_defines_main(tree))


def _guarded(node: ast.Try) -> Iterator[ast.stmt]:
    """The imports of a `try` that expects them to fail."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(kind is None or (isinstance(kind, ast.Name) and kind.id in _CATCHES_IMPORT) for kind in kinds):
            yield from (statement for statement in node.body if isinstance(statement, ast.Import | ast.ImportFrom))
            return


def _assigned(tree: ast.Module) -> set[str]:
    """Names that the program gives a meaning of its own."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
    return names | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def _defines_main(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "main")
        or (isinstance(node, ast.Name) and node.id == "main" and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.alias) and "main" in (node.name, node.asname))
        for node in ast.walk(tree)
    )


def _outside(node: ast.AST, absent_builtins: set[str]) -> Iterator[Finding]:
    match node:
        case ast.Import():
            for alias in node.names:
                if alias.name not in MODULES:
                    yield Finding(node.lineno, f"the module `{alias.name}`", alias.name)
        case ast.ImportFrom():
            yield from _outside_import(node)
        case ast.Yield() | ast.YieldFrom():
            yield Finding(node.lineno, "`yield`")
        case ast.Delete() if not _can_pop(node):
            yield Finding(node.lineno, "`del` of something else than a name or an item")
        case ast.TryStar():
            yield Finding(node.lineno, "`except*`")
        case ast.ClassDef():
            yield from _outside_class(node)
        case ast.Name(ctx=ast.Load()) if node.id in absent_builtins:
            yield Finding(node.lineno, f"`{node.id}`")
        case ast.Attribute(value=ast.Name(id=module)) if node.attr in _ABSENT_NAMES.get(module, ()):
            yield Finding(node.lineno, f"`{module}.{node.attr}`")
        case ast.Attribute() if node.attr in _ABSENT_METHODS:
            yield Finding(node.lineno, f"the method `{node.attr}`")
        case ast.Call(func=ast.Attribute(attr="sub"), args=[*arguments]) if any(isinstance(argument, ast.Lambda) for argument in arguments):
            yield Finding(node.lineno, "`re.sub` with a function as replacement")


def _outside_import(node: ast.ImportFrom) -> Iterator[Finding]:
    module = "." * node.level + (node.module or "")
    if module not in MODULES:
        yield Finding(node.lineno, f"the module `{module}`", module)
        return
    for alias in node.names:
        if alias.name == "*":
            yield Finding(node.lineno, f"`from {module} import *`")
        elif alias.name in _ABSENT_NAMES.get(module, ()):
            yield Finding(node.lineno, f"`{module}.{alias.name}`")


def _outside_class(node: ast.ClassDef) -> Iterator[Finding]:
    if node.bases or node.keywords:
        yield Finding(node.lineno, "a class that inherits from another")
    for member in node.body:
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in member.decorator_list:
                if isinstance(decorator, ast.Name) and decorator.id in _METHOD_DECORATORS:
                    yield Finding(decorator.lineno, f"`@{decorator.id}`")


def _can_pop(node: ast.Delete) -> bool:
    """Tell whether a `del` on one line removes names and items only."""
    return node.lineno == node.end_lineno and all(
        isinstance(target, ast.Name) or (isinstance(target, ast.Subscript) and not isinstance(target.slice, ast.Slice | ast.Tuple))
        for target in node.targets
    )


def _without_del(node: ast.Delete, text: Callable[[ast.expr], bytes]) -> bytes:
    """Write `del x[k]` as `x.pop(k)` and `del x` as `x = None`."""
    return b"; ".join(
        text(target) + b" = None" if isinstance(target, ast.Name) else text(target.value) + b".pop(" + text(target.slice) + b")"
        for target in node.targets
        if isinstance(target, ast.Name | ast.Subscript)
    )


def _without_unused(node: ast.Import | ast.ImportFrom, used: set[str]) -> bytes | None:
    """Leave out of an import on one line what this Python lacks and the program never uses; None when there is no such thing."""
    if node.lineno != node.end_lineno:
        return None
    kept = [alias for alias in node.names if (alias.asname or alias.name.partition(".")[0]) in used or not _lacks(node, alias)]
    if len(kept) == len(node.names) or any(_lacks(node, alias) for alias in kept):
        return None
    if not kept:
        return b"pass"
    rest = ast.Import(kept) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, kept, node.level)
    return ast.unparse(rest).encode()


def _lacks(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> bool:
    alone = ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
    return alias.name != "*" and any(_outside(ast.copy_location(alone, node), set()))


def _put_in_its_words(code: str, tree: ast.Module, used: set[str], guarded: set[int]) -> tuple[str, set[int]]:
    """Rewrite, in place so that lines keep their numbers, what the default interpreter knows by other words.

    Returns the program and the ids of the nodes that were rewritten.
    """
    lines = [line.encode() for line in code.split("\n")]  # offsets count bytes

    def text(node: ast.expr) -> bytes:
        return lines[node.lineno - 1][node.col_offset : node.end_col_offset]

    edits: list[tuple[ast.stmt, bytes]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Delete) and _can_pop(node):
            edits.append((node, _without_del(node, text)))
        elif isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in guarded:
            written = _without_unused(node, used)
            if written is not None:
                edits.append((node, written))
    for node, written in sorted(edits, key=lambda edit: -edit[0].col_offset):
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + written + line[node.end_col_offset :]
    return b"\n".join(lines).decode(), {id(node) for node, _ in edits}


def in_standard_library(module: str) -> bool:
    """Tell whether full Python brings a module along."""
    return module.partition(".")[0] in sys.stdlib_module_names


def refusal(finding: Finding) -> str:
    """Say what is outside the default interpreter, and what to do."""
    what = f"Line {finding.line} uses {finding.what}"
    if finding.module is None:
        return f"{what}, which the Python of this platform leaves out. Write it differently, or have an administrator allow full Python."
    if in_standard_library(finding.module):
        return f"{what}, which the Python of this platform does not have. Do without it, or have an administrator allow full Python."
    return f"{what}, which is not installed: only modules of Python's standard library can be used. Do without it."
