from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import answer, ask, chain, document, picture, start
from workers.engine import plan as plans
from workers.engine.errors import InvalidInput

PHOTO = {"type": "image", "transfer_method": "local_file", "upload_file_id": "u1"}


def validate(variable: dict[str, Any], *given: Any) -> Any:
    plan = plans.compile(document([start(variable), answer("x")], chain("start", "answer")), "advanced-chat")
    return plans.validate_inputs(plan, {"v": given[0]} if given else {})["v"]


@pytest.mark.parametrize(
    ("variable", "given", "expected"),
    [
        (ask("v"), ["x"], "x"),
        (ask("v"), [], ""),
        (ask("v", max_length=""), ["any length"], "any length"),
        (ask("v"), ["\\u0000 is written out"], "\\u0000 is written out"),
        (ask("v", default="d"), [], "d"),
        (ask("v", default="d"), [""], "d"),
        (ask("v", required=True, default="d"), [], "d"),
        (ask("v", "number"), [3], 3),
        (ask("v", "number"), ["3"], 3),
        (ask("v", "number"), ["3.5"], 3.5),
        (ask("v", "number"), [], None),
        (ask("v", "number", default=7), [], 7),
        (ask("v", "select", options=["a", "b"]), ["a"], "a"),
        (ask("v", "select", options=[5, 10]), ["5"], "5"),
        (ask("v", "select", options=[True, None]), ["true"], "true"),
        (ask("v", "select", options=[{"value": "a", "label": "The first"}, {"label": "b"}]), ["b"], "b"),
        (ask("v", "checkbox"), [True], True),
        (ask("v", "checkbox"), ["true"], True),
        (ask("v", "checkbox"), [0], False),
        (ask("v", "checkbox"), [], False),
        (ask("v", "file"), [PHOTO], PHOTO),
        (ask("v", "file"), [[PHOTO]], PHOTO),
        (ask("v", "file"), [], None),
        (ask("v", "file-list"), [[PHOTO, PHOTO]], [PHOTO, PHOTO]),
        (ask("v", "file-list"), [PHOTO], [PHOTO]),
        (ask("v", "file-list"), [], []),
        (ask("v", "json_object"), [{"a": 1}], {"a": 1}),
        (ask("v", "json_object"), ['{"a": 1}'], {"a": 1}),
        (ask("v", "json_object", json_schema={"required": ["a"]}), [{"a": 1}], {"a": 1}),
        (ask("v", "json_object", json_schema='{"required": ["a"]}'), [{"a": 1}], {"a": 1}),
    ],
)
def test_accepted(variable: dict[str, Any], given: list[Any], expected: Any) -> None:
    assert validate(variable, *given) == expected


@pytest.mark.parametrize(
    ("variable", "given", "words"),
    [
        (ask("v", required=True), [], "v is required"),
        (ask("v", required=True), [""], "v is required"),
        (ask("v", "file-list", required=True), [[]], "v is required"),
        (ask("v", "checkbox", required=True), [], "v is required"),
        (ask("v"), [5], "must be text"),
        (ask("v"), [{"a": 1}], "must be text"),
        (ask("v"), ["a\x00b"], "cannot be stored"),
        (ask("v"), ["\ud800"], "cannot be stored"),
        (ask("v", "json_object"), [{"a": ["\x00"]}], "cannot be stored"),
        (ask("v", max_length=3), ["abcd"], "at most 3 characters; it has 4"),
        (ask("v", "select", options=["a", "b"]), ["c"], "one of: a, b"),
        (ask("v", "number"), ["three"], "must be a number"),
        (ask("v", "number"), [True], "must be a number"),
        (ask("v", "number"), ["nan"], "must be a number"),
        (ask("v", "checkbox"), ["perhaps"], "true or false"),
        (ask("v", "file"), ["x.png"], "must be a file"),
        (ask("v", "file"), [{"type": "bear", "transfer_method": "local_file"}], "type of v"),
        (ask("v", "file"), [{"type": "image", "transfer_method": "pigeon"}], "transfer_method of v"),
        (ask("v", "file", allowed_file_types=["document"]), [PHOTO], "one of these types: document"),
        (ask("v", "file", allowed_file_upload_methods=["remote_url"]), [PHOTO], "must be sent by: remote_url"),
        (ask("v", "file-list", number_limits=1), [[PHOTO, PHOTO]], "at most 1 files; 2"),
        (ask("v", "json_object"), ["{"], "must be a JSON object"),
        (ask("v", "json_object"), [[1]], "must be a JSON object"),
        (ask("v", "json_object", json_schema={"required": ["a"]}), [{}], "does not fit its schema"),
    ],
)
def test_refused(variable: dict[str, Any], given: list[Any], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        validate(variable, *given)
    assert caught.value.field == "v"
    assert words in caught.value.message


def test_unknown_inputs_are_dropped_and_files_are_turned_into_values() -> None:
    plan = plans.compile(document([start(ask("v", "file-list")), answer("x")], chain("start", "answer")), "advanced-chat")
    seen = []

    def stored(name: str, posted: Any) -> dict[str, Any]:
        seen.append((name, posted))
        return picture()

    assert plans.validate_inputs(plan, {"v": [PHOTO], "w": 1}, stored) == {"v": [picture()]}
    assert seen == [("v", PHOTO)]


def test_a_schema_never_fetches_remote_references() -> None:
    variable = ask("v", "json_object", json_schema={"$ref": "http://127.0.0.1:9/schema.json"})
    with pytest.raises(InvalidInput) as caught:
        validate(variable, {"a": 1})
    assert "refers to 'http://127.0.0.1:9/schema.json'" in caught.value.message
