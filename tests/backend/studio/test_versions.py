"""Versions in the console: what they changed, what they are called, which of them may go."""

from __future__ import annotations

import copy
import uuid
from typing import Any

import pytest

from backend.studio import version_runs
from backend.studio.changes import flow_changes
from backend.studio.models import App, Version
from tests import factories
from tests.backend.studio import flows

World = factories.World


@pytest.fixture
def bob(world: World) -> factories.JsonClient:
    return factories.client(world.bob)


def _url(world: World, app: App, rest: str = "") -> str:
    return f"{world.url}/apps/{app.id}/versions{rest}"


def _publish(world: World, app: App, document: dict[str, Any]) -> str:
    bob = factories.client(world.bob)
    draft = flows.draft(app)
    saved = bob.put(f"{world.url}/apps/{app.id}/draft", {"document": document, "base_revision": draft.revision})
    assert saved.status_code == 200, saved.content
    return str(bob.post(_url(world, app), {}).json()["id"])


def _wider(document: dict[str, Any]) -> dict[str, Any]:
    """The flow with one step more, in the middle."""
    made = copy.deepcopy(document)
    made["graph"]["nodes"].append(
        {
            "id": "shape",
            "position": {"x": 9, "y": 9},
            "data": {"type": "template-transform", "title": "Shape", "template": "x", "variables": []},
        }
    )
    made["graph"]["edges"] += [{"id": "e3", "source": "llm", "target": "shape"}, {"id": "e4", "source": "shape", "target": "end"}]
    return made


def test_what_versions_changed_is_told_in_few_words(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    first = _publish(world, app, flows.document())
    second = _publish(world, app, _wider(flows.document("Be kind. {{#start.q#}}")))
    third = _publish(world, app, flows.document("Be kind. {{#start.q#}}", features={"opening_statement": "Hello"}))
    answer = bob.get(_url(world, app, f"/changes?ids={second},{first},{third}"))
    assert answer.json() == [
        {
            **{"version_id": third, "against": second, "added": 0, "removed": 1, "changed": 0, "settings": [], "parts": ["features"]},
            "steps": [{"title": "Shape", "type": "template-transform", "change": "removed", "settings": []}],
        },
        {
            **{"version_id": second, "against": first, "added": 1, "removed": 0, "changed": 1, "settings": [], "parts": []},
            "steps": [
                {"title": "Shape", "type": "template-transform", "change": "added", "settings": []},
                {"title": "Ask", "type": "llm", "change": "changed", "settings": ["prompt_template"]},
            ],
        },
        {"version_id": first, "against": None, "added": 0, "removed": 0, "changed": 0, "steps": [], "parts": [], "settings": []},
    ]


def test_changes_are_those_of_this_app_and_of_ids(world: World, bob: factories.JsonClient) -> None:
    app, other = flows.app(world.workspace), flows.app(world.workspace, name="Other")
    theirs = _publish(world, other, flows.document())
    assert bob.get(_url(world, app, f"/changes?ids={theirs}")).json() == []
    for ids in ("x", "", ",".join(str(uuid.uuid4()) for _ in range(31))):
        answer = bob.get(_url(world, app, f"/changes?ids={ids}"))
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["ids"])
    assert factories.client(world.charlie).get(_url(world, app, f"/changes?ids={theirs}")).status_code == 404


def test_looks_do_not_count_as_changes() -> None:
    before = flows.document()
    after = copy.deepcopy(before)
    for node in after["graph"]["nodes"]:
        node["position"] = {"x": 7, "y": 7}
        node["data"] = dict(reversed(node["data"].items())) | {"selected": True, "width": 3}
    after["graph"]["viewport"] = {"x": 0, "y": 0, "zoom": 2}
    told = flow_changes(before, after)
    assert (told["added"], told["removed"], told["changed"], told["parts"]) == (0, 0, 0, [])
    after["graph"]["edges"].pop()
    after["graph"]["nodes"].append({"id": "n", "type": "custom-note", "position": {"x": 0, "y": 0}, "data": {"title": "", "text": "hi"}})
    assert flow_changes(before, after)["parts"] == ["edges", "notes"]


def test_settings_of_an_app_without_a_drawing_are_compared_by_key() -> None:
    before = {"model_config": {"pre_prompt": "a", "model": {"name": "m"}}}
    after = {"model_config": {"pre_prompt": "b", "model": {"name": "m"}, "opening_statement": "hi"}}
    told = flow_changes(before, after)
    assert (told["settings"], told["steps"], told["added"]) == (["pre_prompt", "opening_statement"], [], 0)


def test_a_version_gets_another_name_and_note(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    version = _publish(world, app, flows.document())
    changed = bob.patch(_url(world, app, f"/{version}"), {"name": "Summer"}).json()
    assert (changed["name"], changed["note"], changed["number"], changed["live"]) == ("Summer", "", 1, True)
    bob.patch(_url(world, app, f"/{version}"), {"note": "For the heat"})
    (listed,) = bob.get(_url(world, app)).json()
    assert (listed["name"], listed["note"]) == ("Summer", "For the heat")
    kept = Version.unscoped.create(workspace=world.workspace, app=app, name="Draft 3", document=flows.document(), digest="d")
    answer = bob.patch(_url(world, app, f"/{kept.id}"), {"name": ""})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["name"])
    assert factories.client(world.member("viewer")).patch(_url(world, app, f"/{version}"), {"name": "x"}).status_code == 403
    assert factories.client(world.charlie).patch(_url(world, app, f"/{version}"), {"name": "x"}).status_code == 404


def test_a_version_goes_unless_it_is_live_or_was_run(world: World, bob: factories.JsonClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = flows.app(world.workspace)
    first = _publish(world, app, flows.document())
    second = _publish(world, app, flows.document("new"))
    for version, code in ((second, "version_live"), (first, "version_has_runs")):
        monkeypatch.setattr(version_runs, "_source", lambda workspace_id, version_id: str(version_id) == first)
        answer = bob.delete(_url(world, app, f"/{version}"))
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert factories.client(world.member("viewer")).delete(_url(world, app, f"/{first}")).status_code == 403
    assert factories.client(world.charlie).delete(_url(world, app, f"/{first}")).status_code == 404
    monkeypatch.setattr(version_runs, "_source", lambda workspace_id, version_id: False)
    assert bob.delete(_url(world, app, f"/{first}")).status_code == 204
    assert [row["id"] for row in bob.get(_url(world, app)).json()] == [second]
    assert bob.get(_url(world, app, f"/{first}")).status_code == 404
