from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, ask, chain, document, end, node, picture, start
from workers.engine import plan as plans

FILES = [
    picture("p2", size=300),
    picture("d1", type="document", extension=".pdf", mime_type="application/pdf", name="b.pdf", size=200),
    picture("p1", size=100, transfer_method="remote_url"),
]


def flow(**data: Any) -> dict[str, Any]:
    drawn = node("list", "list-operator", variable=["start", "items"], **data)
    asked = start(ask("items", "json_object"), ask("q"), ask("files", "file-list"))
    return document([asked, drawn, end(result="list.result")], chain("start", "list", "end"))


async def ran(items: Any, **data: Any) -> Ran:
    return await Bench(mode="workflow").run(flow(**data), {"items": items, "q": "an"})


def only(operator: str, value: Any = "", key: str = "") -> dict[str, Any]:
    return {"filter_by": {"enabled": True, "conditions": [{"key": key, "comparison_operator": operator, "value": value}]}}


@pytest.mark.parametrize(
    ("items", "data", "left"),
    [
        (["banana", "kiwi", "mango"], only("contains", "{{#start.q#}}"), ["banana", "mango"]),
        (["banana", "kiwi"], only("not contains", "an"), ["kiwi"]),
        (["ab", "ba"], only("start with", "a"), ["ab"]),
        (["ab", "ba"], only("end with", "a"), ["ba"]),
        (["ab", "ba"], only("is", "ab"), ["ab"]),
        (["ab", "ba"], only("is not", "ab"), ["ba"]),
        (["ab", "ba", "c"], only("in", ["ab", "c"]), ["ab", "c"]),
        (["ab", "ba"], only("not in", ["ab"]), ["ba"]),
        (["", "x"], only("empty"), [""]),
        (["", "x"], only("is not empty"), ["x"]),
        ([1, 2, 3], only("≥", "2"), [2, 3]),
        ([1, 2.5, 3], only("<", 2.6), [1, 2.5]),
        ([1, 2], only("=", "2", key="value"), [2]),
        ([True, False], only("is", True), [True]),
        ([True, False], only("is", "false"), [False]),
        ([{"a": 1}, {"a": 5}], only(">", "3", key="a"), [{"a": 5}]),
    ],
)
async def test_filters(items: list[Any], data: dict[str, Any], left: list[Any]) -> None:
    outputs = (await ran(items, **data)).node("list").outputs
    assert outputs == {"result": left, "first_record": left[0], "last_record": left[-1]}


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (only("in", ["image"], "type"), ["p2", "p1"]),
        (only("not in", ["image"], "type"), ["d1"]),
        (only("is", "pdf", "extension"), ["d1"]),
        (only("≥", "200", "size"), ["p2", "d1"]),
        (only("contains", ".png", "name"), ["p2", "p1"]),
        (only("in", ["remote_url"], "transfer_method"), ["p1"]),
        (only("is", "application/pdf", "mime_type"), ["d1"]),
        ({"order_by": {"enabled": True, "key": "size", "value": "asc"}}, ["p1", "d1", "p2"]),
        ({"order_by": {"enabled": True, "key": "name", "value": "desc"}}, ["p2", "p1", "d1"]),
    ],
)
async def test_files(data: dict[str, Any], left: list[str]) -> None:
    bench = Bench(mode="workflow", system={"files": FILES, "user_id": "u"})
    document_ = flow(**data)
    document_["graph"]["nodes"][1]["data"]["variable"] = ["sys", "files"]
    result = (await bench.run(document_)).node("list").outputs["result"]
    assert [file["related_id"] for file in result] == left


async def test_the_order_of_the_steps() -> None:
    done = await ran(
        [5, 3, 9, 1, 7],
        limit={"enabled": True, "size": 2},
        order_by={"enabled": True, "key": "", "value": "desc"},
        **only(">", "2"),
    )
    assert done.node("list").outputs["result"] == [9, 7]
    picked = await ran([5, 3, 9], extract_by={"enabled": True, "serial": "2"}, **only(">", "3"))
    assert picked.node("list").outputs["result"] == [9]


@pytest.mark.parametrize("serial", ["0", "4", "two", "-1"])
async def test_an_item_that_is_not_there(serial: str) -> None:
    done = await ran([1, 2, 3], extract_by={"enabled": True, "serial": serial})
    assert done.finished.error is not None
    assert done.finished.error.code == "item_missing"


async def test_steps_that_are_off_do_nothing() -> None:
    off = {"enabled": False, "conditions": [{"key": "", "comparison_operator": "is", "value": "x"}]}
    done = await ran(["b", "a"], filter_by=off, order_by={"enabled": False, "key": "", "value": ""}, limit={"enabled": False, "size": ""})
    assert done.node("list").outputs["result"] == ["b", "a"]


@pytest.mark.parametrize("items", [[], None])
async def test_an_empty_list(items: Any) -> None:
    done = await ran(items, extract_by={"enabled": True, "serial": "1"}, order_by={"enabled": True, "value": "asc"}, **only("is", "x"))
    assert done.node("list").outputs == {"result": [], "first_record": None, "last_record": None}


@pytest.mark.parametrize(
    ("items", "data", "code"),
    [
        ({"a": 1}, {}, "list_expected"),
        (["a"], only(">", "1"), "condition_type_mismatch"),
        ([{"a": 1}, {"a": 2}], {"order_by": {"enabled": True, "value": "asc"}}, "list_mixed"),
    ],
)
async def test_what_cannot_be_done_fails(items: Any, data: dict[str, Any], code: str) -> None:
    done = await ran(items, **data)
    assert done.finished.error is not None
    assert done.finished.error.code == code


async def test_text_sorts_as_text_and_nothing_comes_last() -> None:
    done = await ran(["b", None, "a"], order_by={"enabled": True, "value": "desc"})
    assert done.node("list").outputs["result"] == ["b", "a", None]


def test_what_is_wrong_is_told() -> None:
    [problem] = plans.compile(flow(**only("resembles", "x")), "workflow").problems
    assert (problem.code, problem.field) == ("condition_incomplete", "filter_by.conditions.0.comparison_operator")
