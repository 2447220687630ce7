"""Providers, credentials, models and defaults over HTTP."""

from __future__ import annotations

import json

import pytest

from backend.core import vault
from backend.llm.models import Credential, DefaultModel, Model
from backend.llm.selectors import fields_of, model_resolve
from tests import factories
from workers.engine.errors import NodeError

pytestmark = pytest.mark.django_db

SECRET = "sk-top-secret-0123456789"
BODY = {
    "provider": "openai-compatible",
    "name": "Mine",
    "fields": {"base_url": "http://127.0.0.1:9/v1", "api_key": SECRET},
    "models": [
        {"name": "mock", "type": "llm", "context_size": 4096, "input_price": 1, "output_price": "2.5"},
        {"name": "bge-m3", "type": "text-embedding"},
    ],
}


@pytest.fixture
def alice(world):
    return factories.client(world.alice)


def add(client, world, **changes):
    answer = client.post(f"{world.url}/credentials", {**BODY, **changes})
    assert answer.status_code == 201, answer.content
    return answer.json()


# ------------------------------------------------------------ who may


@pytest.mark.parametrize(
    ("path", "expected"), [("providers", [200, 200, 404]), ("credentials", [200, 200, 404]), ("models", [200, 200, 404])]
)
def test_members_read_strangers_see_nothing(world, path, expected):
    assert [client.get(f"{world.url}/{path}").status_code for _, client in world.three()] == expected
    assert factories.client().get(f"{world.url}/{path}").status_code == 401


def test_only_those_who_manage_credentials_write(world, alice):
    made = add(alice, world)
    model_id = made["models"][0]["id"]
    calls = [
        ("post", "credentials", BODY),
        ("post", "credentials/test", {"provider": "openai", "fields": {"api_key": "x"}}),
        ("patch", f"credentials/{made['id']}", {"name": "x"}),
        ("delete", f"credentials/{made['id']}", None),
        ("patch", f"models/{model_id}", {"enabled": False}),
        ("put", "default-models", []),
    ]
    for method, path, body in calls:
        for who, code in ((world.bob, 403), (world.charlie, 404), (None, 401)):
            client = factories.client(who)
            answer = getattr(client, method)(f"{world.url}/{path}", *([body] if body is not None else []))
            assert answer.status_code == code, (method, path, who)


def test_a_foreign_id_in_ones_own_workspace_is_unknown(world, alice):
    made = add(alice, world)
    charlie = factories.client(world.charlie)
    own = f"/api/workspaces/{world.elsewhere.id}"
    assert charlie.patch(f"{own}/credentials/{made['id']}", {"name": "x"}).status_code == 404
    assert charlie.delete(f"{own}/credentials/{made['id']}").status_code == 404
    assert charlie.patch(f"{own}/models/{made['models'][0]['id']}", {"enabled": False}).status_code == 404
    assert charlie.post(f"{own}/credentials/test", {"credential_id": made["id"]}).status_code == 404
    assert Credential.scoped(world.workspace).get().name == "Mine"


# ------------------------------------------------------------ credentials


def test_providers_have_fields_in_two_languages(world, alice):
    rows = {row["id"]: row for row in alice.get(f"{world.url}/providers").json()}
    assert rows["openai"]["needs_key"]
    assert rows["openai"]["fields"][0] == {
        "name": "api_key",
        "label": {"en": "API key", "zh-Hans": "API 密钥"},
        "secret": True,
        "required": True,
        "placeholder": "sk-…",
        "multiline": False,
    }
    assert rows["ollama"]["needs_key"] is False


def test_a_secret_never_comes_out(world, alice):
    made = add(alice, world)
    assert (made["hint"], made["base_url"]) == ("…6789", "http://127.0.0.1:9/v1")
    everything = [
        made,
        alice.get(f"{world.url}/credentials").json(),
        alice.patch(f"{world.url}/credentials/{made['id']}", {"priority": 3}).json(),
    ]
    assert SECRET not in json.dumps(everything)
    row = Credential.scoped(world.workspace).get()
    assert SECRET not in row.secret
    assert fields_of(row) == BODY["fields"]


