"""Variables of conversations in the console: what turns changed, and setting one while testing."""

from __future__ import annotations

from typing import Any

import pytest
from asgiref.sync import async_to_sync

from backend.core.writer import writer
from backend.runs.claims import CLAIM, FINISH, Ending
from backend.runs.models import Conversation
from backend.runs.services import run_start
from backend.studio.models import Draft
from tests.backend.runs.conftest import Ground
from tests.backend.runs.test_claims import ending, node
from tests.factories import client, missing_id

DECLARED = [
    {"id": "v1", "name": "mood", "value_type": "string", "value": "calm", "description": "How it feels"},
    {"id": "v2", "name": "count", "value_type": "number", "value": 0},
]


def talk(ground: Ground, *turns: dict[str, Any], own: bool = True) -> Conversation:
    """A conversation whose turns changed variables."""
    Draft.objects.update_or_create(app=ground.app, defaults={"document": {"graph": {}, "conversation_variables": DECLARED}})
    who = {"source": "debug", "end_user_session": None, "account_id": ground.world.alice.pk} if own else {}

    async def take(query: str, changed: dict[str, Any], conversation_id: Any) -> Any:
        accepted = await run_start(ground.spec(query=query, conversation_id=conversation_id, **who))
        run = await writer.write(CLAIM, (accepted.run_id, "w"))
        assert run is not None
        end = ending(run, nodes=[node(3, conversation=changed), node(4)])
        await writer.write(FINISH, Ending(end.claim, end.event, end.nodes, run.conversation_id, changed))
        return accepted.conversation_id

    conversation_id = None
    for number, changed in enumerate(turns, 1):
        conversation_id = async_to_sync(take)(f"turn {number}", changed, conversation_id)
    assert conversation_id is not None
    return Conversation.unscoped.get(pk=conversation_id)


def url(ground: Ground, conversation: Conversation) -> str:
    return f"{ground.world.url}/apps/{ground.app.pk}/conversations/{conversation.pk}/variables"


def test_variables_and_how_turns_changed_them(ground: Ground) -> None:
    found = talk(ground, {"mood": "glad"}, {}, {"mood": "sad", "count": 2})
    body = client(ground.world.bob).get(url(ground, found)).json()
    assert [(row["name"], row["type"], row["value"], row["default"]) for row in body["variables"]] == [
        ("mood", "string", "sad", "calm"),
        ("count", "number", 2, 0),
    ]
    assert [(turn["query"], turn["changes"]) for turn in body["turns"]] == [
        ("turn 1", {"mood": "glad"}),
        ("turn 2", {}),
        ("turn 3", {"mood": "sad", "count": 2}),
    ]


def test_one_of_ones_own_is_set(ground: Ground) -> None:
    found = talk(ground, {"mood": "glad"})
    alice = client(ground.world.alice)
    set_ = alice.put(url(ground, found), {"id": "v2", "value": 7})
    assert set_.status_code == 200, set_.content
    assert [row["value"] for row in set_.json()["variables"]] == ["glad", 7]
    found.refresh_from_db()
    assert found.variables == {"mood": "glad", "count": 7}
    refused = alice.put(url(ground, found), {"id": "v2", "value": "seven"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_variable")
    assert alice.put(url(ground, found), {"id": "v9", "value": 1}).status_code == 404
    assert "id" in alice.put(url(ground, found), {"value": 1}).json()["details"]["fields"]


@pytest.mark.parametrize("own", [True, False], ids=["a colleague's", "an end user's"])
def test_those_of_others_are_only_read(ground: Ground, own: bool) -> None:
    found = talk(ground, {}, own=own)
    answer = client(ground.world.bob).put(url(ground, found), {"id": "v1", "value": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_who_may_look(ground: Ground) -> None:
    found = talk(ground, {})
    assert client().get(url(ground, found)).status_code == 401
    assert client(ground.world.charlie).get(url(ground, found)).status_code == 404
    assert client(ground.world.member("viewer")).get(url(ground, found)).status_code == 200
    assert client(ground.world.member("viewer")).put(url(ground, found), {"id": "v1", "value": "x"}).status_code == 403
    assert client(ground.world.alice).get(url(ground, found).replace(str(found.pk), str(missing_id()))).status_code == 404
