"""A simple app is tried with other settings than the saved ones."""

from __future__ import annotations

from backend.runs.models import Run
from backend.studio import services
from backend.studio.models import Draft
from tests.backend.runs.conftest import Ground
from tests.backend.studio.test_simple import config
from tests.factories import client


def test_other_settings_run_as_a_version_of_their_own_and_the_draft_stays(ground: Ground) -> None:
    world = ground.world
    app = services.app_create(workspace=world.workspace, user=world.alice, mode="chat", document=config(), fields={"name": "Chat"})
    url, alice = f"{world.url}/apps/{app.pk}/runs", client(world.alice)
    settings = {**config()["model_config"], "pre_prompt": "Be strict."}
    body = {"query": "hi", "inputs": {"name": "Ann"}}
    answer = alice.post(url, {**body, "settings": settings})
    assert answer.status_code == 202, answer.content
    run = answer.json()
    plain = alice.post(url, {**body, "conversation_id": run["conversation_id"]}).json()
    assert plain["conversation_id"] == run["conversation_id"], "a conversation may go on with other settings"
    assert plain["version_id"] != run["version_id"]
    assert Run.unscoped.select_related("version").get(pk=run["id"]).version.document == {"model_config": settings}
    assert Draft.objects.get(app=app).document == config()
    again = alice.post(url, {**body, "settings": settings}).json()
    assert again["version_id"] == run["version_id"]
