"""Trying a credential: the job, the commands, and rotating keys."""

from __future__ import annotations

import base64
import io
import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from backend.core.errors import AppError
from backend.llm import discovery, selectors, services, testing
from backend.llm.models import Credential
from backend.llm.selectors import fields_of
from tests.fakes.provider import Reply
from workers.engine.errors import NodeError

KEY = "sk-fine-0123456789"


@pytest.mark.usefixtures("clean_gateway")
class TestDiscover:
    async def test_lists_and_knows_types(self, provider):
        provider.models = ("mock", "mock-embed", "whisper-x")
        outcome = await discovery.discover("openai-compatible", {"base_url": provider.url, "api_key": KEY})
        assert [(m.name, m.type) for m in outcome.models] == [
            ("mock", "llm"),
            ("mock-embed", "text-embedding"),
            ("whisper-x", "speech2text"),
        ]
        assert provider.calls.total() == 0

    async def test_calls_the_models_that_are_named(self, provider):
        models = [{"name": "mine", "type": "llm"}, {"name": "vec", "type": "text-embedding"}]
        outcome = await discovery.discover("openai-compatible", {"base_url": provider.url}, models)
        assert [r.path for r in provider.requests] == ["/v1/chat/completions", "/v1/embeddings"]
        assert {("mine", "llm"), ("vec", "text-embedding")} <= {(m.name, m.type) for m in outcome.models}

    async def test_a_wrong_key_fails(self, provider):
        provider.api_key = KEY
        with pytest.raises(NodeError) as caught:
            await discovery.discover("openai-compatible", {"base_url": provider.url, "api_key": "sk-wrong-0123456789"})
        assert caught.value.code == "provider_unauthorized"
        assert "sk-wrong" not in caught.value.message

    async def test_a_model_that_does_not_answer_fails(self, provider):
        provider.script("mine", Reply(status=404))
        with pytest.raises(NodeError) as caught:
            await discovery.discover("openai-compatible", {"base_url": provider.url}, [{"name": "mine", "type": "llm"}])
        assert caught.value.code == "model_not_found"

    async def test_a_vendor_without_a_list_wants_a_name(self):
        with pytest.raises(NodeError) as caught:
            await discovery.discover("azure-openai", {"base_url": "http://127.0.0.1:9", "api_key": KEY})
        assert caught.value.code == "model_name_needed"

    async def test_builtin_ones_need_nothing(self):
        assert [m.name for m in (await discovery.discover("demo", {})).models] == ["demo-chat"]

    async def test_wrong_fields(self):
        with pytest.raises(AppError):
            await discovery.discover("openai", {})


@pytest.fixture
def sent(monkeypatch):
    """What would go to the queue."""
    jobs = []
    monkeypatch.setattr(services, "job_start", lambda *args: jobs.append(args) or "job-1")
    return jobs


@pytest.mark.django_db(transaction=True)
class TestJob:
    async def _start(self, world, **more):
        from asgiref.sync import sync_to_async

        return await sync_to_async(services.credential_test_start)(workspace=world.workspace, **more)

    async def test_travels_sealed_and_answers(self, world, provider, sent, clean_gateway):
        provider.api_key = KEY
        await self._start(world, provider="openai-compatible", fields={"base_url": provider.url, "api_key": KEY})
        [(name, payload, workspace_id)] = sent
        assert (name, workspace_id) == ("llm.test_credential", world.workspace.pk)
        assert KEY not in json.dumps(payload)
        outcome = await testing.credential_test(json.loads(json.dumps(payload)))
        assert [m["name"] for m in outcome["models"]] == sorted(provider.models)
        assert outcome["latency_ms"] >= 0
        json.dumps(outcome)

    async def test_notes_the_outcome_on_a_stored_credential(self, world, provider, sent, clean_gateway):
        from asgiref.sync import sync_to_async

        create = sync_to_async(services.credential_create)
        fields = {"base_url": provider.url, "api_key": KEY}
        credential = await create(workspace=world.workspace, user=None, provider="openai-compatible", fields=fields)
        await self._start(world, credential=credential)
        payload = sent[0][1]
        await testing.credential_test(payload)
        await credential.arefresh_from_db()
        assert credential.tested_at is not None
        assert credential.last_error == ""
        provider.api_key = "another"
        with pytest.raises(NodeError):
            await testing.credential_test(payload)
        await credential.arefresh_from_db()
        assert "refused the key" in credential.last_error


