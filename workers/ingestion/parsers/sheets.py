"""Workbooks and delimited text: each sheet a heading and a table."""

from __future__ import annotations

import csv
import datetime
import io
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from workers.ingestion import tables
from workers.ingestion.archives import Archive, damaged
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers.source import Source

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_DELIMITERS = ",;\t|"
_FIELD_CHARS = 10_000_000


def read_xlsx(source: Source) -> Parsed:
    """Read a workbook row by row: the values that its program stored, not its formulas.

    Raises ParseError: file_damaged, file_encrypted, archive_too_large, too_large.
    """
    import openpyxl

    archive = Archive(source.content, source.limits)
    archive.check()
    blocks: list[Block] = []
    hidden: list[str] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(source.content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            if sheet.sheet_state != "visible":
                hidden.append(sheet.title)
                continue
            sheet.reset_dimensions()
            merged = _merged(archive, getattr(sheet, "_worksheet_path", ""))
            rows = ([_cell(cell) for cell in row] for row in sheet.iter_rows())
            blocks.extend(_sheet(sheet.title, _filled(_bounded(rows, source.limits.text_chars), merged)))
        book.close()
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, SyntaxError, OverflowError) as error:
        raise damaged(str(error)) from None
    warnings = (f"Hidden sheets were left out: {', '.join(hidden)}.",) if hidden else ()
    return Parsed(tuple(blocks), warnings=warnings)


def read_xls(source: Source) -> Parsed:
    """Read a workbook of before 2007. Raises ParseError: file_damaged, file_encrypted, too_large."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=source.content, on_demand=True, logfile=io.StringIO())
        blocks: list[Block] = []
        for number in range(book.nsheets):
            sheet = book.sheet_by_index(number)
            rows = ([_old_cell(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows))
            blocks.extend(_sheet(sheet.name, _bounded(rows, source.limits.text_chars)))
            book.unload_sheet(number)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower() or "password" in str(error).lower():
            raise ParseError("file_encrypted", "The file is protected with a password. Save it without one and add it again.") from None
        raise damaged(str(error)) from None
    except (ValueError, TypeError, IndexError, KeyError, AssertionError, AttributeError, OverflowError, struct.error) as error:
        raise damaged(str(error)) from None
    return Parsed(tuple(blocks))


def read_csv(source: Source) -> Parsed:
    """Read delimited text; the delimiter is the one that parts the first lines most evenly."""
    text, encoding, warnings = source.text()
    # The limit is one for the whole process; a field is bounded by the file anyway.
    csv.field_size_limit(_FIELD_CHARS)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=_delimiter(text, source.extension)) if any(row)]
    except csv.Error as error:
        raise damaged(str(error)) from None
    return Parsed(tuple(_sheet("", rows)), encoding=encoding, warnings=warnings)


def _sheet(title: str, rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    heading = [Block("heading", title, level=2)] if title else []
    above: list[str] = []
    # Lines above the table, such as its title, have one cell where the table has several.
    width = max((sum(1 for cell in row if cell.strip()) for row in kept), default=0)
    while width > 1 and len(kept) > 1 and sum(1 for cell in kept[0] if cell.strip()) == 1:
        above.append(next(cell.strip() for cell in kept.pop(0) if cell.strip()))
    if not kept:
        return
    yield from heading
    if above:
        yield Block("text", "\n".join(above))
    if width == 1:
        yield Block("text", "\n".join(next(cell.strip() for cell in row if cell.strip()) for row in kept))
    else:
        yield Block("table", tables.render(kept))


def _bounded(rows: Iterable[list[str]], chars: int) -> Iterator[list[str]]:
    size = 0
    for row in rows:
        size += sum(map(len, row))
        if size > chars:
            raise ParseError("too_large", f"The sheets hold more than {chars:,} characters. Split the workbook.")
        yield row


def _filled(rows: Iterable[list[str]], merged: dict[int, list[tuple[int, int]]]) -> Iterator[list[str]]:
    """Repeat a cell that is merged downwards in each of its rows, so that every row can be read alone."""
    open_spans: dict[int, tuple[int, str]] = {}
    for number, row in enumerate(rows, start=1):
        for column, last in merged.get(number, ()):
            if column <= len(row):
                open_spans[column] = (last, row[column - 1])
        for column, (last, value) in list(open_spans.items()):
            if number > last:
                del open_spans[column]
            elif any(row):
                row.extend([""] * (column - len(row)))
                row[column - 1] = row[column - 1] or value
        yield row


def _merged(archive: Archive, path: str) -> dict[int, list[tuple[int, int]]]:
    """Return the cells merged over several rows: first row -> (column, last row). The streaming reader does not tell them."""
    path = path.lstrip("/")
    if path not in archive.names:
        return {}
    found: dict[int, list[tuple[int, int]]] = {}
    for first_column, first, _, last in _MERGED.findall(archive.read(path)):
        if int(last) > int(first):
            column = 0
            for letter in first_column:
                column = column * 26 + letter - 64
            found.setdefault(int(first), []).append((column, int(last)))
    return found


def _cell(cell: Any) -> str:
    value = cell.value
    if isinstance(value, float | int) and not isinstance(value, bool) and str(cell.number_format).endswith("%"):
        return f"{value * 100:.10g}%"
    return _written(value)


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case datetime.datetime():
            midnight = value.time() == datetime.time(0)
            return value.date().isoformat() if midnight else value.replace(microsecond=0).isoformat(" ")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)


def _old_cell(cell: Any, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return _written(xlrd.xldate_as_datetime(cell.value, datemode))
        except (xlrd.XLDateError, OverflowError, ValueError):
            return _written(cell.value)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return _written(bool(cell.value))
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR!"))
    return _written(cell.value)


def _delimiter(text: str, extension: str) -> str:
    if extension == "tsv":
        return "\t"
    lines = [line for line in text[:50_000].split("\n")[:30] if line.strip()]

    def evenness(mark: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=mark)]
        common = max(widths.count(width) for width in widths) if widths else 0
        wide = max(set(widths), key=widths.count) if widths else 1
        return (common / len(widths) if wide > 1 else 0.0, wide)

    try:
        return max(_DELIMITERS, key=evenness)
    except csv.Error:
        return ","
