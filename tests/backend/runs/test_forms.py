"""What is written when a run begins to wait, beside what happens meanwhile."""

from __future__ import annotations

import time
import uuid
from typing import Any

from backend.core.writer import writer
from backend.runs.claims import CLAIM, PAUSE, ClaimedRun, Pausing
from backend.runs.forms import form_token, token_digest
from backend.runs.models import Conversation, FormStatus, HumanForm, Message, Run
from backend.runs.services import run_start
from tests.backend.runs.conftest import Ground
from workers.engine.events import FormRequired, RunPaused, Usage


def asked(seq: int = 3) -> FormRequired:
    head = {"node_id": "human", "node_type": "human-input", "title": "Human", "path": "", "index": 1}
    form_id = str(uuid.uuid4())
    form = {"form_content": "?", "inputs": [], "actions": [{"id": "ok", "title": "OK"}], "defaults": {}}
    return FormRequired(seq=seq, at=1.0, node_run_id=form_id, form_id=form_id, expires_at=time.time() + 60, **head, **form)  # type: ignore[arg-type]


def pausing(run: ClaimedRun, *forms: FormRequired, reasons: tuple[FormRequired, ...] | None = None, **more: Any) -> Pausing:
    waiting = [{"form_id": form.form_id} for form in (forms if reasons is None else reasons)]
    event = RunPaused(seq=9, at=2.0, reasons=waiting, answer="so far", usage=Usage(total_tokens=7), steps=2, elapsed_s=1.5)
    new = {token_digest(form_token(form.form_id)): form for form in forms}
    return Pausing(run.claim, run.workspace_id, event, forms=new, conversation_id=run.conversation_id, **more)


async def claimed(ground: Ground) -> ClaimedRun:
    accepted = await run_start(ground.spec())
    run = await writer.write(CLAIM, (accepted.run_id, "w1"))
    assert run is not None
    return run


async def test_a_pause_is_written_with_forms_message_and_variables(ground: Ground) -> None:
    run, form = await claimed(ground), asked()
    assert await writer.write(PAUSE, pausing(run, form, conversation={"color": "red"})) == "paused"
    row = await Run.unscoped.aget(pk=run.claim.run_id)
    assert (row.state, row.owner, row.attempts, row.steps, row.total_tokens, row.elapsed_s, row.last_seq) == ("paused", "", 0, 2, 7, 1.5, 9)
    assert row.pause["cursor"] == "1-9"
    assert row.pause["event"]["reasons"] == [{"form_id": form.form_id}]
    kept = await HumanForm.unscoped.aget(pk=form.form_id)
    assert (kept.status, kept.event["form_content"], kept.workspace_id) == ("waiting", "?", run.workspace_id)
    assert form_token(form.form_id) not in str(vars(kept))
    message = await Message.unscoped.aget(run_id=run.claim.run_id)
    assert (message.answer, message.status) == ("so far", "paused")
    assert (await Conversation.unscoped.aget(pk=run.conversation_id)).variables == {"color": "red"}


async def test_whoever_lost_the_run_pauses_nothing(ground: Ground) -> None:
    run = await claimed(ground)
    await Run.unscoped.filter(pk=run.claim.run_id).aupdate(epoch=5)
    assert await writer.write(PAUSE, pausing(run, asked())) == ""
    assert not await HumanForm.unscoped.aexists()


async def test_a_stop_that_came_in_the_meantime_is_not_lost(ground: Ground) -> None:
    run = await claimed(ground)
    await Run.unscoped.filter(pk=run.claim.run_id).aupdate(stop_requested=True)
    assert await writer.write(PAUSE, pausing(run, asked())) == "queued"
    taken = await writer.write(CLAIM, (run.claim.run_id, "w2"))
    assert taken is not None
    assert taken.stop_requested


async def test_an_answer_that_came_in_the_meantime_is_not_lost_and_a_form_of_no_use_is_closed(ground: Ground) -> None:
    run, answered, moot = await claimed(ground), asked(), asked(4)
    assert await writer.write(PAUSE, pausing(run, answered, moot)) == "paused"
    await Run.unscoped.filter(pk=run.claim.run_id).aupdate(state="queued")
    again = await writer.write(CLAIM, (run.claim.run_id, "w1"))
    assert again is not None
    await HumanForm.unscoped.filter(pk=answered.form_id).aupdate(status=FormStatus.SUBMITTED)
    assert await writer.write(PAUSE, pausing(again, reasons=(answered,))) == "queued"
    assert (await HumanForm.unscoped.aget(pk=moot.form_id)).status == "void"
