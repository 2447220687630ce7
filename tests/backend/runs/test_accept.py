"""Accepting runs: what is written, together and apart."""

from __future__ import annotations

import asyncio
import base64
import uuid
from typing import Any

import orjson
import pytest

from backend.core.errors import AppError, NotFound
from backend.core.redis import sync_client
from backend.core.writer import writer
from backend.runs.accept import ACCEPT, Accepted
from backend.runs.models import Conversation, EndUser, Message, Run
from backend.runs.services import run_start
from tests.backend.runs.conftest import Ground
from tests.processes import wait_until


def sent_ids(*accepted: Accepted) -> list[list[str]]:
    """The id lists of the messages that wait in the queue, as far as they are about these runs."""
    ours = {str(run.run_id) for run in accepted}
    messages = [orjson.loads(raw) for raw in sync_client().lrange("runs", 0, -1)]
    lists = [orjson.loads(base64.b64decode(message["body"]))[0][0] for message in messages]
    return [ids for ids in lists if ours & set(ids)]


async def test_one_run_writes_all_its_rows(ground: Ground) -> None:
    accepted = await run_start(ground.spec(inputs={"a": [1]}, conversation_name="New", introduction="Hi"))
    run = await Run.unscoped.aget(pk=accepted.run_id)
    message = await Message.unscoped.aget(pk=accepted.message_id)
    conversation = await Conversation.unscoped.aget(pk=accepted.conversation_id)
    user = await EndUser.unscoped.aget(pk=accepted.end_user_id)
    assert (run.state, run.query, run.inputs, run.user_ref, run.epoch) == ("queued", "hello", {"a": [1]}, "u1", 0)
    assert (run.workspace_id, run.end_user_id, run.conversation_id) == (ground.world.workspace.pk, user.pk, conversation.pk)
    assert (message.run_id, message.query, message.answer, message.status) == (run.pk, "hello", "", "normal")
    assert (conversation.name, conversation.introduction, conversation.end_user_id) == ("New", "Hi", user.pk)
    assert run.created_at == message.created_at == conversation.created_at == accepted.created_at
    assert (user.session_id, user.app_id) == ("u1", ground.app.pk)
    await asyncio.to_thread(wait_until, lambda: sent_ids(accepted) == [[str(run.pk)]], "the message")


async def test_a_workflow_has_no_conversation(ground: Ground) -> None:
    accepted = await run_start(ground.spec(mode="workflow", query=""))
    assert (accepted.message_id, accepted.conversation_id) == (None, None)
    assert not await Message.unscoped.aexists()


async def test_many_at_once_share_end_users_and_messages_to_the_queue(ground: Ground) -> None:
    accepted = await asyncio.gather(*(run_start(ground.spec(end_user_session=f"u{n % 3}")) for n in range(40)))
    assert await Run.unscoped.acount() == await Message.unscoped.acount() == await Conversation.unscoped.acount() == 40
    assert await EndUser.unscoped.acount() == 3
    assert len({run.end_user_id for run in accepted}) == 3
    everything = {str(run.run_id) for run in accepted}
    await asyncio.to_thread(wait_until, lambda: {run_id for ids in sent_ids(*accepted) for run_id in ids} >= everything, "all ids")
    assert max(map(len, sent_ids(*accepted))) <= 16


async def test_the_same_key_returns_the_earlier_run(ground: Ground) -> None:
    first = await run_start(ground.spec(idempotency_key="k"))
    again = await run_start(ground.spec(idempotency_key="k"))
    together = await asyncio.gather(*(run_start(ground.spec(idempotency_key="k2")) for _ in range(5)))
    assert (again.run_id, again.message_id, again.conversation_id, again.replayed) == (
        *(first.run_id, first.message_id, first.conversation_id),
        True,
    )
    assert len({run.run_id for run in together}) == 1
    assert [run.replayed for run in together].count(False) == 1
    assert await Run.unscoped.acount() == 2


async def test_the_same_key_in_two_processes_is_one_run(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    first = await run_start(ground.spec(idempotency_key="k"))
    from backend.runs import accept

    real, blind = accept._replays, [True]

    def replays(specs: Any) -> Any:
        return {} if blind and blind.pop() else real(specs)  # as if the other had not committed when this one looked

    monkeypatch.setattr(accept, "_replays", replays)
    again = await run_start(ground.spec(idempotency_key="k"))
    assert (again.run_id, again.replayed) == (first.run_id, True)


async def test_a_conversation_goes_on_for_its_owner_only(ground: Ground) -> None:
    first = await run_start(ground.spec())
    again = await run_start(ground.spec(conversation_id=first.conversation_id))
    assert again.conversation_id == first.conversation_id
    before = await Conversation.unscoped.aget(pk=first.conversation_id)
    assert before.updated_at == again.created_at
    for stranger in (
        ground.spec(conversation_id=first.conversation_id, end_user_session="u2"),
        ground.spec(conversation_id=first.conversation_id, end_user_session=None, account_id=ground.world.alice.pk),
        ground.spec(conversation_id=uuid.uuid4()),
    ):
        with pytest.raises(NotFound):
            await run_start(stranger)
    assert await Run.unscoped.acount() == 2


async def test_one_bad_item_does_not_take_its_neighbours_with_it(ground: Ground) -> None:
    good = [ground.spec(end_user_session=f"g{n}") for n in range(3)]
    bad = ground.spec()
    object.__setattr__(bad, "version_id", uuid.uuid4())  # breaks a foreign key when the group is committed
    results = await asyncio.gather(*(writer.write(ACCEPT, spec) for spec in (*good, bad)), return_exceptions=True)
    assert [isinstance(result, Accepted) for result in results] == [True, True, True, False]
    assert await Run.unscoped.acount() == 3


async def test_a_deleted_end_user_is_made_again(ground: Ground) -> None:
    await run_start(ground.spec())
    await EndUser.unscoped.all().adelete()
    accepted = await run_start(ground.spec())
    assert await EndUser.unscoped.filter(pk=accepted.end_user_id).aexists()


async def test_text_that_cannot_be_stored(ground: Ground) -> None:
    with pytest.raises(AppError) as caught:
        await run_start(ground.spec(query="\ud800"))
    assert (caught.value.code, list(caught.value.details["fields"])) == ("invalid_input", ["query"])
    accepted = await run_start(ground.spec(query="a\x00b", inputs={"x": "c\x00d"}))
    run = await Run.unscoped.aget(pk=accepted.run_id)
    assert (run.query, run.inputs) == ("ab", {"x": "cd"})
