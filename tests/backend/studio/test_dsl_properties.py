"""Any document goes out and comes in again as it was; the same document gives the same bytes; a small change, a small diff."""

from __future__ import annotations

import copy
import difflib
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.errors import AppError
from backend.studio import yaml_text
from backend.studio.dsl import file_read, file_write
from backend.studio.models import App

texts = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=30)
names = st.text("abcdefghijklmnopqrstuvwxyzÄ潮🌊0123456789_- :#'\"", min_size=1, max_size=12)
numbers = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False, width=32)
plain = (
    st.none()
    | st.booleans()
    | numbers
    | texts
    | st.sampled_from(["on", "12:30", "1e3", "0x1f", "~", "null", "=", "- x", "a: b", "'", " x "])
)
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=8)
extras = st.dictionaries(names.map(lambda name: f"x_{name}"), values, max_size=3)
ids = st.one_of(
    st.from_regex(r"17[0-9]{11}", fullmatch=True),
    st.from_regex(r"[0-9]{1,3}", fullmatch=True),
    st.from_regex(r"[a-z_]{1,12}", fullmatch=True),
    st.uuids().map(str),
    st.from_regex(r"17[0-9]{11}start", fullmatch=True),
)
handles = st.sampled_from(["source", "true", "false", "fail-branch", "success-branch", "1711529038361", "approve"])
kinds = st.sampled_from(["tool", "agent", "trigger-webhook", "datasource", "knowledge-index", "unheard-of"])


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a flow of nodes that nobody here knows, so that their settings may be anything."""
    node_ids = draw(st.lists(ids, min_size=1, max_size=6, unique=True))
    nodes = [
        {
            "data": {**draw(extras), "type": draw(kinds), "title": draw(texts)},
            "id": node_id,
            "position": {"x": draw(st.integers(-5000, 5000)), "y": draw(st.floats(-5000, 5000))},
            "type": "custom",
            **draw(extras),
        }
        for node_id in node_ids
    ]
    # Forward only: a circle would be refused.
    pairs = draw(st.lists(st.tuples(st.integers(0, len(nodes) - 1), st.integers(0, len(nodes) - 1), handles), max_size=8))
    edges = [
        {
            "id": f"edge-{number}",
            "source": node_ids[source],
            "sourceHandle": handle,
            "target": node_ids[target],
            "targetHandle": "target",
            "type": "custom",
            **draw(extras),
        }
        for number, (source, target, handle) in enumerate(pairs)
        if source < target
    ]
    return {
        "conversation_variables": [],
        "environment_variables": [],
        "features": draw(extras),
        "graph": {"edges": edges, "nodes": nodes, "viewport": {"x": 0, "y": 0.5, "zoom": 1}, **draw(extras)},
        **draw(extras),
    }


def _app(file: Any) -> App:
    """The app that an import would make, without a database."""
    return App(mode=file.mode, **file.fields)


@settings(max_examples=60, deadline=None)
@given(document=documents(), top=extras, look=extras, as_json=st.booleans())
def test_a_file_that_is_read_and_written_says_the_same(
    document: dict[str, Any], top: dict[str, Any], look: dict[str, Any], as_json: bool
) -> None:
    envelope = {
        "app": {"description": "d", "mode": "workflow", "name": "潮 🌊", "icon": "🤖", **look},
        "kind": "app",
        **top,
        "version": "0.3.1",
        "workflow": document,
    }
    text = json.dumps(envelope) if as_json else yaml_text.dump(envelope)
    file = file_read(text)
    assert file.document == document
    written = file_write(_app(file), file.document)
    again = yaml_text.load(written)
    assert again == {**envelope, "version": "0.7.0"}
    assert json.dumps(again) == json.dumps({**envelope, "version": "0.7.0"}), "also the order of the keys is the same"
    assert yaml.safe_load(written)["app"]["name"] == "潮 🌊", "other readers understand it"
    second = file_read(written)
    assert file_write(_app(second), second.document) == written


@settings(max_examples=25, deadline=None)
@given(document=documents(), title=st.from_regex(r"[a-z]{5,10}", fullmatch=True))
def test_a_small_change_makes_a_small_diff(document: dict[str, Any], title: str) -> None:
    app = App(mode="workflow", name="n")
    before = file_write(app, document)
    assert file_write(app, copy.deepcopy(document)) == before
    changed = copy.deepcopy(document)
    changed["graph"]["nodes"][0]["data"]["title"] = title
    document["graph"]["nodes"][0]["data"]["title"] = "short"
    lines = list(difflib.ndiff(file_write(app, document).splitlines(), file_write(app, changed).splitlines()))
    assert sum(line.startswith(("+ ", "- ")) for line in lines) <= 2


@settings(max_examples=40, deadline=None)
@given(raw=values)
def test_nothing_that_is_not_an_app_file_gets_further_than_a_reason(raw: Any) -> None:
    for text in (json.dumps(raw), yaml_text.dump(raw)):
        with pytest.raises(AppError) as caught:
            file_read(text)
        assert caught.value.http_status < 500
        assert caught.value.message
