"""Claims: one holder at a time, and nothing written by anybody else."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest

from backend.core.writer import writer
from backend.runs.claims import CHECKPOINT, CLAIM, FINISH, RELEASE, Checkpoint, ClaimedRun, Ending
from backend.runs.models import Conversation, Message, NodeRun, Run
from backend.runs.services import run_start
from tests.backend.runs.conftest import Ground
from workers.engine.events import ErrorInfo, NodeFinished, RunFinished, Usage


def node(seq: int, **fields: Any) -> NodeFinished:
    given = {"node_id": f"n{seq}", "node_type": "llm", "title": "T", "path": "", "index": seq, "attempt": 1, "status": "succeeded"}
    return NodeFinished(seq=seq, at=1.0, node_run_id=str(uuid.uuid4()), **{**given, **fields})


def ending(run: ClaimedRun, **fields: Any) -> Ending:
    event = RunFinished(seq=9, at=2.0, status="succeeded", answer="42", outputs={"answer": "42"}, usage=Usage(total_tokens=7, cost_usd=0.5))
    return Ending(**{"claim": run.claim, "event": event, "conversation_id": run.conversation_id, **fields})


async def claimed(ground: Ground, **fields: Any) -> ClaimedRun:
    accepted = await run_start(ground.spec(**fields))
    run = await writer.write(CLAIM, (accepted.run_id, "w1"))
    assert run is not None
    return run


async def test_a_run_is_claimed_once_even_when_its_id_comes_twice(ground: Ground) -> None:
    accepted = await run_start(ground.spec(inputs={"a": 1}))
    results = await asyncio.gather(*(writer.write(CLAIM, (accepted.run_id, "w1")) for _ in range(5)))
    taken = [run for run in results if run is not None]
    assert len(taken) == 1
    assert (taken[0].claim.epoch, taken[0].attempts, taken[0].inputs, taken[0].query, taken[0].turn) == (1, 1, {"a": 1}, "hello", 1)
    assert await writer.write(CLAIM, (accepted.run_id, "w2")) is None
    assert await writer.write(CLAIM, (uuid.uuid4(), "w2")) is None


async def test_turns_are_counted(ground: Ground) -> None:
    first = await claimed(ground)
    second = await claimed(ground, conversation_id=first.conversation_id)
    assert (first.turn, second.turn) == (1, 2)


async def test_the_end_is_written_once_with_everything(ground: Ground) -> None:
    run = await claimed(ground)
    assert await writer.write(CHECKPOINT, Checkpoint(run.claim, [node(2)]))
    event = ending(run, nodes=[node(5, usage=Usage(total_tokens=7, cost_usd=0.5))], conversation={"color": "red"})
    assert await writer.write(FINISH, event)
    row = await Run.unscoped.aget(pk=run.claim.run_id)
    assert (row.state, row.outputs, row.total_tokens, row.cost_usd, row.last_seq, row.owner) == (
        *("succeeded", {"answer": "42"}, 7, 0.5, 9),
        "",
    )
    assert row.finished_at is not None
    message = await Message.unscoped.aget(run_id=row.pk)
    assert (message.answer, message.status, message.metadata["usage"]["total_tokens"]) == ("42", "normal", 7)
    assert [n async for n in NodeRun.objects.order_by("seq").values_list("seq", "total_tokens")] == [(2, 0), (5, 7)]
    assert (await Conversation.unscoped.aget()).variables == {"color": "red"}
    other = RunFinished(seq=11, at=2.0, status="stopped")
    assert not await writer.write(FINISH, ending(run, event=other))
    assert await writer.write(FINISH, event), "a repeat, as after a commit whose answer was lost, is recognised"
    assert await NodeRun.objects.acount() == 2
    assert (await Run.unscoped.aget()).state == "succeeded"


async def test_who_lost_the_run_writes_nothing(ground: Ground) -> None:
    old = await claimed(ground)
    await Run.unscoped.filter(pk=old.claim.run_id).aupdate(state="queued", owner="")
    new = await writer.write(CLAIM, (old.claim.run_id, "w2"))
    assert new is not None
    assert (new.claim.epoch, new.attempts) == (2, 2)
    assert not await writer.write(CHECKPOINT, Checkpoint(old.claim, [node(2)]))
    assert not await writer.write(RELEASE, Checkpoint(old.claim, [node(2)]))
    both = await asyncio.gather(writer.write(FINISH, ending(old)), writer.write(FINISH, ending(new)))
    assert list(both) == [False, True]
    assert not await NodeRun.objects.aexists()


async def test_variables_of_one_conversation_are_merged(ground: Ground) -> None:
    first = await claimed(ground)
    second = await claimed(ground, conversation_id=first.conversation_id)
    changes = ({"a": 1, "b": 1}, {"b": 2})
    await asyncio.gather(
        *(writer.write(FINISH, ending(run, conversation=change)) for run, change in zip((first, second), changes, strict=True))
    )
    assert (await Conversation.unscoped.aget()).variables["a"] == 1
    third = await claimed(ground, conversation_id=first.conversation_id)
    assert third.conversation["a"] == 1
    assert third.turn == 3


async def test_release_gives_back_without_counting_the_attempt(ground: Ground) -> None:
    run = await claimed(ground)
    assert await writer.write(RELEASE, Checkpoint(run.claim, [node(2)]))
    row = await Run.unscoped.aget(pk=run.claim.run_id)
    assert (row.state, row.owner, row.attempts, row.epoch) == ("queued", "", 0, 1)
    again = await writer.write(CLAIM, (row.pk, "w2"))
    assert again is not None
    assert again.claim.epoch == 2


async def test_a_failure_is_told_in_run_and_message(ground: Ground) -> None:
    run = await claimed(ground)
    event = RunFinished(seq=3, at=2.0, status="failed", error=ErrorInfo("provider_timeout", "Too slow.", "llm", "Ask"))
    assert await writer.write(FINISH, ending(run, event=event))
    row, message = await Run.unscoped.aget(), await Message.unscoped.aget()
    assert (
        row.error
        == message.error
        == {"code": "provider_timeout", "message": "Too slow.", "node_id": "llm", "node_title": "Ask", "details": {}}
    )
    assert (row.state, message.status) == ("failed", "error")


@pytest.mark.parametrize("text", ["nul \x00 inside", "backslash \\u0000 stays", "🌊 \u2028"])
async def test_any_text_can_be_stored(ground: Ground, text: str) -> None:
    run = await claimed(ground)
    event = RunFinished(seq=9, at=2.0, status="succeeded", answer=text, outputs={"answer": text})
    assert await writer.write(FINISH, ending(run, event=event, nodes=[node(2, outputs={"text": text})]))
    kept = text.replace("\x00", "")
    assert (await Run.unscoped.aget()).outputs == {"answer": kept}
    assert (await Message.unscoped.aget()).answer == kept
    assert (await NodeRun.objects.aget()).event["outputs"] == {"text": kept}
