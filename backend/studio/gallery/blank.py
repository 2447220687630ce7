"""The flow of a new app that starts from nothing."""

from __future__ import annotations

from typing import Any

from backend.studio.gallery.build import answer, flow, llm, start
from backend.studio.models import FLOW_MODES, Mode
from backend.studio.simple import blank_config


def blank_document(mode: str) -> dict[str, Any]:
    """Return a start node; in a chatflow also a model and an answer, which is what every one of them begins with.

    A simple app begins with settings.
    """
    if mode not in FLOW_MODES:
        return blank_config(mode)
    if mode != Mode.CHATFLOW:
        return flow([start()], "")
    return flow(
        [
            start(),
            llm("llm", "LLM", (1, 0), system="You are a helpful assistant.", memory=10),
            answer("answer", "Answer", (2, 0), "{{#llm.text#}}"),
        ],
        "start>llm llm>answer",
    )
