from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import picture
from workers.engine.variables import MISSING, Scope, answer_text, as_markdown, as_text, is_file, template

VALUES: dict[str, dict[str, Any]] = {
    "1719": {"text": "hi", "n": 3, "none": None, "obj": {"a": {"b": "deep"}, "list": [{"x": 1}, {"x": 2}]}, "pic": picture(), "flag": True},
    "sys": {"query": "q"},
    "start": {"sys.query": "asked", "sys.files": [picture()]},
    "own": {"sys": {"query": "mine"}},
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("{{#1719.text#}}", "hi"),
        ("a {{#1719.text#}} b {{#sys.query#}}", "a hi b q"),
        ("{{#1719.n#}}{{#1719.flag#}}", "3true"),
        ("{{#1719.none#}}", ""),
        ("{{#1719.obj.a.b#}}", "deep"),
        ("{{#1719.obj.a#}}", '{"b":"deep"}'),
        ("{{#1719.obj.list.1.x#}}", "2"),
        ("{{#1719.obj.list.7.x#}}", "1719.obj.list.7.x"),
        ("{{#1719.missing#}}", "1719.missing"),
        ("{{#nobody.text#}}", "nobody.text"),
        ("{{#start.sys.query#}} {{#start.sys.files.0.extension#}}", "asked .png"),
        ("{{#start.sys#}} {{#start.sys.nothing#}}", "start.sys start.sys.nothing"),
        ("{{#own.sys.query#}}", "mine"),
        ("{{#1719.text.deeper#}}", "1719.text.deeper"),
        ("{{#1719.pic#}}", "p1.png"),
        ("{{#1719.pic.extension#}} {{#1719.pic.size#}} {{#1719.pic.related_id#}}", ".png 100 p1"),
        ("{{#context#}}", "{{#context#}}"),
        ("{{1719.text}} {#1719.text#} {{# 1719.text #}}", "{{1719.text}} {#1719.text#} {{# 1719.text #}}"),
        ("{{#1719.text#}}}}", "hi}}"),
        ("汉字 {{#1719.text#}}。", "汉字 hi。"),
    ],
)
def test_render(text: str, expected: str) -> None:
    assert template(text).render(Scope(VALUES)) == expected


def test_values_with_reference_syntax_are_not_rendered_again() -> None:
    scope = Scope({"a": {"x": "{{#a.secret#}}", "secret": "s"}})
    assert template("{{#a.x#}}").render(scope) == "{{#a.secret#}}"


def test_a_child_scope_sees_its_parents_and_hides_them() -> None:
    parent = Scope({"a": {"x": 1}, "loop": {"item": "outer"}})
    child = Scope({"loop": {"item": "inner"}}, parent)
    assert child.get(("a", "x")) == 1
    assert child.get(("loop", "item")) == "inner"
    child.put("a", {"x": 2})
    assert parent.get(("a", "x")) == 1
    parent.put("later", {"y": 3})
    assert child.get(("later", "y")) == 3


@pytest.mark.parametrize("selector", [(), ("a",), ("a", "y"), ("b", "x")])
def test_missing_is_not_none(selector: tuple[str, ...]) -> None:
    assert Scope({"a": {"x": None}}).get(selector) is MISSING
    assert Scope({"a": {"x": None}}).get(("a", "x")) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("s", "s"),
        (1.5, "1.5"),
        (False, "false"),
        ([], "[]"),
        ({"k": "é"}, '{"k":"é"}'),
        ([1, "a"], '[1,"a"]'),
        ([picture(), picture("p2")], "p1.png, p2.png"),
    ],
)
def test_as_text(value: Any, expected: str) -> None:
    assert as_text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", "b"], "a\nb"),
        ([{"a": 1}], '[{"a":1}]'),
        (picture(), "![p1.png](/files/p1)"),
        (picture(type="document"), "[p1.png](/files/p1)"),
        ([picture(), picture("p2")], "![p1.png](/files/p1)\n![p2.png](/files/p2)"),
    ],
)
def test_as_markdown(value: Any, expected: str) -> None:
    assert as_markdown(value) == expected


def test_a_node_that_never_ran_leaves_nothing_in_an_answer_but_an_unknown_one_its_path() -> None:
    scope = Scope({"a": {"x": "1"}})
    scope.absent.add("skipped")
    assert answer_text(scope, ("skipped", "text")) == ""
    assert answer_text(scope, ("unknown", "text")) == "unknown.text"


def test_a_file_is_told_by_type_and_transfer_method() -> None:
    assert is_file(picture())
    assert not is_file({"type": "image"})
    assert not is_file({"type": "bear", "transfer_method": "local_file"})
    scope = Scope({"a": {"old": {"type": "image", "transfer_method": "remote_url", "filename": "f.png", "remote_url": "http://x"}}})
    assert scope.get(("a", "old", "name")) == "f.png"
    assert scope.get(("a", "old", "url")) == "http://x"
    assert scope.get(("a", "old", "colour")) is MISSING
