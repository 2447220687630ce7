"""`manage.py import_app`: one line of JSON, or one line of reason and nothing left behind."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from backend.accounts.keys import key_resolve
from backend.accounts.models import ApiKey
from backend.studio.models import App, Version
from tests import factories
from tests.backend.studio import flows


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return _write(tmp_path, flows.document())


def _write(folder: Path, document: dict[str, Any], mode: str = "workflow") -> Path:
    path = folder / "app.yml"
    path.write_text(yaml.safe_dump({"version": "0.3.0", "kind": "app", "app": {"name": "潮", "mode": mode}, "workflow": document}))
    return path


def _import(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("import_app", *arguments, stdout=out)
    (line,) = out.getvalue().splitlines()
    return dict(json.loads(line))


def test_it_imports_by_the_workspaces_name_or_id(world: factories.World, file: Path) -> None:
    for given in ("Tidal Works", str(world.workspace.id)):
        answer = _import(str(file), "--workspace", given)
        app = App.scoped(world.workspace).get(id=answer["app_id"])
        assert answer == {"app_id": str(app.id), "problems": [], "api_key": None}
        assert (app.name, app.published, app.created_by) == ("潮", None, world.alice)
        assert flows.draft(app).document == flows.document()


def test_it_publishes_and_makes_a_key(world: factories.World, file: Path) -> None:
    answer = _import(str(file), "--workspace", "Tidal Works", "--publish", "--key")
    app = App.scoped(world.workspace).select_related("published").get(id=answer["app_id"])
    assert app.published is not None
    assert app.published.number == 1
    key = key_resolve(answer["api_key"])
    assert key is not None
    assert key.app_id == app.id


def test_it_replaces_every_model(world: factories.World, tmp_path: Path) -> None:
    path = _write(tmp_path, flows.template_document("route-mail"))
    answer = _import(str(path), "--workspace", "Tidal Works", "--model", "openrouter/meta/llama-3")
    nodes = flows.draft(App.unscoped.get(id=answer["app_id"])).document["graph"]["nodes"]
    models = {(node["data"]["model"]["provider"], node["data"]["model"]["name"]) for node in nodes if node["data"]["type"] == "llm"}
    assert models == {("openrouter", "meta/llama-3")}
    assert {problem["code"] for problem in answer["problems"]} == {"model_not_configured"}
    assert {problem["severity"] for problem in answer["problems"]} == {"warning"}


def test_a_step_that_cannot_run_does_not_keep_the_rest_from_being_published(world: factories.World, tmp_path: Path) -> None:
    flow = flows.document()
    flow["graph"]["nodes"][1]["data"] = {"type": "tool", "title": "Search", "tool_name": "search", "provider_name": "web"}
    answer = _import(str(_write(tmp_path, flow)), "--workspace", "Tidal Works", "--publish", "--key")
    assert [(problem["code"], problem["node_id"]) for problem in answer["problems"]] == [("unknown_node_type", "llm")]
    assert App.unscoped.get(id=answer["app_id"]).published is not None


def test_problems_of_an_unpublished_import_are_told(world: factories.World, tmp_path: Path) -> None:
    answer = _import(str(_write(tmp_path, flows.broken())), "--workspace", "Tidal Works")
    assert [problem["severity"] for problem in answer["problems"]].count("error") >= 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("missing.yml", "--workspace", "Tidal Works"), "cannot be read"),
        (("FILE", "--workspace", "Nowhere"), "no workspace"),
        (("FILE", "--workspace", "Tidal Works", "--model", "gpt-4o"), "PROVIDER/NAME"),
        (("FILE", "--workspace", "Tidal Works", "--model", "unheard-of/model", "--publish"), "problem"),
        (("BROKEN", "--workspace", "Tidal Works", "--publish", "--key"), "no start"),
        (("CIRCLE", "--workspace", "Tidal Works"), "circle"),
        (("BINARY", "--workspace", "Tidal Works"), "not UTF-8"),
        (("TEXT", "--workspace", "Tidal Works"), "file must be a mapping"),
    ],
)
def test_a_failure_is_one_line_and_leaves_nothing(world: factories.World, tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    circle = flows.document()
    circle["graph"]["edges"].append({"id": "back", "source": "llm", "target": "llm"})
    for name in ("file", "broken", "circle"):
        (tmp_path / name).mkdir()
    (tmp_path / "binary.yml").write_bytes(b"\xff\x00\xff")
    (tmp_path / "text.yml").write_text("just words")
    paths = {
        "FILE": _write(tmp_path / "file", flows.document()),
        "BROKEN": _write(tmp_path / "broken", flows.broken()),
        "CIRCLE": _write(tmp_path / "circle", circle),
        "BINARY": tmp_path / "binary.yml",
        "TEXT": tmp_path / "text.yml",
    }
    with pytest.raises(CommandError) as caught:
        _import(*(str(paths.get(argument, argument)) for argument in arguments))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (App.unscoped.count(), Version.unscoped.count(), ApiKey.unscoped.count()) == (0, 0, 0)
