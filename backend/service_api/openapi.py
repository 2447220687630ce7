"""The published API of one app as an OpenAPI 3.1 document: the endpoints of its kind, with its own inputs in schemas and examples. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.service_api.input_schemas import must_be_given, value_example, value_schema
from backend.service_api.openapi_schemas import (
    ANY,
    BOOL,
    ID,
    INT,
    NUMBER,
    OBJECT,
    SCHEMAS,
    TEXT,
    Json,
    listed,
    many,
    maybe,
    numbered,
    obj,
    ref,
)
from backend.service_api.published import PublishedApp
from backend.studio.models import Mode

USER = {**TEXT, "description": "Your own name for the end user.", "maxLength": 255}
STREAM = (
    "`streaming` answers with server-sent events: `data: {…}` frames, `event: ping` while nothing happens. "
    "`blocking` answers with one JSON body when the run has ended."
)
Query = tuple[tuple[str, Json, bool], ...]
"""Arguments: name, schema, whether required."""
PATH_IDS = {"conversation_id", "message_id", "annotation_id", "file_id", "run_id", "workflow_id", "end_user_id", "job_id", "task_id"}


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint. `query` are arguments, `body` JSON, `form` a multipart body; `answer` None: nothing (204) or bytes (`media`)."""

    method: str
    path: str
    tag: str
    summary: str
    answer: Json | None = None
    status: int = 200
    query: Query = ()
    body: Json | None = None
    form: Json | None = None
    example: Any = None
    media: str = "application/json"
    streams: bool = False
    description: str = ""


def app_document(app: PublishedApp, base_url: str) -> Json:
    """Return the document; `base_url` is the address below which `/v1` is."""
    paths: dict[str, Json] = {}
    for operation in _operations(app):
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": app.name, "description": app.description, "version": str(app.version_id)},
        "servers": [{"url": f"{base_url.rstrip('/')}/v1"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": "A key of this app: `app-…`."}},
            "schemas": SCHEMAS,
        },
    }


def _operation(one: Operation) -> Json:
    names = [part[1:-1] for part in one.path.split("/") if part.startswith("{")]
    parameters: list[Json] = [{"name": name, "in": "path", "required": True, "schema": ID if name in PATH_IDS else TEXT} for name in names]
    parameters += [{"name": name, "in": "query", "required": required, "schema": schema} for name, schema, required in one.query]
    content: Json = {one.media: {"schema": one.answer if one.answer is not None else {"type": "string", "format": "binary"}}}
    if one.streams:
        content["text/event-stream"] = {"schema": {**TEXT, "description": "Frames of server-sent events."}}
    answer: Json = {"description": "OK"} if one.status == 204 else {"description": "OK", "content": content}
    refusal = {"description": "Refused.", "content": {"application/json": {"schema": ref("Error")}}}
    made: Json = {
        "operationId": f"{one.method}_{one.path.strip('/').replace('/', '_').replace('{', '').replace('}', '').replace('-', '_')}",
        "tags": [one.tag],
        "summary": one.summary,
        "parameters": parameters,
        "responses": {str(one.status): answer, "default": refusal},
    }
    if one.description:
        made["description"] = one.description
    if one.body is not None:
        body: Json = {"schema": one.body} if one.example is None else {"schema": one.body, "example": one.example}
        made["requestBody"] = {"required": True, "content": {"application/json": body}}
    if one.form is not None:
        made["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": one.form}}}
    return made


def _inputs(app: PublishedApp) -> tuple[Json, Json]:
    """Return the schema of `inputs` and an example with every input that must be given or has something to show."""
    rows = [row for row in app.plan.start_variables if row.variable and not row.hide]
    schema: Json = {"type": "object", "properties": {row.variable: value_schema(row, ref("InputFile")) for row in rows}}
    if required := [row.variable for row in rows if must_be_given(row)]:
        schema["required"] = required
    return schema, {row.variable: value_example(row) for row in rows}


def _run_body(app: PublishedApp) -> tuple[Json, Json]:
    inputs, given = _inputs(app)
    modes = ["streaming"] if app.mode == Mode.AGENT else ["streaming", "blocking"]
    body = obj("inputs user", inputs=inputs, response_mode={"type": "string", "enum": modes, "description": STREAM}, user=USER)
    body["properties"]["files"] = many(ref("InputFile"))
    example: Json = {"inputs": given, "response_mode": modes[-1], "user": "user-1"}
    if app.is_chat:
        body["required"].append("query")
        body["properties"] |= {
            "query": {**TEXT, "description": "What the person says."},
            "conversation_id": {**TEXT, "description": "Goes on with a conversation; empty begins one."},
            "auto_generate_name": BOOL,
            "workflow_id": {**ID, "description": "Another published version than the latest."},
        }
        example |= {"query": _question(app), "conversation_id": ""}
    return body, example


