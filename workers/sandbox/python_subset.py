"""Which Python the default interpreter runs, and what in a program lies outside it, line by line.

The program is only parsed here, never compiled to something that could run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from workers.sandbox import stand_ins

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

    `program` is what can run anywhere: the same lines without imports of modules that are lacking and never used.
    `adapted` is what the default interpreter runs after `prelude`: with stand-ins for modules that it lacks.
    """

    program: str
    adapted: str
    prelude: str = ""
    findings: tuple[Finding, ...] = ()
    syntax: tuple[int, str] | None = None
    has_main: bool = True


@lru_cache(maxsize=512)
def inspect(code: str) -> Inspection:
    """Look through a program. Remembered, because the same program is looked at for every run."""
    if len(code) > MAX_CODE_CHARS:
        return Inspection(code, code, syntax=(1, f"the code has {len(code):,} characters; {MAX_CODE_CHARS:,} are allowed"))
    try:
        tree = ast.parse(code)
    except SyntaxError as error:
        return Inspection(code, code, syntax=(error.lineno or 1, error.msg))
    except SystemError:  # CPython's own doubt after being interrupted by itself: nothing is known, the interpreter decides
        return Inspection(code, code)
    except (ValueError, MemoryError, RecursionError):
        return Inspection(code, code, syntax=(1, "it is nested too deeply or holds characters that cannot be in a program"))
    guarded = {id(statement) for node in ast.walk(tree) if isinstance(node, ast.Try) for statement in _guarded(node)}
    absent = {name for name in _ABSENT_BUILTINS if name not in _assigned(tree)}
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    program, rewritten = _put_in_its_words(code, tree, used, guarded)
    adapted, needed = _with_stand_ins(program)
    skipped = guarded | rewritten
    imported = _imported(tree) - _assigned(tree)
    findings = [finding for node in ast.walk(tree) if id(node) not in skipped for finding in _outside(node, absent, imported)]
    findings.sort(key=lambda finding: finding.line)
    return Inspection(program, adapted, stand_ins.prelude(needed), tuple(findings), has_main=_defines_main(tree))


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


def _imported(tree: ast.Module) -> set[str]:
    """Modules with a stand-in that the program knows by their own names."""
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names if not alias.asname}
    return {name for name in names if name in stand_ins.NAMES}


def _outside(node: ast.AST, absent_builtins: set[str], imported: set[str]) -> Iterator[Finding]:
    match node:
        case ast.Import():
            for alias in node.names:
                if alias.name not in MODULES and alias.name not in stand_ins.NAMES:
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
        case ast.Attribute(value=ast.Name(id=module)) if module in imported and node.attr not in stand_ins.NAMES[module]:
            yield Finding(node.lineno, f"`{module}.{node.attr}`")
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="urllib"), attr="parse")) if "urllib.parse" in imported:
            if node.attr not in stand_ins.NAMES["urllib.parse"]:
                yield Finding(node.lineno, f"`urllib.parse.{node.attr}`")
        case ast.Attribute() if node.attr in _ABSENT_METHODS:
            yield Finding(node.lineno, f"the method `{node.attr}`")
        case ast.Call(func=ast.Attribute(attr="sub"), args=[*arguments]) if any(isinstance(argument, ast.Lambda) for argument in arguments):
            if not _is_re_sub(node):
                yield Finding(node.lineno, "`sub` with a function as replacement")


def _outside_import(node: ast.ImportFrom) -> Iterator[Finding]:
    module = "." * node.level + (node.module or "")
    if module not in MODULES and module not in stand_ins.NAMES:
        yield Finding(node.lineno, f"the module `{module}`", module)
        return
    for alias in node.names:
        if alias.name == "*":
            yield Finding(node.lineno, f"`from {module} import *`")
        elif alias.name in _ABSENT_NAMES.get(module, ()) or alias.name not in stand_ins.NAMES.get(module, {alias.name}):
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
    return alias.name != "*" and any(_outside(ast.copy_location(alone, node), set(), set()))


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


def _is_re_sub(node: ast.AST) -> bool:
    """Tell whether this is a call of `re.sub` itself, whose place a stand-in can take."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sub"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.lineno == node.func.end_lineno
    )


def _with_stand_ins(program: str) -> tuple[str, set[str]]:
    """Replace imports of modules and uses of functions that have a stand-in; lines keep their numbers.

    Returns the program and the stand-ins that it needs.
    """
    needed: set[str] = set()
    edits: list[tuple[ast.stmt | ast.expr, str]] = []
    tree = ast.parse(program)
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and any(alias.name in stand_ins.NAMES for alias in node.names):
            edits.append((node, _stood_in_import(node, needed)))
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level and node.module in stand_ins.NAMES:
            if all(alias.name in stand_ins.NAMES[node.module] for alias in node.names):
                needed.add(node.module)
                made = stand_ins.variable(node.module)
                edits.append((node, "; ".join(f"{alias.asname or alias.name} = {made}.{alias.name}" for alias in node.names)))
        elif isinstance(node, ast.Call) and _is_re_sub(node) and _is_function(node.args[1:2], functions):
            needed.add("re.sub")
            edits.append((node.func, stand_ins.variable("re.sub")))
        elif isinstance(node, ast.Attribute) and (made := _made_from_timestamp(node)):
            needed.add(made)
            edits.append((node, stand_ins.variable(made)))
    return (_edited(program, edits) if edits else program), needed


def _made_from_timestamp(node: ast.Attribute) -> str:
    """Name the function that makes a time from seconds, if this is one; the default interpreter has none."""
    if node.attr not in ("fromtimestamp", "utcfromtimestamp") or node.lineno != node.end_lineno:
        return ""
    return f"datetime.{node.attr}" if ast.unparse(node.value) in ("datetime", "datetime.datetime", "dt", "dt.datetime") else ""


def _is_function(arguments: list[ast.expr], functions: set[str]) -> bool:
    return any(isinstance(one, ast.Lambda) or (isinstance(one, ast.Name) and one.id in functions) for one in arguments)


def _stood_in_import(node: ast.Import, needed: set[str]) -> str:
    """Write `import uuid, json` as `import json; uuid = <stand-in>`."""
    kept = [alias for alias in node.names if alias.name not in stand_ins.NAMES]
    words = [ast.unparse(ast.Import(kept))] if kept else []
    for alias in node.names:
        if alias.name in stand_ins.NAMES:
            needed.add(alias.name)
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            words.append(f"{alias.asname or whole} = {stand_ins.variable(whole)}")
    return "; ".join(words)


def _edited(program: str, edits: list[tuple[ast.stmt | ast.expr, str]]) -> str:
    """Put texts in the places of nodes; what took several lines leaves empty ones."""
    lines = [line.encode() for line in program.split("\n")]  # offsets count bytes
    for node, written in sorted(edits, key=lambda edit: (-edit[0].lineno, -edit[0].col_offset)):
        last = node.end_lineno or node.lineno
        rest = lines[last - 1][node.end_col_offset :]
        lines[node.lineno - 1] = lines[node.lineno - 1][: node.col_offset] + written.encode() + rest
        lines[node.lineno : last] = [b""] * (last - node.lineno)
    return b"\n".join(lines).decode()


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
