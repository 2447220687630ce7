"""The two apps that these tests call."""

from __future__ import annotations

from typing import Any

from tests.scenarios.flows import chatflow, llm, node, template

CHAT_MODEL, FLOW_MODEL = "chat-model", "flow-model"


def chat_app() -> dict[str, Any]:
    """A chatflow with a memory: start, one model, answer."""
    inputs = [
        {"variable": "tone", "label": "Tone", "type": "select", "required": False, "options": ["kind", "curt"], "default": "kind"},
        {"variable": "place", "label": "Place", "type": "text-input", "required": False, "max_length": 10},
    ]
    document = chatflow(
        node("start", "start", variables=inputs),
        llm(
            "model",
            CHAT_MODEL,
            "",
            title="Reply",
            prompt_template=[{"role": "system", "text": "Be {{#start.tone#}}."}],
            memory={"window": {"enabled": True, "size": 5}, "query_prompt_template": "{{#sys.query#}}"},
        ),
        node("answer", "answer", answer="{{#model.text#}}"),
    )
    document["app"] |= {"name": "Chat", "description": "Talks.", "icon": "💬"}
    document["workflow"]["features"] = {
        "opening_statement": "Good morning!",
        "suggested_questions": ["How are you?"],
        "suggested_questions_after_answer": {"enabled": True},
        "retriever_resource": {"enabled": True},
    }
    return document


def workflow_app() -> dict[str, Any]:
    """A workflow with one input of each kind: start, one model, a template, end."""
    inputs = [
        {"variable": "topic", "label": "Topic", "type": "text-input", "required": True, "max_length": 20},
        {"variable": "style", "label": "Style", "type": "select", "required": False, "options": ["short", "long"]},
        {"variable": "count", "label": "Count", "type": "number", "required": False, "default": 3},
        {"variable": "loud", "label": "Loud", "type": "checkbox", "required": False},
        {"variable": "extra", "label": "Extra", "type": "json_object", "required": False},
        {"variable": "photo", "label": "Photo", "type": "file", "required": False, "allowed_file_types": ["image"]},
    ]
    document = chatflow(
        node("start", "start", variables=inputs),
        llm("model", FLOW_MODEL, "Write about {{#start.topic#}}", title="Writer"),
        template("frame", "<{{ text }}>", text=["model", "text"]),
        node("end", "end", outputs=[{"variable": "text", "value_selector": ["frame", "output"]}]),
    )
    document["app"] |= {"name": "Flow", "mode": "workflow"}
    return document
