from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import picture, when
from workers.engine.conditions import Compiled, Condition, holds
from workers.engine.errors import NodeError
from workers.engine.variables import Scope

PDF = picture("d", type="document", extension="pdf", size=5000, name="Report.pdf", mime_type="application/pdf")


def evaluate(actual: Any, operator: str, value: Any = "", **more: Any) -> bool:
    condition = Compiled(Condition.model_validate(when("n.v", operator, value, **more)))
    return condition.evaluate(Scope({"n": {"v": actual, "word": "ell", "list": ["a", "b"]}}))[0]


@pytest.mark.parametrize(
    ("actual", "operator", "value", "expected"),
    [
        ("hello", "contains", "ell", True),
        ("hello", "contains", "xyz", False),
        ("hello", "contains", "{{#n.word#}}", True),
        ("", "contains", "x", False),
        (None, "contains", "x", False),
        (["a", "b"], "contains", "a", True),
        (["a", "b"], "contains", "c", False),
        ([1, 2], "contains", "2", True),
        ([True], "contains", "true", True),
        ("hello", "not contains", "xyz", True),
        ("hello", "not contains", "ell", False),
        ("", "not contains", "x", True),
        (None, "not contains", "x", True),
        ("hello", "start with", "he", True),
        ("hello", "start with", "lo", False),
        ("hello", "starts with", "he", True),
        ("", "start with", "he", False),
        ("hello", "end with", "lo", True),
        ("hello", "end with", "he", False),
        (None, "end with", "x", False),
        ("a", "is", "a", True),
        ("a", "is", "b", False),
        ("", "is", "", True),
        (None, "is", "a", False),
        (True, "is", True, True),
        (True, "is", "true", True),
        (False, "is", False, True),
        (False, "is", "true", False),
        (3, "is", "3", True),
        ("a", "is not", "b", True),
        ("a", "is not", "a", False),
        (None, "is not", "a", False),
        (True, "is not", False, True),
        ("", "empty", "", True),
        (None, "empty", "", True),
        ([], "is empty", "", True),
        ({}, "empty", "", True),
        ("x", "empty", "", False),
        ("x", "not empty", "", True),
        ("x", "is not empty", "", True),
        ([], "not empty", "", False),
        ("a", "in", ["a", "b"], True),
        ("a", "in", '["a", "b"]', True),
        ("a", "in", "a", True),
        ("c", "in", ["a", "b"], False),
        ("ell", "in", ["{{#n.word#}}"], True),
        (2, "in", ["1", "2"], True),
        (None, "in", ["a"], False),
        ("c", "not in", ["a", "b"], True),
        ("a", "not in", ["a", "b"], False),
        (None, "not in", ["a"], True),
        (["a", "b", "c"], "all of", ["a", "c"], True),
        (["a", "b"], "all of", ["a", "z"], False),
        ([], "all of", ["a"], False),
        ("abc", "all of", ["a", "c"], True),
        (5, "=", "5", True),
        (5, "=", "5.0", True),
        (5, "=", 5, True),
        (5.5, "=", "5.5", True),
        (5, "=", "6", False),
        (5, "==", "5", True),
        (2**53 + 1, "=", str(2**53), False),
        (True, "=", "true", True),
        (True, "=", "1", True),
        (False, "=", "true", False),
        (None, "=", "5", False),
        (5, "≠", "6", True),
        (5, "≠", "5", False),
        (5, "!=", "6", True),
        (True, "≠", "false", True),
        (None, "≠", "5", False),
        (5, ">", "4.5", True),
        (5, ">", "5", False),
        (5, "<", "5.5", True),
        (5, "<", "5", False),
        (5, "≥", "5", True),
        (4, "≥", "5", False),
        (5, ">=", "5", True),
        (5, "≤", "5", True),
        (6, "≤", "5", False),
        (-1, "<", "0", True),
        (None, ">", "5", False),
        (None, "≤", "5", False),
        (None, "null", "", True),
        ("", "is null", "", False),
        ("", "not null", "", True),
        (None, "is not null", "", False),
        (PDF, "exists", "", True),
        (None, "exists", "", False),
        (None, "not exists", "", True),
        (PDF, "not exists", "", False),
    ],
)
def test_operator(actual: Any, operator: str, value: Any, expected: bool) -> None:
    assert evaluate(actual, operator, value) is expected


