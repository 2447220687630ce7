"""One installation for the whole folder: Valkey, web server, one worker, the scripted provider."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.provider import FakeProvider
from tests.processes import Installation
from tests.service_api.api import Client
from tests.service_api.flows import CHAT_MODEL, FLOW_MODEL, chat_app, workflow_app


@dataclass
class Service:
    """A running platform, driven through its console as an owner and through its keys as a program."""

    installation: Installation
    token: str
    workspace: str

    def console(self, method: str, path: str, **given: Any) -> Any:
        """Call the console API below the workspace. Raises for a refusal."""
        url = f"{self.installation.url}/api/workspaces/{self.workspace}/{path}"
        reply = httpx.request(method, url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30, **given)
        if reply.is_error:
            raise AssertionError(f"{method} {path}: {reply.status_code} {reply.text}")
        return reply.json() if reply.content else None

    def app(self, document: dict[str, Any], *, publish: bool = True) -> str:
        """Import an app and return its id."""
        app_id: str = self.console("POST", "apps/import", json={"content": json.dumps(document)})["app"]["id"]
        if publish:
            self.console("POST", f"apps/{app_id}/versions", json={"name": "", "note": ""})
        return app_id

    def key(self, app_id: str) -> dict[str, Any]:
        """Make a key; the answer has its plain text, this once."""
        found: dict[str, Any] = self.console("POST", f"apps/{app_id}/keys", json={"name": "test"})
        return found

    def client(self, app_id: str) -> Client:
        """A client with a key of its own."""
        return Client(self.installation.url, self.key(app_id)["key"])


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, provider_server: FakeProvider) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("service")
    installation = Installation(folder, MODEL_FIRST_TOKEN_S="1", MODEL_GAP_S="1", MODEL_RETRIES="0")
    try:
        installation.start_valkey()
        models = (f"{CHAT_MODEL}:llm", f"{FLOW_MODEL}:llm", "ear:speech2text", "voice:tts")
        token = installation.prepare(provider_server.url, models)["token"]
        installation.start_worker()
        installation.start_web()
        workspace = str(uuid.UUID(installation.scalar("SELECT id FROM accounts_workspace")))
        installation.wait_for_workers()
        yield Service(installation, token, workspace)
    finally:
        installation.stop()


@pytest.fixture(autouse=True)
def fresh_provider(provider: FakeProvider) -> FakeProvider:
    """No test hears the replies that another one scripted."""
    return provider


@pytest.fixture(scope="session")
def chat_app_id(service: Service) -> str:
    return service.app(chat_app())


@pytest.fixture(scope="session")
def flow_app_id(service: Service) -> str:
    return service.app(workflow_app())


@pytest.fixture(scope="session")
def chat(service: Service, chat_app_id: str) -> Client:
    """A program with a key of the chatflow."""
    return service.client(chat_app_id)


@pytest.fixture(scope="session")
def flow(service: Service, flow_app_id: str) -> Client:
    """A program with a key of the workflow."""
    return service.client(flow_app_id)
