"""Forms of client programs: look at one, answer it. Whoever has a key of the app and the form's token may."""

from __future__ import annotations

from typing import Any

from backend.files.values import PostedFiles
from backend.runs.forms import form_by_token, form_check_open, form_definition, form_submit
from backend.runs.models import HumanForm
from backend.service_api.bodies import caller_of
from backend.service_api.http import JsonReply, Request, in_thread
from backend.service_api.published import PublishedApp, published_app


async def form(request: Request) -> JsonReply:
    """`GET /v1/form/human_input/{form_token}`."""
    app = await published_app(request)
    return JsonReply(await in_thread(_shown, app, request.path["form_token"]))


def _find(app: PublishedApp, token: str) -> HumanForm:
    return form_by_token(HumanForm.scoped(app.workspace_id).filter(run__app_id=app.id), token)


def _shown(app: PublishedApp, token: str) -> dict[str, Any]:
    found = _find(app, token)
    form_check_open(found)
    return form_definition(found.event)


async def answer(request: Request) -> JsonReply:
    """`POST /v1/form/human_input/{form_token}`: the run goes on; `GET /v1/workflow/{id}/events` follows it."""
    app = await published_app(request)
    body = request.json()
    caller = caller_of(request, body, required=True)
    await in_thread(_answer, app, request.path["form_token"], body, caller.session_id)
    return JsonReply({})


def _answer(app: PublishedApp, token: str, body: dict[str, Any], user: str) -> None:
    found = _find(app, token)
    posted = PostedFiles(app.workspace_id, app_id=app.id)
    posted.look_up(body.get("inputs"))
    form_submit(found, action=body.get("action"), data=body.get("inputs"), user_ref=user, files=posted.value)
