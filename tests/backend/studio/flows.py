"""Small flows for tests of the studio."""

from __future__ import annotations

import copy
from typing import Any

from backend.accounts.models import User, Workspace
from backend.studio import services
from backend.studio.gallery import template_of
from backend.studio.models import App, Draft

WORKFLOW: dict[str, Any] = {
    "graph": {
        "nodes": [
            {
                "id": "start",
                "type": "custom",
                "position": {"x": 0, "y": 0},
                "data": {
                    "type": "start",
                    "title": "Start",
                    "variables": [{"variable": "q", "label": "Q", "type": "text-input", "required": True, "max_length": 48}],
                },
            },
            {
                "id": "llm",
                "type": "custom",
                "position": {"x": 320, "y": 0},
                "my_extra": {"kept": [1, 2]},
                "data": {
                    "type": "llm",
                    "title": "Ask",
                    "model": {"provider": "demo", "name": "demo-chat", "mode": "chat", "completion_params": {"temperature": 0}},
                    "prompt_template": [{"role": "user", "text": "{{#start.q#}}"}],
                    "unknown_setting": "kept",
                },
            },
            {
                "id": "end",
                "type": "custom",
                "position": {"x": 640, "y": 0},
                "data": {"type": "end", "title": "End", "outputs": [{"variable": "text", "value_selector": ["llm", "text"]}]},
            },
        ],
        "edges": [
            {"id": "e1", "source": "start", "sourceHandle": "source", "target": "llm", "targetHandle": "target", "type": "custom"},
            {"id": "e2", "source": "llm", "sourceHandle": "source", "target": "end", "targetHandle": "target", "type": "custom"},
        ],
        "viewport": {"x": 1, "y": 2, "zoom": 0.5},
    },
    "features": {"z_unknown": True},
    "environment_variables": [],
    "conversation_variables": [],
    "top_unknown": {"b": 1, "a": 2},
}


def document(prompt: str = "{{#start.q#}}", **changes: Any) -> dict[str, Any]:
    """A right workflow; `prompt` makes it another one."""
    made = copy.deepcopy(WORKFLOW)
    made["graph"]["nodes"][1]["data"]["prompt_template"][0]["text"] = prompt
    return {**made, **changes}


def broken() -> dict[str, Any]:
    """A flow that begins nowhere."""
    made = document()
    made["graph"]["nodes"].pop(0)
    made["graph"]["edges"].pop(0)
    return made


def app(workspace: Workspace, user: User | None = None, *, flow: dict[str, Any] | None = None, name: str = "Mill") -> App:
    """Make an app of the workflow mode."""
    return services.app_create(workspace=workspace, user=user, mode="workflow", document=flow or document(), fields={"name": name})


def draft(of: App) -> Draft:
    """Read an app's draft afresh."""
    return Draft.objects.get(app=of)


def template_document(template_id: str) -> dict[str, Any]:
    """The flow of a template."""
    found = template_of(template_id)
    assert found is not None
    return copy.deepcopy(found.document)