def run(*args: str) -> dict:
    out = io.StringIO()
    call_command(*args, stdout=out, stderr=io.StringIO())
    assert out.getvalue().count("\n") == 1
    return json.loads(out.getvalue())


@pytest.mark.django_db
class TestAddProvider:
    def args(self, world, provider, *more):
        return (
            "add_provider",
            "openai-compatible",
            "--workspace",
            str(world.workspace.id),
            "--base-url",
            provider.url,
            "--api-key",
            KEY,
            *more,
        )

    def test_tests_and_stores(self, world, provider):
        provider.api_key = KEY
        answer = run(*self.args(world, provider, "--model", "mock:llm", "--model", "llama3:8b", "--model", "vec:text-embedding"))
        assert answer["models"] == [
            {"name": "mock", "type": "llm"},
            {"name": "llama3:8b", "type": "llm"},
            {"name": "vec", "type": "text-embedding"},
        ]
        row = Credential.scoped(world.workspace).get()
        assert (str(row.id), fields_of(row)["api_key"]) == (answer["credential_id"], KEY)
        assert selectors.model_resolve(world.workspace.id, "openai-compatible", "llama3:8b").routes[0].key == answer["credential_id"]

    def test_without_models_all_that_are_found(self, world, provider):
        provider.models = ("mock", "mock-embed", "whisper-x")
        assert {m["name"] for m in run(*self.args(world, provider))["models"]} == {"mock", "mock-embed"}

    def test_by_name(self, world, provider):
        run("add_provider", "openai-compatible", "--workspace", "Tidal Works", "--base-url", provider.url)

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            (("--workspace", "Nowhere"), "no workspace"),
            (("--api-key", "wrong"), "provider_unauthorized"),
            (("--base-url", "nonsense"), "base_url"),
            (("--field", "colour=red"), "colour"),
            (("--field", "colour"), "NAME=VALUE"),
        ],
    )
    def test_failure_stores_nothing(self, world, provider, more, words):
        provider.api_key = KEY
        with pytest.raises(CommandError, match=words):
            run(*self.args(world, provider, *more))
        assert not Credential.unscoped.exists()

    def test_names_the_setting_that_forbids_it(self, world, provider, monkeypatch):
        monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"egress_allow_cidrs": ""}))
        with pytest.raises(CommandError, match="EGRESS_ALLOW_CIDRS"):
            run(*self.args(world, provider))

    def test_no_test(self, world, provider):
        answer = run(*self.args(world, provider, "--no-test", "--model", "mock:llm"))
        assert answer["latency_ms"] is None
        assert provider.calls.total() == 0


@pytest.mark.django_db
class TestRotateSecrets:
    OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))

    @pytest.fixture
    def keys(self, monkeypatch):
        def put(text):
            monkeypatch.setattr(settings, "ENV", settings.ENV.model_copy(update={"encryption_keys": text}))

        return put

    def rotate(self, *args):
        out = io.StringIO()
        call_command("rotate_secrets", *args, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def test_all_are_sealed_anew_and_open_without_the_old_key(self, world, keys, monkeypatch):
        monkeypatch.setattr("backend.studio.management.commands.rotate_secrets.BATCH", 2)
        keys(f"k1:{self.OLD}")
        for n in range(5):
            services.credential_create(workspace=world.workspace, user=None, provider="openai", fields={"api_key": f"key-{n}"})
        keys(f"k2:{self.NEW},k1:{self.OLD}")
        with pytest.raises(CommandError):
            self.rotate("--check")
        assert self.rotate() == "k2 (current): 5\n"
        assert self.rotate("--check") == "k2 (current): 5\n"
        keys(f"k2:{self.NEW}")
        assert {fields_of(row)["api_key"] for row in Credential.scoped(world.workspace)} == {f"key-{n}" for n in range(5)}

    def test_what_cannot_be_opened_stays_and_is_told(self, world, keys):
        keys(f"k1:{self.OLD}")
        services.credential_create(workspace=world.workspace, user=None, provider="openai", fields={"api_key": "a"})
        before = Credential.unscoped.get().secret
        keys(f"k2:{self.NEW}")
        with pytest.raises(CommandError, match="could not be opened"):
            self.rotate()
        assert Credential.unscoped.get().secret == before
