"""Set-based writes for the hot path: many rows with one statement text, on SQLite and PostgreSQL alike.

The ORM's `bulk_create` and `bulk_update` cost several times the CPU of the statement they send.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, models


class JsonListHas(models.Func):
    """True where a JSON column that is a list of strings has one: `filter(JsonListHas("tags", models.Value("draft")))`."""

    output_field = models.BooleanField()
    conditional = True
    template = "jsonb_exists(%(expressions)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite walks the list."""
        joined = {"template": "EXISTS (SELECT 1 FROM json_each(%(expressions)s)", "arg_joiner": ") WHERE value = "}
        return self.as_sql(compiler, connection, **joined, **extra)


class RawJson(str):
    """JSON text that is already serialised."""

    __slots__ = ()


def json_text(value: Any) -> str:
    """Serialise for a JSON column. NUL characters are dropped: PostgreSQL can store them neither in text nor in JSON."""
    if isinstance(value, RawJson):
        return str(value)
    text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS, default=str)
    if b"\\u0000" in text:
        text = orjson.dumps(_without_nul(orjson.loads(text)))
    return text.decode()


def raw_json(line: bytes) -> RawJson:
    """Wrap serialised JSON, without its NUL characters."""
    if b"\\u0000" in line:
        line = orjson.dumps(_without_nul(orjson.loads(line)))
    return RawJson(line.decode())


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value


_Converters = tuple[Callable[[Any], Any], ...]


def _plain(value: Any) -> Any:
    return value


def _text(value: str | None) -> str | None:
    return value.replace("\x00", "") if value and "\x00" in value else value


def _hex(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


def _json(value: Any) -> str | None:
    return None if value is None else json_text(value)


def _moment(value: datetime | None) -> Any:
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def _converter(field: models.Field[Any, Any], vendor: str) -> Callable[[Any], Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.UUIDField):
        return _hex if vendor == "sqlite" else _plain
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.CharField | models.TextField):
        return _text
    return _plain


@lru_cache(maxsize=64)
def _insert(model: type[models.Model], names: tuple[str, ...], vendor: str, skip_existing: bool) -> tuple[str, _Converters]:
    found = [_field(model, name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in found)
    end = " ON CONFLICT DO NOTHING" if skip_existing else ""
    text = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({marks(len(found))}){end}"
    return text, tuple(_converter(field, vendor) for field in found)


@lru_cache(maxsize=64)
def _update(model: type[models.Model], names: tuple[str, ...], keys: tuple[str, ...], vendor: str) -> tuple[str, _Converters]:
    quote = connection.ops.quote_name
    found, where = [_field(model, name) for name in names], [_field(model, name) for name in keys]
    sets = ", ".join(f"{quote(str(field.column))} = %s" for field in found)
    tests = " AND ".join(f"{quote(str(field.column))} = %s" for field in where)
    text = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {tests}"
    return text, tuple(_converter(field, vendor) for field in (*found, *where))


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is not a column of {model.__name__}")
    return field


def insert_rows(model: type[models.Model], names: tuple[str, ...], rows: Iterable[Sequence[Any]], *, skip_existing: bool = False) -> None:
    """Insert rows given as tuples in the order of `names`; every column without a default in the database must be named."""
    text, converters = _insert(model, names, connection.vendor, skip_existing)
    _execute(text, converters, rows)


def update_rows(model: type[models.Model], names: tuple[str, ...], keys: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> int:
    """Update rows: each tuple holds the values of `names`, then those of `keys`, which find the row. Returns how many were found."""
    text, converters = _update(model, names, keys, connection.vendor)
    return _execute(text, converters, rows)


def as_uuid(value: Any) -> uuid.UUID | None:
    """Read a UUID column of a raw query: SQLite keeps 32 hexadecimal digits."""
    return uuid.UUID(hex=value) if isinstance(value, str) else value


def as_json(value: Any) -> Any:
    """Read a JSON column of a raw query."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def as_moment(value: Any) -> datetime:
    """Read a time column of a raw query: SQLite keeps no zone, all is UTC."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def key_values(ids: Iterable[uuid.UUID]) -> list[Any]:
    """Turn ids into parameters of a raw query."""
    return [value.hex for value in ids] if connection.vendor == "sqlite" else list(ids)


def marks(count: int) -> str:
    """Write the placeholders of an IN list."""
    return ", ".join(["%s"] * count)


def _execute(text: str, converters: _Converters, rows: Iterable[Sequence[Any]]) -> int:
    values = [tuple(convert(value) for convert, value in zip(converters, row, strict=True)) for row in rows]
    if not values:
        return 0
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(text, values[0])
        else:
            cursor.executemany(text, values)
        return int(cursor.rowcount)