def test_models_come_with_what_is_known(world, alice):
    made = add(alice, world)
    mock = next(m for m in made["models"] if m["name"] == "mock")
    assert (mock["context_size"], mock["input_price"], mock["output_price"], mock["builtin"]) == (4096, 1, 2.5, False)
    openai = add(alice, world, provider="openai", fields={"api_key": SECRET}, models=[{"name": "gpt-4o", "type": "llm"}])
    assert openai["name"] == "Mine"
    assert (openai["models"][0]["context_size"], openai["models"][0]["input_price"]) == (128000, 2.5)
    assert Model.scoped(world.workspace).get(name="gpt-4o").context_size is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"provider": "nobody"}, "unknown_provider", None),
        ({"provider": "demo"}, "invalid_input", "provider"),
        ({"fields": {"base_url": "http://x"}, "provider": "openai"}, "invalid_input", "api_key"),
        ({"fields": {"base_url": "nonsense"}}, "invalid_input", "base_url"),
        ({"fields": "text"}, "invalid_input", "fields"),
        ({"models": [{"name": "x", "type": "nonsense"}]}, "invalid_input", "models"),
        ({"models": [{"name": "x", "type": "llm", "input_price": -1}]}, "invalid_input", "models"),
    ],
)
def test_bad_input_is_named_and_nothing_is_stored(world, alice, changes, code, field):
    answer = alice.post(f"{world.url}/credentials", {**BODY, **changes})
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
    assert field is None or field in answer.json()["details"]["fields"]
    assert not Credential.scoped(world.workspace).exists()


def test_a_name_is_used_once_and_given_where_missing(world, alice):
    add(alice, world)
    again = alice.post(f"{world.url}/credentials", BODY)
    assert (again.status_code, again.json()["code"]) == (409, "name_taken")
    assert [add(alice, world, name="")["name"] for _ in range(2)] == ["OpenAI-compatible", "OpenAI-compatible (2)"]


def test_patch_keeps_what_is_absent(world, alice):
    made = add(alice, world)
    url = f"{world.url}/credentials/{made['id']}"
    answer = alice.patch(url, {"fields": {"api_key": ""}, "name": "Renamed", "enabled": False}).json()
    assert (answer["name"], answer["enabled"], answer["hint"]) == ("Renamed", False, "…6789")
    assert fields_of(Credential.scoped(world.workspace).get())["api_key"] == SECRET
    alice.patch(url, {"fields": {"api_key": None}})
    assert fields_of(Credential.scoped(world.workspace).get()) == {"base_url": "http://127.0.0.1:9/v1"}


def test_a_stored_secret_does_not_follow_to_another_address(world, alice):
    made = add(alice, world)
    url = f"{world.url}/credentials/{made['id']}"
    answer = alice.patch(url, {"fields": {"base_url": "https://evil.example/v1"}})
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["api_key"])
    test = alice.post(f"{world.url}/credentials/test", {"credential_id": made["id"], "fields": {"base_url": "https://evil.example/v1"}})
    assert test.status_code == 400
    assert alice.patch(url, {"fields": {"base_url": "http://127.0.0.1:9/v2"}}).status_code == 200
    assert alice.patch(url, {"fields": {"base_url": "https://new.example/v1", "api_key": "another-secret-key"}}).status_code == 200


def test_models_of_a_credential_can_be_replaced(world, alice):
    made = add(alice, world)
    kept = next(m for m in made["models"] if m["name"] == "mock")
    answer = alice.patch(
        f"{world.url}/credentials/{made['id']}", {"models": [{"name": "mock", "type": "llm"}, {"name": "new", "type": "llm"}]}
    ).json()
    assert {m["name"] for m in answer["models"]} == {"mock", "new"}
    assert next(m for m in answer["models"] if m["name"] == "mock")["id"] == kept["id"]


def test_delete(world, alice):
    made = add(alice, world)
    assert alice.delete(f"{world.url}/credentials/{made['id']}").status_code == 204
    assert alice.get(f"{world.url}/credentials").json() == []
    assert not Model.scoped(world.workspace).exists()


# ------------------------------------------------------------ models, defaults


def test_models_list_builtin_ones_last_and_each_once(world, alice):
    add(alice, world)
    add(alice, world, name="Second")
    rows = alice.get(f"{world.url}/models?type=llm").json()
    assert [(m["provider"], m["name"], m["builtin"]) for m in rows] == [("openai-compatible", "mock", False), ("demo", "demo-chat", True)]
    assert {m["type"] for m in alice.get(f"{world.url}/models").json()} == {"llm", "text-embedding"}
    assert alice.get(f"{world.url}/models?type=nonsense").status_code == 400


