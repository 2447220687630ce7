"""Forms that runs wait for: their tokens, answers, and what happens when nobody answers in time."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from backend.accounts.models import User
from backend.core.errors import AppError, NotFound
from backend.core.jobs import runs_enqueue
from backend.core.live import notify
from backend.runs.models import FINAL_STATES, FormStatus, HumanForm, Run, State
from workers.engine.errors import InvalidInput
from workers.engine.events import Event, from_dict
from workers.engine.form_answers import checked_answer
from workers.engine.forms import FormAnswer
from workers.engine.inputs import FileResolver

MAX_EXPIRED = 200


def form_token(form_id: uuid.UUID | str) -> str:
    """Return the token that lets its holder see and answer a form: 256 bits that only this installation can make."""
    digest = salted_hmac("backend.runs.forms", str(form_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def token_digest(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_by_token(forms: QuerySet[HumanForm], token: str) -> HumanForm:
    """Find the form of a token among some forms. Raises NotFound."""
    found = forms.filter(token_digest=token_digest(token)).first()
    if found is None:
        raise NotFound("Form Not Exists.")
    return found


def form_check_open(form: HumanForm) -> None:
    """Raise AppError unless the form can still be answered: 412 human_input_form_submitted or human_input_form_expired."""
    if form.status == FormStatus.SUBMITTED:
        raise AppError("human_input_form_submitted", "This form has been answered already.", 412)
    if form.status == FormStatus.VOID:
        raise AppError("human_input_form_expired", "This form is no longer needed: the run went on without it or has ended.", 412)
    if form.status == FormStatus.EXPIRED or form.expires_at <= timezone.now():
        raise AppError("human_input_form_expired", "The time to answer this form is over.", 412)


def form_submit(
    form: HumanForm, *, action: Any, data: Any, account: User | None = None, user_ref: str = "", files: FileResolver | None = None
) -> None:
    """Answer a form; the run goes on. Of several answers at a time exactly one is taken.

    Raises AppError: invalid_form_data 400 with the field, and those of `form_check_open`.
    """
    form_check_open(form)
    try:
        answer = checked_answer(form.event, action, data, files)
    except InvalidInput as error:
        raise AppError("invalid_form_data", error.message, 400, {"field": error.field, "fields": {error.field: [error.message]}}) from None
    with transaction.atomic():
        state = Run.unscoped.select_for_update().filter(pk=form.run_id).values_list("state", flat=True).first()
        waiting = HumanForm.unscoped.filter(pk=form.pk, status=FormStatus.WAITING, expires_at__gt=Now())
        won = state not in (None, *FINAL_STATES) and waiting.update(
            status=FormStatus.SUBMITTED, closed_at=Now(), action=action, data=dict(answer.data), account=account, user_ref=user_ref
        )
        resumed = won and Run.unscoped.filter(pk=form.run_id, state=State.PAUSED).update(state=State.QUEUED)
    if not won:
        form.refresh_from_db()
        form_check_open(form)
        raise AppError("human_input_form_expired", "The run has ended, so nobody waits for this form any more.", 412)
    if resumed:
        runs_enqueue([form.run_id])
    notify(form.workspace_id, {"kind": "form_submitted", "id": str(form.run_id), "form_id": str(form.pk)})


def forms_expire() -> int:
    """Close the forms that nobody answered in time and put their runs into the queue; returns how many forms.

    Any number of workers may do it at once.
    """
    late = HumanForm.unscoped.filter(status=FormStatus.WAITING, expires_at__lte=Now(), run__state=State.PAUSED)
    found = dict(late.order_by("expires_at").values_list("id", "run_id")[:MAX_EXPIRED])
    if not found:
        return 0
    with transaction.atomic():
        runs = Run.unscoped.select_for_update().filter(pk__in=set(found.values()), state=State.PAUSED).order_by("id")
        paused = set(runs.values_list("id", flat=True))
        closed = HumanForm.unscoped.filter(pk__in=found, run_id__in=paused, status=FormStatus.WAITING, expires_at__lte=Now())
        count = closed.update(status=FormStatus.EXPIRED, closed_at=Now())
        Run.unscoped.filter(pk__in=paused, state=State.PAUSED).update(state=State.QUEUED)
    runs_enqueue(paused)
    return count


def stored_forms(run_id: uuid.UUID) -> list[Event]:
    """Return the forms of a run as the events that told of them."""
    return [from_dict(row) for row in HumanForm.unscoped.filter(run_id=run_id).values_list("event", flat=True)]


def form_answers(run_id: uuid.UUID) -> dict[str, FormAnswer]:
    """Return what became of the forms of a run, by their id."""
    closed = HumanForm.unscoped.filter(run_id=run_id, status__in=(FormStatus.SUBMITTED, FormStatus.EXPIRED)).select_related("account")
    return {str(form.pk): FormAnswer(form.action, form.data, answered_by(form)) for form in closed}


def answered_by(form: HumanForm) -> str:
    """Name who answered."""
    return (form.account.name or form.account.email) if form.account else form.user_ref


def form_definition(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page needs to show a form, in the words of the published API."""
    return {
        "form_content": form["form_content"],
        "inputs": form["inputs"],
        "resolved_default_values": form["defaults"],
        "user_actions": form["actions"],
        "expiration_time": int(form["expires_at"]),
    }


def present(form: HumanForm) -> dict[str, Any]:
    """Return the JSON of a form in the console API."""
    return {
        "id": form.pk,
        "run_id": form.run_id,
        "node_id": form.node_id,
        "node_title": form.event["title"],
        "path": form.path,
        "status": form.status,
        **form_definition(form.event),
        "expiration_time": datetime.fromtimestamp(form.event["expires_at"], UTC),
        "channels": form.event["channels"],
        "created_at": form.created_at,
        "closed_at": form.closed_at,
        "action": form.action,
        "data": form.data,
        "answered_by": answered_by(form),
    }
