"""Which apps use a dataset."""

from __future__ import annotations

import pytest

from backend.knowledge.services.datasets import dataset_create
from tests.factories import World, client

pytestmark = pytest.mark.django_db(transaction=True)


def test_apps_are_found_by_the_dataset_that_their_flow_names(world: World) -> None:
    alice = client(world.alice)
    dataset = dataset_create(workspace_id=world.workspace.pk, name="Handbook", indexing_technique="economy")
    url = f"{world.url}/datasets/{dataset.id}/apps"
    assert alice.get(url).json() == []
    app = alice.post(f"{world.url}/apps", {"name": "Guide", "mode": "workflow"}).json()
    draft = alice.get(f"{world.url}/apps/{app['id']}/draft").json()
    node = {
        "id": "look",
        "type": "custom",
        "position": {"x": 0, "y": 0},
        "data": {"type": "knowledge-retrieval", "dataset_ids": [str(dataset.id)]},
    }
    document = draft["document"]
    document["graph"]["nodes"].append(node)
    alice.put(f"{world.url}/apps/{app['id']}/draft", {"document": document, "base_revision": draft["revision"]})
    assert alice.get(url).json() == [{"id": app["id"], "name": "Guide", "mode": "workflow"}]
    unused = dataset_create(workspace_id=world.workspace.pk, name="Unused", indexing_technique="economy")
    uses = alice.get(f"{world.url}/dataset-uses?ids={dataset.id},{unused.id}").json()
    assert {row["dataset_id"]: row["apps"] for row in uses} == {str(dataset.id): 1, str(unused.id): 0}
    assert alice.get(f"{world.url}/dataset-uses?ids=x").json()["details"]["fields"]["ids"]