@pytest.mark.parametrize(
    ("actual", "operator", "value", "code"),
    [
        (5, "contains", "5", "condition_type_mismatch"),
        (5, "start with", "5", "condition_type_mismatch"),
        ([1], "is", "1", "condition_type_mismatch"),
        ({"a": 1}, "is", "1", "condition_type_mismatch"),
        ("5", ">", "4", "condition_type_mismatch"),
        (True, ">", "0", "condition_type_mismatch"),
        (5, "=", "five", "condition_type_mismatch"),
        (True, "=", "perhaps", "condition_type_mismatch"),
        ("a", "in", 5, "condition_type_mismatch"),
        ("a", "resembles", "b", "operator_unknown"),
        ("a", "", "b", "operator_unknown"),
    ],
)
def test_what_cannot_be_compared(actual: Any, operator: str, value: Any, code: str) -> None:
    with pytest.raises(NodeError) as caught:
        evaluate(actual, operator, value)
    assert caught.value.code == code


def by(key: str, operator: str, value: Any) -> dict[str, Any]:
    return {"key": key, "comparison_operator": operator, "value": value}


IMAGE = by("type", "in", ["image"])
BIG = by("size", ">", "1000")


@pytest.mark.parametrize(
    ("files", "operator", "joined", "rows", "expected"),
    [
        ([picture(), PDF], "contains", "and", [IMAGE], True),
        ([PDF], "contains", "and", [IMAGE], False),
        ([picture(), PDF], "contains", "and", [IMAGE, BIG], False),
        ([picture(), PDF], "contains", "or", [IMAGE, BIG], True),
        ([picture(size=2000)], "contains", "and", [IMAGE, BIG], True),
        ([PDF], "not contains", "and", [IMAGE], True),
        ([picture(), PDF], "not contains", "and", [IMAGE], False),
        ([], "not contains", "and", [IMAGE], True),
        ([picture(), picture("p2")], "all of", "and", [IMAGE], True),
        ([picture(), PDF], "all of", "and", [IMAGE], False),
        ([], "all of", "and", [IMAGE], False),
        ([PDF], "contains", "and", [by("extension", "is", ".PDF")], True),
        ([PDF], "contains", "and", [by("extension", "in", ["pdf", "doc"])], True),
        ([PDF], "contains", "and", [by("name", "start with", "Rep")], True),
        ([PDF], "contains", "and", [by("mime_type", "contains", "pdf")], True),
        ([PDF], "contains", "and", [by("transfer_method", "not in", ["remote_url"])], True),
        ([PDF], "contains", "and", [by("size", "≤", "5000")], True),
        ([PDF], "contains", "and", [by("url", "empty", "")], False),
    ],
)
def test_conditions_on_the_files_of_a_list(files: Any, operator: str, joined: str, rows: Any, expected: bool) -> None:
    assert evaluate(files, operator, sub_variable_condition={"case_id": "s", "logical_operator": joined, "conditions": rows}) is expected


def test_files_conditions_need_files() -> None:
    with pytest.raises(NodeError) as caught:
        evaluate(["text"], "contains", sub_variable_condition={"conditions": [IMAGE]})
    assert caught.value.code == "condition_type_mismatch"


def test_a_missing_variable_is_an_error_even_for_exists() -> None:
    condition = Compiled(Condition.model_validate(when("gone.v", "not exists")))
    with pytest.raises(NodeError) as caught:
        condition.evaluate(Scope())
    assert caught.value.code == "variable_missing"
    assert "gone.v" in caught.value.message


@pytest.mark.parametrize(
    ("joined", "first", "expected", "looked_at"),
    [("and", "b", False, 1), ("or", "a", True, 1), ("and", "a", True, 2), ("or", "b", True, 2)],
)
def test_joining_stops_where_it_is_decided(joined: str, first: str, expected: bool, looked_at: int) -> None:
    scope = Scope({"n": {"v": "a"}})
    rows = [Compiled(Condition.model_validate(when("n.v", "is", value))) for value in (first, "a")]
    record: list[dict[str, Any]] = []
    assert holds(rows, joined, scope, record) is expected
    assert len(record) == looked_at
    # What is not looked at may even be missing.
    missing = Compiled(Condition.model_validate(when("gone.v", "is", "a")))
    if looked_at == 1:
        assert holds([rows[0], missing], joined, scope, []) is expected
