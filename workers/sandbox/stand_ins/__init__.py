"""Modules that the default Python lacks and that programs in flows often import, written in its own subset.

Each file of `modules` is the source of one module. What a program imports of them is fed to the interpreter before the
program; none of it ever runs in this process.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from pathlib import Path
from textwrap import indent

_FILES = {path.name.removesuffix(".monty"): path for path in sorted((Path(__file__).parent / "modules").glob("*.monty"))}
_HOLDER = """class _Module:
    def __init__(self, names):
        for name in names:
            setattr(self, name, names[name])
"""
_SUB = """def {name}(pattern, repl, string, count=0, flags=0):
    import re
    if isinstance(repl, str):
        return re.sub(pattern, repl, string, count=count, flags=flags)
    out, last = [], 0
    for number, found in enumerate(re.compile(pattern, flags).finditer(string) if isinstance(pattern, str) else pattern.finditer(string)):
        if count and number >= count:
            break
        out.append(string[last : found.start()])
        out.append(repl(found))
        last = found.end()
    out.append(string[last:])
    return "".join(out)
"""
_FROMTIMESTAMP = """def {name}(timestamp, tz=None):
    import datetime
    whole = int(timestamp // 1)
    since = datetime.timedelta(seconds=whole, microseconds=int(round((timestamp - whole) * 1000000)))
    moment = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + since
    return moment.astimezone(tz) if tz else moment.replace(tzinfo=None)
"""
_FUNCTIONS = {"re.sub": _SUB, "datetime.fromtimestamp": _FROMTIMESTAMP, "datetime.utcfromtimestamp": _FROMTIMESTAMP}
"""Functions of modules that are there: `re.sub` that also takes a function, times from seconds (the clock here is UTC)."""


def _public(source: str) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return frozenset(name for name in names if not name.startswith("_"))


_SOURCES = {name: path.read_text("utf-8") for name, path in _FILES.items()}
NAMES: Mapping[str, frozenset[str]] = {name: _public(source) for name, source in _SOURCES.items()} | {"urllib": frozenset({"parse"})}
"""What each stand-in has, by the name of its module."""


def variable(module: str) -> str:
    """Return the name under which a stand-in is found in a program."""
    return "_stand_in_" + module.replace(".", "_")


def prelude(needed: Collection[str]) -> str:
    """Return what to feed to the interpreter before a program that needs these modules and functions."""
    modules = {"urllib.parse" if name == "urllib" else name for name in needed if name not in _FUNCTIONS}
    parts = [_FUNCTIONS[name].replace("{name}", variable(name)) for name in sorted(needed) if name in _FUNCTIONS]
    if modules:
        parts.append(_HOLDER)
    for name in sorted(modules):
        exported = ", ".join(f"{public!r}: {public}" for public in sorted(NAMES[name]))
        made = variable(name)
        parts.append(f"def _make():\n{indent(_SOURCES[name], '    ')}\n    return _Module({{{exported}}})\n\n\n{made} = _make()\n")
    if "urllib.parse" in modules:
        parts.append(f"{variable('urllib')} = _Module({{'parse': {variable('urllib.parse')}}})\n")
    return "\n".join(parts)
