"""Conditions over variables: the comparison operators and how they combine.

A condition compares the value at a selector with a text (that may use variables), a list of texts or a boolean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from pydantic import AliasChoices, Field, field_validator

from workers.engine.errors import NodeError
from workers.engine.node import Chosen, Part, Reference, form
from workers.engine.variables import MISSING, Scope, Template, as_text, file_attribute, is_file, template

_ALIASES = {
    "is empty": "empty",
    "is not empty": "not empty",
    "is null": "null",
    "is not null": "not null",
    "==": "=",
    "!=": "≠",
    ">=": "≥",
    "<=": "≤",
    "starts with": "start with",
    "ends with": "end with",
}
_UNARY = frozenset({"empty", "not empty", "null", "not null", "exists", "not exists"})
_NUMBERS = frozenset({"=", "≠", ">", "<", "≥", "≤"})
_FILE_LISTS = frozenset({"contains", "not contains", "all of"})


class SubCondition(Part):
    """A condition on one attribute of a file."""

    key: str = ""
    comparison_operator: str = ""
    value: Any = ""


class SubConditions(Part):
    """Conditions that a file of a list has to meet."""

    logical_operator: Literal["and", "or"] = "and"
    conditions: tuple[SubCondition, ...] = ()


class Condition(Part):
    """One comparison."""

    id: str = ""
    var_type: str = Field("", alias="varType")
    variable_selector: Chosen = ()
    comparison_operator: str = ""
    value: Any = ""
    sub_variable_condition: SubConditions | None = None


class Case(Part):
    """Conditions joined by and/or, and the exit that is taken when they hold."""

    case_id: str = Field("", validation_alias=AliasChoices("case_id", "id"))
    logical_operator: Literal["and", "or"] = "and"
    conditions: tuple[Condition, ...] = Field((), title="Conditions", json_schema_extra=form("条件", "conditions"))

    @field_validator("case_id", mode="before")
    @classmethod
    def _plain_id(cls, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value  # YAML reads an unquoted true as a boolean


def operator_name(written: str) -> str:
    """Return the one name of an operator for its spellings."""
    return _ALIASES.get(written, written)


def operator_known(written: str) -> bool:
    """Tell whether an operator exists."""
    return operator_name(written) in _OPERATORS


def needs_value(written: str) -> bool:
    """Tell whether an operator compares with something."""
    return operator_name(written) not in _UNARY


@dataclass(frozen=True, slots=True)
class Check:
    """A condition taken apart: `compare` gets the actual and the expected value."""

    operator: str
    expected: Any
    compare: Callable[[Any, Any], bool]

    def expect(self, scope: Scope) -> Any:
        """Return the value to compare with."""
        if isinstance(self.expected, Template):
            return self.expected.render(scope)
        if isinstance(self.expected, tuple):
            return [item.render(scope) if isinstance(item, Template) else item for item in self.expected]
        return self.expected

    def references(self, field: str) -> Iterable[Reference]:
        """List the variables in the value to compare with."""
        for part in self.expected if isinstance(self.expected, tuple) else (self.expected,):
            if isinstance(part, Template):
                yield from (Reference(selector, field) for selector in part.selectors)


def check(operator: str, value: Any) -> Check:
    """Take a comparison apart. An unknown operator raises NodeError when it is used, not here."""
    name = operator_name(operator)
    return Check(name, _expected(value), _OPERATORS.get(name, _unknown(operator)))


def _expected(value: Any) -> Any:
    if isinstance(value, str):
        taken_apart = template(value)
        return value if taken_apart.constant else taken_apart
    if isinstance(value, (list, tuple)):
        return tuple(_expected(item) for item in value)
    return value


class Compiled:
    """One condition, ready to be evaluated many times."""

    __slots__ = ("_check", "_sub", "_sub_operator", "selector")

    def __init__(self, condition: Condition) -> None:
        self.selector = condition.variable_selector
        self._check = check(condition.comparison_operator, condition.value)
        sub = condition.sub_variable_condition
        self._sub = tuple((row.key, check(row.comparison_operator, row.value)) for row in sub.conditions) if sub is not None else ()
        self._sub_operator = sub.logical_operator if sub is not None else "and"

    def references(self, field: str) -> Iterable[Reference]:
        """List the variables used."""
        yield Reference(self.selector, f"{field}.variable_selector", True)
        yield from self._check.references(f"{field}.value")
        for index, (_, row) in enumerate(self._sub):
            yield from row.references(f"{field}.sub_variable_condition.conditions.{index}.value")

    def evaluate(self, scope: Scope) -> tuple[bool, dict[str, Any]]:
        """Decide, and tell what was compared. Raises NodeError variable_missing, condition_type_mismatch."""
        actual = scope.get(self.selector)
        if actual is MISSING:
            name = ".".join(self.selector)
            raise NodeError("variable_missing", f"The variable {name} has no value here: its node did not run before this one.")
        operator = self._check.operator
        if self._sub and operator in _FILE_LISTS and isinstance(actual, list):
            expected: Any = [{"key": key, "comparison_operator": row.operator, "value": row.expect(scope)} for key, row in self._sub]
            held = _files_match(operator, actual, self._sub, self._sub_operator, scope)
        else:
            expected = self._check.expect(scope)
            held = self._check.compare(actual, expected)
        return held, {
            "variable": ".".join(self.selector),
            "actual_value": actual,
            "comparison_operator": operator,
            "expected_value": expected,
            "result": held,
        }


def holds(conditions: Iterable[Compiled], logical_operator: str, scope: Scope, record: list[dict[str, Any]]) -> bool:
    """Join conditions; stop at the first that decides. Nothing to check holds with `and` and does not with `or`."""
    stop_at = logical_operator == "or"
    for condition in conditions:
        held, row = condition.evaluate(scope)
        record.append(row)
        if held is stop_at:
            return stop_at
    return not stop_at


def _files_match(operator: str, files: list[Any], rows: tuple[tuple[str, Check], ...], joined_by: str, scope: Scope) -> bool:
    join = all if joined_by == "and" else any

    def matches(file: Any) -> bool:
        return join(row.compare(*attribute(file, key, row.expect(scope))) for key, row in rows)

    if operator == "all of":
        return bool(files) and all(matches(file) for file in files)
    return any(matches(file) for file in files) is (operator == "contains")


def attribute(file: Any, key: str, expected: Any) -> tuple[Any, Any]:
    if not is_file(file):
        raise NodeError("condition_type_mismatch", f"The list holds something that is not a file, so it has no {key}.")
    actual = file_attribute(file, key)
    if actual is MISSING:
        actual = None
    if key == "extension":  # ".pdf" and "pdf" mean the same
        return _without_dot(actual), [_without_dot(item) for item in expected] if isinstance(expected, list) else _without_dot(expected)
    return actual, expected


def _without_dot(value: Any) -> Any:
    return value.lower().removeprefix(".") if isinstance(value, str) else value


def _mismatch(operator: str, actual: Any) -> NodeError:
    kinds = {str: "text", bool: "true or false", list: "a list", dict: "an object"}
    kind = "a file" if is_file(actual) else kinds.get(type(actual), "a number")
    return NodeError("condition_type_mismatch", f"{operator!r} cannot be used on {kind}: choose another operator or another variable.")


def _number(value: Any, actual: Any) -> float | int:
    """Read the expected value as a number. Whole numbers stay exact."""
    if isinstance(value, (int, float)):
        return value
    text = str(value).strip()
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            raise NodeError("condition_type_mismatch", f"{text!r} is not a number, but it is compared with {as_text(actual)}.") from None


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in {"true", "1"}:
        return True
    if text in {"false", "0", ""}:
        return False
    raise NodeError("condition_type_mismatch", f"{value!r} is neither true nor false.")


def _listed(operator: str, expected: Any) -> list[Any]:
    """Read the expected value as a list: a list, JSON text of one, or one value."""
    if isinstance(expected, list):
        return expected
    if isinstance(expected, str):
        if expected.lstrip().startswith("["):
            try:
                parsed = orjson.loads(expected)
            except orjson.JSONDecodeError:
                return [expected]
            return parsed if isinstance(parsed, list) else [expected]
        return [expected]
    raise NodeError("condition_type_mismatch", f"{operator!r} needs a list to compare with.")


def _contains(actual: Any, expected: Any) -> bool:
    if not actual:
        return False
    if isinstance(actual, str):
        return as_text(expected) in actual
    if isinstance(actual, list):
        return expected in actual or as_text(expected) in [as_text(item) for item in actual]
    raise _mismatch("contains", actual)


def _starts(actual: Any, expected: Any) -> bool:
    if not actual:
        return False
    if not isinstance(actual, str):
        raise _mismatch("start with", actual)
    return actual.startswith(as_text(expected))


def _ends(actual: Any, expected: Any) -> bool:
    if not actual:
        return False
    if not isinstance(actual, str):
        raise _mismatch("end with", actual)
    return actual.endswith(as_text(expected))


def _same(actual: Any, expected: Any) -> bool:
    if isinstance(actual, bool):
        return actual is _boolean(expected)
    if isinstance(actual, (int, float)):
        return actual == _number(expected, actual)
    if isinstance(actual, str):
        return actual == as_text(expected)
    raise _mismatch("is", actual)


def _is(actual: Any, expected: Any) -> bool:
    return actual is not None and _same(actual, expected)


def _is_not(actual: Any, expected: Any) -> bool:
    return actual is not None and not _same(actual, expected)


def _equal(actual: Any, expected: Any) -> bool:
    return actual is not None and _compared("=", actual, expected) == 0


def _unequal(actual: Any, expected: Any) -> bool:
    return actual is not None and _compared("≠", actual, expected) != 0


def _compared(operator: str, actual: Any, expected: Any) -> float | int:
    """Return the sign of actual minus expected."""
    if isinstance(actual, bool):
        if operator not in {"=", "≠"}:
            raise _mismatch(operator, actual)
        return 0 if actual is _boolean(expected) else 1
    if not isinstance(actual, (int, float)):
        raise _mismatch(operator, actual)
    other = _number(expected, actual)
    return (actual > other) - (actual < other)


def _in(actual: Any, expected: Any) -> bool:
    if not actual:
        return False
    listed = _listed("in", expected)
    return actual in listed or as_text(actual) in [as_text(item) for item in listed]


def _all_of(actual: Any, expected: Any) -> bool:
    if not actual:
        return False
    if not isinstance(actual, (list, str)):
        raise _mismatch("all of", actual)
    return all(_contains(actual, item) for item in _listed("all of", expected))


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "contains": _contains,
    "not contains": lambda actual, expected: not _contains(actual, expected),
    "start with": _starts,
    "end with": _ends,
    "is": _is,
    "is not": _is_not,
    "empty": lambda actual, _: not actual,
    "not empty": lambda actual, _: bool(actual),
    "in": _in,
    "not in": lambda actual, expected: not _in(actual, expected),
    "all of": _all_of,
    "=": _equal,
    "≠": _unequal,
    ">": lambda actual, expected: actual is not None and _compared(">", actual, expected) > 0,
    "<": lambda actual, expected: actual is not None and _compared("<", actual, expected) < 0,
    "≥": lambda actual, expected: actual is not None and _compared("≥", actual, expected) >= 0,
    "≤": lambda actual, expected: actual is not None and _compared("≤", actual, expected) <= 0,
    "null": lambda actual, _: actual is None,
    "not null": lambda actual, _: actual is not None,
    "exists": lambda actual, _: actual is not None,
    "not exists": lambda actual, _: actual is None,
}


def _unknown(operator: str) -> Callable[[Any, Any], bool]:
    def refuse(actual: Any, expected: Any) -> bool:
        raise NodeError("operator_unknown", f"There is no operator {operator!r}: choose one from the list.")

    return refuse
