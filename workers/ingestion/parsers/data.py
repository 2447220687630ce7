"""JSON, JSON lines, YAML, XML, Java properties."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from workers.ingestion import tables
from workers.ingestion.archives import check_xml, local_name, read_xml
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers.source import Source

_DECLARED = re.compile(rb"""^<\?xml[^>]*encoding=["']([\w.:-]+)["']""")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_TABLE_COLUMNS = 20


def read_json(source: Source) -> Parsed:
    """Read JSON: a list of flat objects as a table, other values as `path: value` lines, one block for each element of a list."""
    text, encoding, warnings = source.text()
    try:
        value = json.loads(text)
    except RecursionError:
        raise ParseError("file_damaged", "The JSON is nested too deeply to be read.") from None
    except ValueError as error:
        return Parsed(
            (Block("code", text.strip(), info="json"),), encoding=encoding, warnings=(*warnings, f"This is not valid JSON: {error}")
        )
    return Parsed(tuple(_value_blocks(value)), encoding=encoding, warnings=warnings)


def read_jsonl(source: Source) -> Parsed:
    """Read one JSON value a line; lines that are none stay as they are."""
    text, encoding, warnings = source.text()
    blocks, wrong = [], 0
    for line in text.split("\n"):
        if line.strip():
            try:
                lines = list(_lines(json.loads(line)))
            except (ValueError, RecursionError):
                lines, wrong = [line.strip()], wrong + 1
            blocks.append(Block("text", "\n".join(lines)))
    if wrong:
        warnings = (*warnings, f"{wrong} lines are not valid JSON; they were taken as text.")
    return Parsed(tuple(blocks), encoding=encoding, warnings=warnings)


def read_yaml(source: Source) -> Parsed:
    """Read YAML as text: its layout is readable as it is, and nothing is built that could explode."""
    text, encoding, warnings = source.text()
    return Parsed((Block("code", text.strip("\n"), info="yaml"),), encoding=encoding, warnings=warnings)


def read_properties(source: Source) -> Parsed:
    """Read Java properties, with their escapes as characters."""
    text, encoding, warnings = source.text()
    readable = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return Parsed((Block("code", readable.strip("\n"), info="properties"),), encoding=encoding, warnings=warnings)


def read_xml_file(source: Source) -> Parsed:
    """Read XML as `element: text` lines, one block for each child of the root."""
    declared = _DECLARED.search(source.content[:200])
    text, encoding, warnings = source.text(declared[1].decode() if declared else None)
    check_xml(source.content)
    try:
        # Decoded here already: what the declaration says of the encoding is no longer true.
        root = read_xml(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"))
    except ParseError as error:
        return Parsed(
            (Block("code", text.strip(), info="xml"),), encoding=encoding, warnings=(*warnings, f"This is not valid XML: {error}")
        )
    blocks = [Block("text", "\n".join(lines)) for child in root if (lines := list(_xml_lines(child, "")))]
    own = " ".join((root.text or "").split())
    return Parsed((*([Block("text", own)] if own else []), *blocks), encoding=encoding, warnings=warnings)


def _value_blocks(value: Any) -> Iterator[Block]:
    if isinstance(value, list) and value and all(_flat(element) for element in value):
        columns = list(dict.fromkeys(key for element in value for key in element))
        if len(columns) <= _TABLE_COLUMNS:
            yield Block("table", tables.render([columns, *([_scalar(element.get(key)) for key in columns] for element in value)]))
            return
    parts = value if isinstance(value, list) else [{key: part} for key, part in value.items()] if isinstance(value, dict) else [value]
    for part in parts:
        lines = "\n".join(_lines(part))
        if lines:
            yield Block("text", lines)


def _flat(element: Any) -> bool:
    return isinstance(element, dict) and bool(element) and not any(isinstance(part, dict | list) for part in element.values())


def _lines(value: Any) -> Iterator[str]:
    """Yield `a.b[0]: value` for each leaf; goes down without recursion."""
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        path, current = stack.pop()
        if isinstance(current, dict):
            stack.extend((f"{path}.{key}" if path else str(key), part) for key, part in reversed(list(current.items())))
        elif isinstance(current, list) and not any(isinstance(part, dict | list) for part in current):
            yield from _line(path, ", ".join(_scalar(part) for part in current))
        elif isinstance(current, list):
            stack.extend((f"{path}[{number}]", current[number]) for number in range(len(current) - 1, -1, -1))
        else:
            yield from _line(path, _scalar(current))


def _line(path: str, value: str) -> Iterator[str]:
    if value:
        yield f"{path}: {value}" if path else value


def _scalar(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _xml_lines(element: Any, path: str) -> Iterator[str]:
    stack = [(element, path)]
    while stack:
        current, above = stack.pop()
        name = local_name(current)
        if not name:
            continue
        here = f"{above}.{name}" if above else name
        if any((child.tail or "").strip() for child in current):
            # Text beside elements is prose with marks in it.
            yield from _line(here, " ".join("".join(current.itertext()).split()))
            continue
        for key, value in current.attrib.items():
            yield from _line(f"{here}@{key.rpartition('}')[2]}", value.strip())
        yield from _line(here, " ".join((current.text or "").split()))
        stack.extend((child, here) for child in reversed(current))


READERS: dict[str, Callable[[Source], Parsed]] = {
    "json": read_json,
    "jsonl": read_jsonl,
    "yaml": read_yaml,
    "xml": read_xml_file,
    "properties": read_properties,
}