def _question(app: PublishedApp) -> str:
    suggested = (app.document.get("features") or {}).get("suggested_questions")
    return str(suggested[0]) if isinstance(suggested, list) and suggested else "Hello!"


def _page(name: str = "last_id") -> Query:
    return (("limit", {**INT, "minimum": 1, "maximum": 100, "default": 20}, False), (name, ID, False))


PAGES: Query = (("page", {**INT, "minimum": 1}, False), ("limit", {**INT, "minimum": 1}, False))
ANN: Json = {"user": "user-1"}
WHO: tuple[str, Json, bool] = ("user", USER, False)


def _operations(app: PublishedApp) -> Iterator[Operation]:
    if app.is_chat:
        yield from _chat(app)
    elif app.mode == Mode.COMPLETION:
        yield from _completion(app)
    else:
        yield from _workflow(app)
    if app.mode != Mode.WORKFLOW:
        yield from _feedback()
    yield from _files(app)
    if _asks_people(app):
        yield from _forms()
    yield from _about(app)


def _asks_people(app: PublishedApp) -> bool:
    nodes = (app.document.get("graph") or {}).get("nodes") or []
    return any((node.get("data") or {}).get("type") == "human-input" for node in nodes)


def _stop(path: str, tag: str) -> Operation:
    return Operation("post", f"{path}/{{task_id}}/stop", tag, "Stop a run", ref("Success"), body=obj("user", user=USER), example=ANN)


def _chat(app: PublishedApp) -> Iterator[Operation]:
    body, example = _run_body(app)
    streams = "Streamed only." if app.mode == Mode.AGENT else STREAM
    path, tag = "/chat-messages", "Chat"
    yield Operation("post", path, tag, "Send a message", ref("ChatAnswer"), body=body, example=example, streams=True, description=streams)
    yield _stop(path, tag)
    asked = obj("result data", result=TEXT, data=many(TEXT))
    yield Operation("get", "/messages/{message_id}/suggested", tag, "Questions to ask next", asked, query=(("user", USER, True),))
    tag, one = "Conversations", "/conversations/{conversation_id}"
    sorts: Json = {"type": "string", "enum": ["created_at", "-created_at", "updated_at", "-updated_at"], "default": "-updated_at"}
    query: Query = (WHO, *_page(), ("sort_by", sorts, False))
    yield Operation("get", "/conversations", tag, "List conversations", listed(ref("Conversation")), query=query)
    query = (("conversation_id", ID, True), WHO, *_page("first_id"))
    yield Operation("get", "/messages", tag, "List messages, oldest of the page first", listed(ref("Message")), query=query)
    named = obj(name=TEXT, auto_generate=BOOL, user=USER)
    yield Operation("post", f"{one}/name", tag, "Name a conversation", ref("Conversation"), body=named, example={"name": "Tea", **ANN})
    yield Operation("delete", one, tag, "Delete a conversation", status=204, body=obj(user=USER), example=ANN)
    query = (WHO, *_page(), ("variable_name", TEXT, False))
    yield Operation("get", f"{one}/variables", tag, "List variables", listed(ref("ConversationVariable")), query=query)
    declared = [row for row in app.document.get("conversation_variables") or [] if row.get("name")]
    if declared:
        body, first = obj("value", value=ANY, user=USER), declared[0]
        known = ", ".join(f"`{row['name']}` ({row.get('value_type') or 'string'})" for row in declared)
        yield Operation(
            "put",
            f"{one}/variables/{{variable_id}}",
            tag,
            "Set a variable",
            ref("ConversationVariable"),
            body=body,
            example={"value": first.get("value"), **ANN},
            description=f"Variables of this app: {known}.",
        )


def _completion(app: PublishedApp) -> Iterator[Operation]:
    body, example = _run_body(app)
    answer = ref("CompletionAnswer")
    yield Operation(
        "post",
        "/completion-messages",
        "Completion",
        "Complete a text",
        answer,
        body=body,
        example=example,
        streams=True,
        description=STREAM,
    )
    yield _stop("/completion-messages", "Completion")


