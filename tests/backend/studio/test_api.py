"""The studio's endpoints, asked by alice (owner), bob (editor) and charlie (stranger)."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from backend.accounts.keys import key_resolve
from backend.studio import last_runs
from backend.studio.models import App, Version
from tests import factories
from tests.backend.studio import flows

World = factories.World


@pytest.fixture
def bob(world: World) -> factories.JsonClient:
    return factories.client(world.bob)


def _url(world: World, app: App, rest: str = "") -> str:
    return f"{world.url}/apps/{app.id}{rest}"


def test_each_endpoint_serves_members_and_no_stranger(world: World) -> None:
    app = flows.app(world.workspace, world.alice)
    draft = {"document": flows.document(), "base_revision": 1}
    version = Version.unscoped.create(workspace=world.workspace, app=app, number=1, document=flows.document(), digest="d")
    calls: list[tuple[str, str, Any, int]] = [
        ("get", "/templates", None, 200),
        ("get", "/apps", None, 200),
        ("post", "/apps", {"name": "New", "mode": "workflow"}, 201),
        ("post", "/apps/import", {"content": yaml.safe_dump(_envelope())}, 201),
        ("get", f"/apps/{app.id}", None, 200),
        ("patch", f"/apps/{app.id}", {"name": "Renamed"}, 200),
        ("post", f"/apps/{app.id}/duplicate", {}, 201),
        ("get", f"/apps/{app.id}/export", None, 200),
        ("get", f"/apps/{app.id}/draft", None, 200),
        ("put", f"/apps/{app.id}/draft", draft, 200),
        ("post", f"/apps/{app.id}/check", {"document": flows.document()}, 200),
        ("get", f"/apps/{app.id}/versions", None, 200),
        ("get", f"/apps/{app.id}/versions/{version.id}", None, 200),
        ("post", f"/apps/{app.id}/versions/{version.id}/restore", {"base_revision": 2}, 200),
        ("post", f"/apps/{app.id}/versions", {"note": "n"}, 201),
        ("get", f"/apps/{app.id}/keys", None, 200),
        ("post", f"/apps/{app.id}/keys", {"name": "k"}, 201),
    ]
    for name, client in world.three():
        for method, path, body, status in calls:
            expected = 404 if name == "Charlie" else status
            if name == "Bob" and path.endswith("/restore"):
                body = {"base_revision": 4}
            if name == "Bob" and path.endswith("/draft") and method == "put":
                body = {**draft, "force": True}
            answer = getattr(client, method)(world.url + path, body) if body is not None else getattr(client, method)(world.url + path)
            assert answer.status_code == expected, (name, method, path, answer.content[:300])
    assert factories.client().get(_url(world, app)).status_code == 401


def test_a_viewer_reads_and_changes_nothing(world: World) -> None:
    app, viewer = flows.app(world.workspace), factories.client(world.member("viewer"))
    assert viewer.get(_url(world, app, "/draft")).status_code == 200
    for method, path, body in [
        ("put", "/draft", {"document": flows.document(), "base_revision": 1}),
        ("post", "/versions", {}),
        ("patch", "", {"name": "x"}),
        ("delete", "", None),
        ("post", "/keys", {}),
        ("get", "/keys", None),
        ("post", "/duplicate", {}),
        ("post", "/convert", {}),
    ]:
        answer = getattr(viewer, method)(_url(world, app, path), *([body] if body is not None else []))
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied"), (method, path)


def test_an_app_of_another_workspace_does_not_exist_here(world: World) -> None:
    foreign = flows.app(world.elsewhere)
    alice = factories.client(world.alice)
    for path in ("", "/draft", "/export", "/versions", "/keys"):
        assert alice.get(f"{world.url}/apps/{foreign.id}{path}").status_code == 404
    mine = flows.app(world.workspace)
    theirs = Version.unscoped.create(workspace=world.elsewhere, app=foreign, number=1, document={}, digest="d")
    assert alice.get(_url(world, mine, f"/versions/{theirs.id}")).status_code == 404
    body = {"content": yaml.safe_dump(_envelope()), "app_id": str(foreign.id)}
    assert alice.post(f"{world.url}/apps/import", body).status_code == 404


def test_a_new_app_is_blank_or_a_template(world: World, bob: factories.JsonClient) -> None:
    blank = bob.post(f"{world.url}/apps", {"name": "Blank", "mode": "advanced-chat"}).json()
    assert (blank["name"], blank["published"], blank["last_run"], blank["has_unpublished_changes"]) == ("Blank", None, None, True)
    draft = bob.get(f"{world.url}/apps/{blank['id']}/draft").json()
    assert [node["data"]["type"] for node in draft["document"]["graph"]["nodes"]] == ["start", "llm", "answer"]
    assert (draft["problems"], draft["revision"], draft["updated_by"]) == ([], 1, "Bob")
    made = bob.post(f"{world.url}/apps", {"name": "From template", "mode": "workflow", "template": "support-bot"}).json()
    assert (made["mode"], made["icon"]) == ("advanced-chat", "🛟")
    templates = bob.get(f"{world.url}/templates").json()
    document = bob.get(f"{world.url}/apps/{made['id']}/draft").json()["document"]
    assert document == next(item["document"] for item in templates if item["id"] == "support-bot")
    chinese = bob.post(f"{world.url}/apps", {"name": "x", "mode": "workflow", "template": "support-bot", "language": "zh-Hans"}).json()
    drawn = bob.get(f"{world.url}/apps/{chinese['id']}/draft").json()["document"]
    templates = bob.get(f"{world.url}/templates?language=zh-Hans").json()
    assert drawn == next(item["document"] for item in templates if item["id"] == "support-bot")
    assert drawn["graph"]["nodes"][0]["data"]["title"] == "开始"


def test_a_new_app_uses_the_model_the_workspace_chose(world: World, bob: factories.JsonClient) -> None:
    from backend.llm.models import DefaultModel

    DefaultModel.unscoped.create(workspace=world.workspace, type="llm", provider="openai", name="gpt-4o-mini")
    made = bob.post(f"{world.url}/apps", {"name": "x", "mode": "workflow", "template": "route-mail"}).json()
    nodes = bob.get(f"{world.url}/apps/{made['id']}/draft").json()["document"]["graph"]["nodes"]
    models = {(node["data"]["model"]["provider"], node["data"]["model"]["name"]) for node in nodes if node["data"]["type"] == "llm"}
    assert models == {("openai", "gpt-4o-mini")}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"mode": "workflow"}, "name"),
        ({"name": "", "mode": "workflow"}, "name"),
        ({"name": "x" * 101, "mode": "workflow"}, "name"),
        ({"name": "x", "mode": "spreadsheet"}, "mode"),
        ({"name": ["x"], "mode": "workflow"}, "name"),
        ({"name": "x", "mode": "workflow", "template": "no-such"}, "template"),
        ({"name": "x", "mode": "workflow", "icon_background": "red"}, "icon_background"),
        ({"name": "x", "mode": "workflow", "icon_type": "image"}, "icon_type"),
    ],
)
def test_a_bad_new_app_names_the_field(world: World, bob: factories.JsonClient, body: dict[str, Any], field: str) -> None:
    answer = bob.post(f"{world.url}/apps", body)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["details"]["fields"])) == (400, "invalid_input", [field])
    assert App.unscoped.count() == 0


def test_the_list_filters_searches_sorts_and_pages(world: World, bob: factories.JsonClient) -> None:
    for name, prompt in (("Beta", "pirates"), ("Alpha", "ghosts"), ("Gamma", "海盗")):
        flows.app(world.workspace, name=name, flow=flows.document(prompt))
    chat = bob.post(f"{world.url}/apps", {"name": "Chat", "mode": "advanced-chat"}).json()
    flows.app(world.elsewhere, name="Foreign")
    gone = flows.app(world.workspace, name="Gone")
    assert bob.delete(_url(world, gone)).status_code == 204

    def names(query: str) -> list[str]:
        return [item["name"] for item in bob.get(f"{world.url}/apps?{query}").json()["results"]]

    assert names("") == ["Chat", "Gamma", "Alpha", "Beta"]
    assert names("sort=name") == ["Alpha", "Beta", "Chat", "Gamma"]
    assert names("search=alp") == ["Alpha"]
    assert names("search=pirates") == ["Beta"]
    assert names("search=海盗") == ["Gamma"]
    assert names("mode=advanced-chat") == [chat["name"]]
    page = bob.get(f"{world.url}/apps?sort=name&page=2&limit=3").json()
    assert ([item["name"] for item in page["results"]], page["total"], page["page"], page["limit"]) == (["Gamma"], 4, 2, 3)
    for bad in ("sort=secret", "page=0", "limit=101", "mode=x"):
        assert bob.get(f"{world.url}/apps?{bad}").status_code == 400


def test_the_list_costs_the_same_queries_however_long_it_is(
    world: World, bob: factories.JsonClient, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        flows.app(world.workspace, name=str(number))
    with django_assert_max_num_queries(8):
        assert len(bob.get(f"{world.url}/apps").json()["results"]) == 8


def test_apps_show_their_newest_run(world: World, bob: factories.JsonClient, monkeypatch: pytest.MonkeyPatch) -> None:
    app = flows.app(world.workspace)
    run: last_runs.LastRun = {"id": str(app.id), "state": "failed", "created_at": "2026-01-01T00:00:00Z"}
    monkeypatch.setattr(last_runs, "_source", lambda workspace_id, ids: {ids[0]: run} if workspace_id == world.workspace.id else {})
    assert bob.get(_url(world, app)).json()["last_run"] == run
    assert bob.get(f"{world.url}/apps").json()["results"][0]["last_run"] == run


def test_changing_an_app(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    changes = {"name": "Better", "description": "", "icon": "🐙", "icon_background": "#00ff00", "tags": ["a", "b"], "api_enabled": False}
    answer = bob.patch(_url(world, app), changes).json()
    assert {key: answer[key] for key in changes} == changes
    for bad in ({"name": ""}, {"tags": "a"}, {"tags": [{}]}, {"api_enabled": "perhaps"}, {"name": None}):
        assert bob.patch(_url(world, app), bad).status_code == 400, bad
    assert bob.patch(_url(world, app), {"mode": "advanced-chat"}).json()["mode"] == "workflow"


def test_a_deleted_app_is_gone(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    assert bob.delete(_url(world, app)).status_code == 204
    for path in ("", "/draft", "/versions", "/export"):
        assert bob.get(_url(world, app, path)).status_code == 404
    assert bob.delete(_url(world, app)).status_code == 404


def test_saving_answers_the_draft_with_its_problems(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    answer = bob.put(_url(world, app, "/draft"), {"document": flows.broken(), "base_revision": 1})
    assert answer.status_code == 200
    draft = answer.json()
    assert (draft["document"], draft["revision"], draft["updated_by"]) == (flows.broken(), 2, "Bob")
    assert {"code", "severity", "node_id", "field", "params", "message"} == set(draft["problems"][0])
    assert bob.get(_url(world, app, "/draft")).json() == draft


def test_a_conflict_answers_409_with_the_other_draft(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    factories.client(world.alice).put(_url(world, app, "/draft"), {"document": flows.document("hers"), "base_revision": 1})
    mine = {"document": flows.document("his"), "base_revision": 1}
    answer = bob.put(_url(world, app, "/draft"), mine)
    error = answer.json()
    assert (answer.status_code, error["code"], error["details"]["revision"], error["details"]["updated_by"]) == (
        409,
        "draft_conflict",
        2,
        "Alice",
    )
    assert error["details"]["document"] == flows.document("hers")
    assert bob.put(_url(world, app, "/draft"), {**mine, "force": True}).json()["revision"] == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"document": {"graph": {"nodes": "x", "edges": []}}, "base_revision": 1}, "invalid_document"),
        ({"document": "text", "base_revision": 1}, "invalid_document"),
        ({"base_revision": 1}, "invalid_input"),
        ({"document": {}, "base_revision": "one"}, "invalid_input"),
        ({"document": {"graph": {"nodes": [], "edges": []}}}, "invalid_input"),
        (
            {"document": {"graph": {"nodes": [{"id": str(i), "data": {}} for i in range(301)], "edges": []}}, "base_revision": 1},
            "document_too_large",
        ),
    ],
)
def test_a_bad_save_is_a_clear_400(world: World, bob: factories.JsonClient, body: dict[str, Any], code: str) -> None:
    app = flows.app(world.workspace)
    answer = bob.put(_url(world, app, "/draft"), body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
    assert flows.draft(app).document == flows.document()


def test_malformed_json_and_enormous_bodies_are_refused(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    broken = bob.put(_url(world, app, "/draft"), '{"document": ', content_type="application/json")
    assert (broken.status_code, broken.json()["code"]) == (400, "invalid_json")
    huge = bob.put(_url(world, app, "/draft"), {"document": flows.document("x" * 7_000_000), "base_revision": 1})
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")


def test_checking_saves_nothing(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    problems = bob.post(_url(world, app, "/check"), {"document": flows.broken()}).json()["problems"]
    assert any(problem["severity"] == "error" for problem in problems)
    assert flows.draft(app).revision == 1


def test_publishing_restoring_and_listing_versions(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace)
    first = bob.post(_url(world, app, "/versions"), {"note": "first", "name": "One"})
    assert first.status_code == 201
    assert (first.json()["number"], first.json()["live"], first.json()["created_by"]) == (1, True, "Bob")
    shown = bob.get(_url(world, app)).json()
    assert (shown["published"]["number"], shown["has_unpublished_changes"]) == (1, False)
    bob.put(_url(world, app, "/draft"), {"document": flows.document("new"), "base_revision": 1})
    assert bob.get(_url(world, app)).json()["has_unpublished_changes"] is True
    second = bob.post(_url(world, app, "/versions"), {}).json()
    bob.put(_url(world, app, "/draft"), {"document": flows.document("newest"), "base_revision": 2})
    restored = bob.post(_url(world, app, f"/versions/{first.json()['id']}/restore"), {"base_revision": 3}).json()
    assert (restored["document"], restored["revision"]) == (flows.document(), 4)
    listed = bob.get(_url(world, app, "/versions")).json()
    assert [(item["number"], item["name"], item["live"]) for item in listed] == [(None, "Draft 3", False), (2, "", True), (1, "One", False)]
    assert "document" not in listed[0]
    assert bob.get(_url(world, app, f"/versions/{second['id']}")).json()["document"] == flows.document("new")


def test_publishing_a_flow_with_errors_answers_422(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace, flow=flows.broken())
    answer = bob.post(_url(world, app, "/versions"), {"note": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "flow_has_errors")
    assert answer.json()["details"]["problems"][0]["severity"] in ("error", "warning")


def test_keys_are_shown_once(world: World, bob: factories.JsonClient) -> None:
    app, other = flows.app(world.workspace), flows.app(world.workspace)
    made = bob.post(_url(world, app, "/keys"), {"name": "CI"}).json()
    assert made["key"].startswith("app-")
    found = key_resolve(made["key"])
    assert found is not None
    assert found.app_id == app.id
    (listed,) = bob.get(_url(world, app, "/keys")).json()
    assert (listed["name"], listed["last4"], "key" in listed) == ("CI", made["key"][-4:], False)
    assert bob.get(_url(world, other, "/keys")).json() == []
    assert bob.delete(_url(world, other, f"/keys/{made['id']}")).status_code == 404
    assert bob.delete(_url(world, app, f"/keys/{made['id']}")).status_code == 204
    assert key_resolve(made["key"]) is None


def test_node_types_describe_what_the_canvas_offers(world: World, bob: factories.JsonClient) -> None:
    types = {item["type"]: item for item in bob.get("/api/node-types").json()}
    assert {"start", "llm", "if-else", "answer", "end", "template-transform", "variable-aggregator"} <= set(types)
    assert types["if-else"]["handles"] == "cases"
    assert set(types["llm"]["title"]) == {"en", "zh-Hans"}
    assert types["llm"]["config_schema"]["properties"]["model"]
    assert factories.client().get("/api/node-types").status_code == 401


def test_secrets_never_reach_the_browser_or_a_file(world: World, bob: factories.JsonClient) -> None:
    secret = {"id": "1", "name": "TOKEN", "value_type": "secret", "value": "s3cret-value"}
    app = flows.app(world.workspace, flow=flows.document(environment_variables=[secret]))
    version = bob.post(_url(world, app, "/versions"), {}).json()
    conflict = bob.put(_url(world, app, "/draft"), {"document": flows.document(), "base_revision": 9})
    sealed = flows.draft(app).document["environment_variables"][0]["value"]
    for answer in (
        conflict,
        bob.get(_url(world, app, "/draft")),
        bob.get(_url(world, app, "/export")),
        bob.get(_url(world, app, f"/versions/{version['id']}")),
        bob.post(_url(world, app, f"/versions/{version['id']}/restore"), {"base_revision": 1}),
    ):
        assert b"s3cret-value" not in answer.content
        assert sealed.encode() not in answer.content


def _envelope(**changes: Any) -> dict[str, Any]:
    return {"version": "0.3.0", "kind": "app", "app": {"name": "Imported", "mode": "workflow"}, "workflow": flows.document()} | changes


def test_importing_reports_each_node(world: World, bob: factories.JsonClient) -> None:
    flow = flows.document()
    flow["graph"]["nodes"].append(
        {"id": "t", "position": {"x": 0, "y": 300}, "data": {"type": "crystal-ball", "title": "Ask the ball", "glow": 3}}
    )
    answer = bob.post(f"{world.url}/apps/import", {"content": yaml.safe_dump(_envelope(workflow=flow))})
    assert answer.status_code == 201
    body = answer.json()
    assert [(line["node_id"], line["status"]) for line in body["report"]] == [
        ("start", "exact"),
        ("llm", "exact"),
        ("end", "exact"),
        ("t", "placeholder"),
    ]
    assert next(problem["code"] for problem in body["problems"] if problem["node_id"] == "t") == "unknown_node_type"
    stored = bob.get(f"{world.url}/apps/{body['app']['id']}/draft").json()["document"]
    assert stored["graph"]["nodes"][3]["data"] == {"type": "crystal-ball", "title": "Ask the ball", "glow": 3}


def test_importing_into_an_app_keeps_its_draft(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace, flow=flows.document("mine"))
    content = yaml.safe_dump(_envelope())
    answer = bob.post(f"{world.url}/apps/import", {"content": content, "app_id": str(app.id)})
    assert (answer.status_code, answer.json()["app"]["id"], answer.json()["app"]["name"]) == (200, str(app.id), "Mill")
    assert flows.draft(app).document == flows.document()
    (kept,) = bob.get(_url(world, app, "/versions")).json()
    assert kept["name"] == "Draft 1"
    chat = yaml.safe_dump(_envelope(app={"name": "Chat", "mode": "advanced-chat"}))
    refused = bob.post(f"{world.url}/apps/import", {"content": chat, "app_id": str(app.id)})
    assert (refused.status_code, refused.json()["code"]) == (422, "mode_differs")


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("a: [", 400, "invalid_yaml"),
        ("just text", 400, "invalid_file"),
        (yaml.safe_dump(_envelope(version=0.1)), 400, "invalid_file"),
        (yaml.safe_dump(_envelope(app={"name": "x", "mode": "agent"})), 422, "mode_not_supported"),
        (yaml.safe_dump(_envelope(kind="rag_pipeline")), 422, "kind_not_supported"),
        ("x: !!python/object/apply:os.system ['true']", 400, "invalid_yaml"),
        ("#" * 10_000_001, 413, "file_too_large"),
    ],
)
def test_a_bad_file_imports_nothing(world: World, bob: factories.JsonClient, content: str, status: int, code: str) -> None:
    answer = bob.post(f"{world.url}/apps/import", {"content": content})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content[:300]
    assert App.unscoped.count() == 0


def test_an_export_is_a_file_that_imports_again(world: World, bob: factories.JsonClient) -> None:
    app = flows.app(world.workspace, name='潮汐 mill / "1"')
    answer = bob.get(_url(world, app, "/export"))
    assert answer["Content-Type"].startswith("text/yaml")
    assert 'filename="mill-1.yml"' in answer["Content-Disposition"]
    again = bob.post(f"{world.url}/apps/import", {"content": answer.content.decode()}).json()
    assert again["app"]["name"] == '潮汐 mill / "1"'
    second = bob.get(f"{world.url}/apps/{again['app']['id']}/export")
    assert second.content == answer.content
