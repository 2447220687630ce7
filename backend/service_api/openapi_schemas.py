"""The bodies of the published API as OpenAPI schemas: what all apps share. Pure."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT: Json = {"type": "string"}
ID: Json = {"type": "string", "format": "uuid"}
INT: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
BOOL: Json = {"type": "boolean"}
ANY: Json = {}
SECONDS: Json = {"type": "integer", "description": "Unix time, seconds."}
OBJECT: Json = {"type": "object", "additionalProperties": True}


def obj(required: str = "", /, **properties: Json) -> Json:
    """Return the schema of an object; `required` are names with blanks between them."""
    made: Json = {"type": "object", "properties": properties}
    return {**made, "required": required.split()} if required else made


def many(item: Json) -> Json:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


def maybe(schema: Json) -> Json:
    """Return the schema of a value or null."""
    return {**schema, "type": [schema["type"], "null"]} if "type" in schema else {"anyOf": [schema, {"type": "null"}]}


def ref(name: str) -> Json:
    """Point to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(item: Json, **more: Json) -> Json:
    """Return the schema of a list that is cut by its last row."""
    return obj("limit has_more data", limit=INT, has_more=BOOL, data=many(item), **more)


def numbered(item: Json) -> Json:
    """Return the schema of a list that is cut into numbered pages."""
    return obj("page limit total has_more data", page=INT, limit=INT, total=INT, has_more=BOOL, data=many(item))


_RESULT = obj("id workflow_id status outputs", id=ID, workflow_id=ID, status=TEXT, outputs=OBJECT, error=maybe(TEXT), elapsed_time=NUMBER)
_RESULT["properties"] |= {"total_tokens": INT, "total_steps": INT, "created_at": SECONDS, "finished_at": maybe(INT)}
_MESSAGE = obj(id=ID, conversation_id=ID, parent_message_id=maybe(ID), inputs=OBJECT, query=TEXT, answer=TEXT, status=TEXT)
_MESSAGE["properties"] |= {
    "error": maybe(TEXT),
    "message_files": many(ref("MessageFile")),
    "feedback": maybe(obj(rating=TEXT)),
    "retriever_resources": many(ref("RetrieverResource")),
    "agent_thoughts": many(OBJECT),
    "created_at": SECONDS,
    "extra_contents": many(OBJECT),
    "message_tokens": INT,
    "answer_tokens": INT,
    "total_tokens": INT,
    "provider_response_latency": NUMBER,
    "total_price": TEXT,
    "currency": TEXT,
}

SCHEMAS: dict[str, Json] = {
    "Error": obj("code message status", code=TEXT, message=TEXT, status=INT, params={**TEXT, "description": "The field at fault."}),
    "Success": obj("result", result={"type": "string", "const": "success"}),
    "InputFile": obj(
        "type transfer_method",
        type={"type": "string", "enum": ["image", "document", "audio", "video", "custom"]},
        transfer_method={"type": "string", "enum": ["remote_url", "local_file"]},
        url={**TEXT, "description": "With `remote_url`."},
        upload_file_id={**ID, "description": "With `local_file`: the id that `POST /files/upload` gave."},
    ),
    "Usage": obj(
        prompt_tokens=INT,
        prompt_unit_price=TEXT,
        prompt_price_unit=TEXT,
        prompt_price=TEXT,
        completion_tokens=INT,
        completion_unit_price=TEXT,
        completion_price_unit=TEXT,
        completion_price=TEXT,
        total_tokens=INT,
        total_price=TEXT,
        currency=TEXT,
        latency=NUMBER,
    ),
    "RetrieverResource": obj(
        position=INT,
        dataset_id=ID,
        dataset_name=TEXT,
        document_id=ID,
        document_name=TEXT,
        segment_id=ID,
        score=NUMBER,
        content=TEXT,
    ),
    "Metadata": obj(usage=ref("Usage"), retriever_resources=many(ref("RetrieverResource"))),
    "MessageFile": obj(
        id=TEXT,
        filename=TEXT,
        type=TEXT,
        url=maybe(TEXT),
        mime_type=maybe(TEXT),
        size=maybe(INT),
        transfer_method=TEXT,
        belongs_to=TEXT,
        upload_file_id=maybe(ID),
    ),
    "ChatAnswer": obj(
        "event task_id id message_id conversation_id mode answer metadata created_at",
        event=TEXT,
        task_id=ID,
        id=ID,
        message_id=ID,
        conversation_id=ID,
        mode=TEXT,
        answer=TEXT,
        metadata=ref("Metadata"),
        created_at=SECONDS,
    ),
    "CompletionAnswer": obj(
        "event task_id id message_id mode answer metadata created_at",
        event=TEXT,
        task_id=ID,
        id=ID,
        message_id=ID,
        mode=TEXT,
        answer=TEXT,
        metadata=ref("Metadata"),
        created_at=SECONDS,
    ),
    "WorkflowAnswer": obj("task_id workflow_run_id data", task_id=ID, workflow_run_id=ID, data=_RESULT),
    "WorkflowRun": obj(
        id=ID,
        workflow_id=ID,
        status=TEXT,
        inputs={**TEXT, "description": "JSON as text."},
        outputs=OBJECT,
        error=maybe(TEXT),
        total_steps=INT,
        total_tokens=INT,
        created_at=SECONDS,
        finished_at=maybe(INT),
        elapsed_time=maybe(NUMBER),
    ),
    "WorkflowLog": obj(
        id=ID,
        workflow_run=OBJECT,
        created_from=TEXT,
        created_by_role=TEXT,
        created_by_account=maybe(OBJECT),
        created_by_end_user=maybe(OBJECT),
        created_at=SECONDS,
        details=maybe(OBJECT),
    ),
    "Message": _MESSAGE,
    "Conversation": obj(id=ID, name=TEXT, inputs=OBJECT, status=TEXT, introduction=TEXT, created_at=SECONDS, updated_at=SECONDS),
    "ConversationVariable": obj(id=TEXT, name=TEXT, value_type=TEXT, value=TEXT, description=TEXT, created_at=SECONDS, updated_at=SECONDS),
    "Feedback": obj(
        id=ID,
        app_id=ID,
        conversation_id=ID,
        message_id=ID,
        rating=TEXT,
        content=maybe(TEXT),
        from_source=TEXT,
        from_end_user_id=maybe(ID),
        from_account_id=maybe(ID),
        created_at={**TEXT, "format": "date-time"},
        updated_at={**TEXT, "format": "date-time"},
    ),
    "Annotation": obj(id=ID, question=TEXT, answer=TEXT, hit_count=INT, created_at=SECONDS),
    "AnnotationJob": obj(
        "job_id job_status",
        job_id=ID,
        job_status={"type": "string", "enum": ["waiting", "processing", "completed", "error"]},
        error_msg=TEXT,
    ),
    "UploadedFile": obj(
        id=ID, name=TEXT, size=INT, extension=TEXT, mime_type=TEXT, created_by=ID, created_at=SECONDS, preview_url=maybe(TEXT)
    ),
    "EndUser": obj(
        id=ID, tenant_id=ID, app_id=ID, type=TEXT, is_anonymous=BOOL, session_id=TEXT, created_at={**TEXT, "format": "date-time"}
    ),
}
