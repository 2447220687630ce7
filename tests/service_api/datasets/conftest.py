"""A program with a key to the workspace's knowledge."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest

from tests.service_api.api import Client, Json
from tests.service_api.conftest import Service

END_S = 60


@dataclass
class Knowledge:
    """The knowledge API over one key."""

    client: Client

    def dataset(self, name: str, **given: Any) -> Json:
        """Make a dataset."""
        return self.ok("POST", "/v1/datasets", {"name": name, **given})

    def ok(self, method: str, path: str, body: Json | None = None, status: int = 200) -> Any:
        """Call and expect an answer of this status."""
        reply = self.client.call(method, path, **({"json": body} if body is not None else {}))
        assert reply.status_code == status, reply.text
        return reply.json() if reply.content else None

    def indexed(self, dataset_id: str, batch: str) -> list[Json]:
        """Wait for a batch to come to its end."""
        end = time.monotonic() + END_S
        while True:
            rows: list[Json] = self.ok("GET", f"/v1/datasets/{dataset_id}/documents/{batch}/indexing-status")["data"]
            if all(row["indexing_status"] in ("completed", "error", "paused") for row in rows):
                return rows
            if time.monotonic() > end:
                raise AssertionError(f"the documents were not indexed: {rows}")
            time.sleep(0.1)


@pytest.fixture(scope="session")
def knowledge(service: Service) -> Knowledge:
    """The key is made as an operator does."""
    key = service.installation.manage("create_key", "--workspace", service.workspace, "--type", "dataset")
    return Knowledge(Client(service.installation.url, key.strip()))
