"""YAML in and out, for files that come from anywhere.

Reading goes over libyaml's event stream: its own composer recurses in C and a file of 100,000 brackets ends the
process. Scalars are read by the common part of YAML 1.1 and 1.2, so that `on`, `12:30` and `=` stay text
whoever wrote the file. Tags other than the plain ones are refused, aliases are followed within bounds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from typing import Any

import yaml

MAX_DEPTH = 64
MAX_VALUES = 200_000
READABLE_CHARS = 500_000

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]*([eE][-+][0-9]{1,3})?")
_OTHER_BREAKS = re.compile("[\\r\\x85\\u2028\\u2029\\ufeff]")
_OTHER_NUMBERS = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+|0o[0-7]+")
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_PLAIN_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "seq", "map"))


class YamlError(Exception):
    """The text cannot be read. `line` and `column` count from 1, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def load(text: str) -> Any:
    """Read one YAML document into JSON values. Duplicate keys: the last one counts. Raises YamlError."""
    loader = yaml.CSafeLoader(text)
    try:
        return _Reader(loader).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise YamlError(str(error.problem or error.context or error), *where) from None
    except yaml.YAMLError as error:
        raise YamlError(str(error).splitlines()[0]) from None
    finally:
        loader.dispose()


class _Reader:
    """Builds values from events with a stack of its own; shared values are copied at each alias."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self._loader = loader
        self._anchors: dict[str, Any] = {}
        self._count = 0

    def document(self) -> Any:
        events = self._loader
        events.get_event()
        if events.check_event(yaml.StreamEndEvent):
            raise YamlError("The file is empty.")
        events.get_event()
        value = self._value()
        events.get_event()
        if not events.check_event(yaml.StreamEndEvent):
            raise self._error("The file holds more than one YAML document.", events.peek_event())
        return value

    def _value(self) -> Any:
        """Read one value; open collections wait on a stack as (collection, pending key, anchor)."""
        stack: list[tuple[Any, list[Any], str | None]] = []
        while True:
            event: Any = self._loader.get_event()
            self._spend(1, event)
            if isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                self._check_tag(event)
                if len(stack) >= MAX_DEPTH:
                    raise self._error(f"The file is nested more than {MAX_DEPTH} levels deep.", event)
                stack.append(([] if isinstance(event, yaml.SequenceStartEvent) else {}, [], event.anchor))
                continue
            if isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                value, _, anchor = stack.pop()
            elif isinstance(event, yaml.AliasEvent):
                value, anchor = self._alias(event), None
            else:
                value, anchor = self._scalar(event), event.anchor
            if anchor:
                self._anchors[anchor] = value
            if not stack:
                return value
            self._put(stack[-1], value, event)

    def _put(self, holder: tuple[Any, list[Any], str | None], value: Any, event: Any) -> None:
        collection, pending, _ = holder
        if isinstance(collection, list):
            collection.append(value)
        elif not pending:
            if not isinstance(value, Hashable):
                raise self._error("A key must be a plain value.", event)
            pending.append(_key(value))
        else:
            collection[pending.pop()] = value

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise self._error(f"The alias *{event.anchor} stands before its value, or inside it.", event)
        return self._copy(self._anchors[event.anchor], event)

    def _copy(self, value: Any, event: Any) -> Any:
        self._spend(1, event)
        if isinstance(value, dict):
            return {key: self._copy(item, event) for key, item in value.items()}
        if isinstance(value, list):
            return [self._copy(item, event) for item in value]
        return value

    def _scalar(self, event: Any) -> Any:
        self._check_tag(event)
        text: str = event.value
        if "\x00" in text:
            raise self._error("The file contains the NUL character, which cannot be stored.", event)
        plain = event.implicit[0] if event.tag is None else event.tag in _PLAIN_TAGS
        return _resolve(text) if plain else text

    def _check_tag(self, event: Any) -> None:
        if event.tag is not None and event.tag not in _TEXT_TAGS and event.tag not in _PLAIN_TAGS:
            raise self._error(f"The tag {event.tag} is not allowed; app files hold plain values.", event)

    def _spend(self, amount: int, event: Any) -> None:
        self._count += amount
        if self._count > MAX_VALUES:
            raise self._error(f"The file holds more than {MAX_VALUES} values.", event)

    def _error(self, message: str, event: Any) -> YamlError:
        mark = event.start_mark
        return YamlError(message, mark.line + 1, mark.column + 1)


def _resolve(text: str) -> Any:
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and any(character.isdigit() for character in text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text


def _key(value: Any) -> str:
    """JSON's keys are text; an unquoted number or boolean keeps how JSON writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks and never aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class _FastDumper(yaml.CSafeDumper):
    """The same by libyaml: twenty times faster, but it escapes emoji and gives up on blocks that hold one."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: Any, text: str) -> yaml.Node:
    style = "|" if "\n" in text.strip() else None
    if _OTHER_BREAKS.search(text):
        style = '"'
    # YAML 1.2 readers take these for numbers; 1.1's writer leaves them plain.
    if style is None and _OTHER_NUMBERS.fullmatch(text):
        style = "'"
    node: yaml.Node = dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)
    return node


_Dumper.add_representer(str, _represent_text)
_FastDumper.add_representer(str, _represent_text)


def dump(value: Any) -> str:
    """Write JSON values as YAML: keys in their order, non-ASCII text as it is; the same value gives the same bytes."""
    dumper = _Dumper if len(json.dumps(value, ensure_ascii=False)) <= READABLE_CHARS else _FastDumper
    text: str = yaml.dump(value, Dumper=dumper, allow_unicode=True, sort_keys=False, width=1_000)
    return text