def test_a_model_can_be_switched_off_and_priced(world, alice):
    model_id = add(alice, world)["models"][0]["id"]
    answer = alice.patch(f"{world.url}/models/{model_id}", {"input_price": 0.15, "context_size": None}).json()
    assert (answer["input_price"], answer["context_size"]) == (0.15, None)
    alice.patch(f"{world.url}/models/{model_id}", {"enabled": False})
    assert "mock" not in [m["name"] for m in alice.get(f"{world.url}/models?type=llm").json()]
    assert alice.patch(f"{world.url}/models/{model_id}", {"input_price": "free"}).status_code == 400


def test_defaults_are_automatic_until_chosen(world, alice):
    url = f"{world.url}/default-models"
    auto = {row["type"]: row["name"] for row in alice.get(url).json()}
    assert auto == {"llm": "demo-chat", "text-embedding": "multilingual-e5-small"}
    add(alice, world)
    assert {row["type"]: row["name"] for row in alice.get(url).json()} == {"llm": "mock", "text-embedding": "bge-m3"}
    chosen = [{"type": "llm", "provider": "demo", "name": "demo-chat"}]
    assert {row["type"]: row["name"] for row in alice.put(url, chosen).json()}["llm"] == "demo-chat"
    assert model_resolve(world.workspace.id, "", "").name == "demo-chat"
    assert alice.put(url, []).status_code == 200
    assert not DefaultModel.scoped(world.workspace).exists()


@pytest.mark.parametrize("body", [[{"type": "llm", "provider": "openai", "name": "gpt-4o"}], [{"type": "llm"}], {"type": "llm"}, [1]])
def test_a_default_must_exist(world, alice, body):
    assert alice.put(f"{world.url}/default-models", body).status_code == 400


# ------------------------------------------------------------ resolving for runs


def test_resolves_names_of_imported_files_with_all_routes(world, alice):
    add(alice, world, name="Second", priority=0)
    second = alice.post(f"{world.url}/credentials", {**BODY, "name": "First"}).json()
    alice.patch(f"{world.url}/credentials/{second['id']}", {"priority": -1})
    found = model_resolve(world.workspace.id, "langgenius/openai_api_compatible/openai_api_compatible", "mock")
    assert found.routes[0].key == second["id"]
    assert len(found.routes) == 2
    assert found.routes[0].fields["api_key"] == SECRET
    assert SECRET not in repr(found)
    assert (found.context_size, found.input_price) == (4096, 1)


def test_is_remembered_and_forgotten_when_something_changes(world, alice):
    made = add(alice, world)
    first = model_resolve(world.workspace.id, "openai-compatible", "mock")
    assert model_resolve(world.workspace.id, "openai-compatible", "mock") is first
    alice.patch(f"{world.url}/credentials/{made['id']}", {"enabled": False})
    with pytest.raises(NodeError) as caught:
        model_resolve(world.workspace.id, "openai-compatible", "mock")
    assert caught.value.code == "model_not_configured"


@pytest.mark.parametrize(
    ("provider", "name", "type"),
    [("nobody", "x", "llm"), ("openai", "gpt-4o", "llm"), ("demo", "other", "llm"), ("demo", "demo-chat", "text-embedding")],
)
def test_what_is_not_there_says_so(world, provider, name, type):
    with pytest.raises(NodeError) as caught:
        model_resolve(world.workspace.id, provider, name, type)
    assert caught.value.code == "model_not_configured"


def test_another_workspace_does_not_share(world, alice):
    add(alice, world)
    with pytest.raises(NodeError):
        model_resolve(world.elsewhere.id, "openai-compatible", "mock")


def test_a_ciphertext_copied_to_another_workspace_does_not_open(world, alice):
    add(alice, world)
    row = Credential.scoped(world.workspace).get()
    copied = Credential.unscoped.create(workspace=world.elsewhere, provider=row.provider, name="stolen", secret=row.secret)
    with pytest.raises(vault.VaultError):
        fields_of(copied)
    Model.unscoped.create(workspace=world.elsewhere, credential=copied, name="mock", type="llm")
    with pytest.raises(NodeError) as caught:
        model_resolve(world.elsewhere.id, "openai-compatible", "mock")
    assert caught.value.code == "credential_unreadable"
