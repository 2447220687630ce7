"""Values that nodes hand on: scopes, selectors, and `{{#node.variable#}}` in texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

Selector = tuple[str, ...]

REFERENCE = re.compile(r"\{\{#([A-Za-z0-9_-]{1,100}(?:\.[A-Za-z0-9_]{1,100}){1,10})#\}\}")
FILE_TYPES = frozenset({"image", "document", "audio", "video", "custom"})
_FILE_KEYS = {"name": ("name", "filename"), "url": ("url", "remote_url"), "related_id": ("related_id", "upload_file_id")}


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
"""What `Scope.get` returns for a variable that does not exist; None is a value."""


class Scope:
    """Variables by namespace (a node's id, `sys`, `env`, `conversation`), looked up through the parents.

    Namespaces are replaced, never changed in place, so values are shared and not copied. `absent` are nodes of this
    scope that will never have their outputs: skipped ones, and failed ones whose error was handled.
    """

    __slots__ = ("_parent", "_values", "absent")

    def __init__(self, values: Mapping[str, Mapping[str, Any]] | None = None, parent: Scope | None = None) -> None:
        self._values: dict[str, Mapping[str, Any]] = dict(values or {})
        self._parent = parent
        self.absent: set[str] = set()

    def put(self, namespace: str, values: Mapping[str, Any]) -> None:
        """Set all variables of a namespace in this scope."""
        self._values[namespace] = values

    def namespace(self, name: str) -> Mapping[str, Any] | None:
        """Return a namespace from the nearest scope that has it."""
        scope: Scope | None = self
        while scope is not None:
            found = scope._values.get(name)
            if found is not None:
                return found
            scope = scope._parent
        return None

    def is_absent(self, node_id: str) -> bool:
        """Tell whether a node will never have its outputs, here or in a parent."""
        scope: Scope | None = self
        while scope is not None:
            if node_id in scope.absent:
                return True
            scope = scope._parent
        return False

    def get(self, selector: Sequence[str]) -> Any:
        """Return the value at a selector, MISSING if there is none. Deep paths read objects, lists by number and files."""
        if len(selector) < 2:
            return MISSING
        values = self.namespace(selector[0])
        if values is None:
            return MISSING
        value, path = values.get(selector[1], MISSING), selector[2:]
        if value is MISSING and selector[1] == "sys" and path:
            # A start node has the system variables as `sys.query`; texts write `{{#start.sys.query#}}`.
            value, path = values.get(f"sys.{path[0]}", MISSING), path[1:]
        for key in path:
            value = _inside(value, key)
        return value


def _inside(value: Any, key: str) -> Any:
    if is_file(value):
        return file_attribute(value, key)
    if isinstance(value, Mapping):
        return value.get(key, MISSING)
    if isinstance(value, list) and key.isdecimal() and int(key) < len(value):
        return value[int(key)]
    return MISSING


def is_file(value: Any) -> bool:
    """Tell whether a value is a file: an object with a file `type` and a `transfer_method`."""
    return isinstance(value, Mapping) and "transfer_method" in value and value.get("type") in FILE_TYPES


def is_files(value: Any) -> bool:
    """Tell whether a value is a list of files with at least one in it."""
    return isinstance(value, list) and bool(value) and all(is_file(item) for item in value)


def file_attribute(file: Mapping[str, Any], name: str) -> Any:
    """Read `type`, `size`, `name`, `mime_type`, `transfer_method`, `url`, `extension` or `related_id` of a file."""
    for key in _FILE_KEYS.get(name, (name,)):
        if file.get(key) is not None:
            return file[key]
    return MISSING if name not in _FILE_KEYS and name not in file else None


def as_text(value: Any) -> str:
    """Write a value into a text: objects and lists as JSON, files by name, None as nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if is_file(value):
        return str(file_attribute(value, "name") or "")
    if is_files(value):
        return ", ".join(as_text(item) for item in value)
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def as_markdown(value: Any) -> str:
    """Write a value into an answer: files as links or pictures, lists line by line."""
    if isinstance(value, str):
        return value
    if is_file(value):
        link = f"[{file_attribute(value, 'name') or 'file'}]({file_attribute(value, 'url') or ''})"
        return "!" + link if value["type"] == "image" else link
    if isinstance(value, list) and not any(isinstance(item, list) or (isinstance(item, dict) and not is_file(item)) for item in value):
        return "\n".join(as_markdown(item) for item in value)
    return as_text(value)


def answer_text(scope: Scope, selector: Selector) -> str:
    """Write a variable into an answer. Nodes that never ran leave nothing, so branches can share one answer."""
    value = scope.get(selector)
    if value is MISSING:
        return "" if scope.is_absent(selector[0]) else ".".join(selector)
    return as_markdown(value)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with references, taken apart once. `parts` alternate freely between literal text and selectors."""

    source: str
    parts: tuple[str | Selector, ...]

    @property
    def selectors(self) -> Iterator[Selector]:
        """The references in order, repeated ones repeated."""
        return (part for part in self.parts if not isinstance(part, str))

    @property
    def constant(self) -> bool:
        """True without references."""
        return all(isinstance(part, str) for part in self.parts)

    def render(self, scope: Scope, write: Callable[[Any], str] = as_text) -> str:
        """Fill in the values; a reference that leads nowhere becomes its bare dotted path."""
        out = []
        for part in self.parts:
            if isinstance(part, str):
                out.append(part)
            else:
                value = scope.get(part)
                out.append(".".join(part) if value is MISSING else write(value))
        return "".join(out)


def template(text: str) -> Template:
    """Take a text apart."""
    parts: list[str | Selector] = []
    for position, piece in enumerate(REFERENCE.split(text)):
        if position % 2:
            parts.append(tuple(piece.split(".")))
        elif piece:
            parts.append(piece)
    return Template(text, tuple(parts))