def _workflow(app: PublishedApp) -> Iterator[Operation]:
    body, example = _run_body(app)
    tag, answer = "Workflow", ref("WorkflowAnswer")
    yield Operation("post", "/workflows/run", tag, "Run", answer, body=body, example=example, streams=True, description=STREAM)
    version = "Run a named version"
    yield Operation("post", "/workflows/{workflow_id}/run", tag, version, answer, body=body, example=example, streams=True)
    yield _stop("/workflows/tasks", tag)
    yield Operation("get", "/workflows/run/{run_id}", tag, "Look at a run", ref("WorkflowRun"))
    query: Query = (("user", USER, True), ("include_state_snapshot", BOOL, False), ("continue_on_pause", BOOL, False))
    frames: Json = {**TEXT, "description": "Frames of server-sent events."}
    yield Operation("get", "/workflow/{run_id}/events", tag, "Follow a run", frames, query=query, media="text/event-stream")
    moment: Json = {**TEXT, "format": "date-time"}
    names = ("keyword", "created_by_end_user_session_id", "created_by_account")
    query = (
        *PAGES,
        *((name, TEXT, False) for name in names),
        ("status", {"type": "string", "enum": ["succeeded", "failed", "stopped"]}, False),
        ("created_at__before", moment, False),
        ("created_at__after", moment, False),
    )
    yield Operation("get", "/workflows/logs", tag, "List runs", numbered(ref("WorkflowLog")), query=query)


def _feedback() -> Iterator[Operation]:
    rated = obj("user", rating=maybe({"type": "string", "enum": ["like", "dislike", None]}), content=TEXT, user=USER)
    tag, example = "Feedback", {"rating": "like", **ANN}
    yield Operation("post", "/messages/{message_id}/feedbacks", tag, "Rate an answer", ref("Success"), body=rated, example=example)
    yield Operation("get", "/app/feedbacks", tag, "List ratings", obj("data", data=many(ref("Feedback"))), query=PAGES)
    tag, path, one = "Annotations", "/apps/annotations", ref("Annotation")
    texts = obj("question answer", question=TEXT, answer=TEXT)
    example = {"question": "When is high tide?", "answer": "At noon."}
    yield Operation("get", path, tag, "List annotations", numbered(one), query=(*PAGES, ("keyword", TEXT, False)))
    yield Operation("post", path, tag, "Set an answer to a question", one, status=201, body=texts, example=example)
    yield Operation("put", f"{path}/{{annotation_id}}", tag, "Change an annotation", one, body=texts, example=example)
    yield Operation("delete", f"{path}/{{annotation_id}}", tag, "Delete an annotation", status=204)
    names = "embedding_provider_name embedding_model_name score_threshold"
    switched = obj(names, embedding_provider_name=TEXT, embedding_model_name=TEXT, score_threshold=NUMBER)
    example = {"embedding_provider_name": "local", "embedding_model_name": "multilingual-e5-small", "score_threshold": 0.9}
    path, job = "/apps/annotation-reply/{action}", ref("AnnotationJob")
    yield Operation("post", path, tag, "Answer from annotations: `enable` or `disable`", job, body=switched, example=example)
    yield Operation("get", f"{path}/status/{{job_id}}", tag, "Look how far that is", job)


def _files(app: PublishedApp) -> Iterator[Operation]:
    binary: Json = {"type": "string", "format": "binary"}
    form = obj("file", file=binary, user=USER)
    yield Operation("post", "/files/upload", "Files", "Send a file", ref("UploadedFile"), status=201, form=form)
    query = (("as_attachment", BOOL, False), WHO)
    yield Operation("get", "/files/{file_id}/preview", "Files", "Get a file", media="application/octet-stream", query=query)
    features = app.document.get("features") or {}
    if (features.get("speech_to_text") or {}).get("enabled"):
        yield Operation("post", "/audio-to-text", "Speech", "A recording to text", obj("text", text=TEXT), form=form)
    if (features.get("text_to_speech") or {}).get("enabled"):
        body = obj(message_id=ID, text=TEXT, voice=TEXT, user=USER)
        example = {"text": "Hello!", **ANN}
        yield Operation("post", "/text-to-audio", "Speech", "A text to sound", body=body, example=example, media="audio/mpeg")


def _forms() -> Iterator[Operation]:
    path, tag = "/form/human_input/{form_token}", "Forms"
    yield Operation("get", path, tag, "Look at a form that a run waits for", OBJECT)
    body = obj("inputs action user", inputs=OBJECT, action=TEXT, user=USER)
    yield Operation("post", path, tag, "Answer it", OBJECT, body=body, example={"inputs": {}, "action": "approve", **ANN})


def _about(app: PublishedApp) -> Iterator[Operation]:
    tag = "App"
    about = obj(name=TEXT, description=TEXT, tags=many(TEXT), mode=TEXT, author_name=TEXT)
    yield Operation("get", "/info", tag, "Name and kind", about)
    yield Operation("get", "/parameters", tag, "Inputs and features", OBJECT)
    yield Operation("get", "/meta", tag, "Icons of tools", obj(tool_icons=OBJECT))
    yield Operation("get", "/site", tag, "Title, colours and texts of the app's page", OBJECT)
    yield Operation("get", "/end-users/{end_user_id}", tag, "An end user", ref("EndUser"))
