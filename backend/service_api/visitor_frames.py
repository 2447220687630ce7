"""What visitors of an app's page get to see of a run: what it says and which steps it takes, not what flows through them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]
_STEP = ("inputs", "process_data", "outputs", "execution_metadata", "error")
_STEPS = frozenset(
    {
        *("node_started", "node_finished", "node_retry"),
        *("iteration_started", "iteration_next", "iteration_completed", "loop_started", "loop_next", "loop_completed", "agent_log"),
    }
)
_COUNTED = ("total_tokens",)
_MESSAGE = ("message_tokens", "answer_tokens", "total_tokens", "provider_response_latency", "total_price", "currency")
# How a search ranked a passage says more about the search than about the answer.
_RESOURCE = ("score", "hit_count", "index_node_hash", "doc_metadata")


def _without(values: Mapping[str, Any], names: Iterable[str]) -> Json:
    hidden = frozenset(names)
    return {name: None if name in hidden else value for name, value in values.items()}


def seen(frame: Json) -> Json:
    """Return a frame as visitors get it: keys stay, what is not for them is null."""
    name, data = frame["event"], frame.get("data")
    if name in _STEPS and data is not None:
        return {**frame, "data": _without(data, (*_STEP, *_COUNTED))}
    if name in ("workflow_finished", "workflow_paused") and data is not None:
        return {**frame, "data": _without(data, (*_COUNTED, "error_details"))}
    if name == "message_end":
        return {**frame, "metadata": seen_metadata(frame["metadata"])}
    return frame


def seen_metadata(metadata: Mapping[str, Any]) -> Json:
    """Return the `metadata` of an answer as visitors get it."""
    return {**_without(metadata, ("usage", "annotation_reply")), "retriever_resources": seen_resources(metadata["retriever_resources"])}


def seen_resources(resources: Iterable[Mapping[str, Any]]) -> list[Json]:
    """Return the sources of an answer as visitors get them."""
    return [_without(resource, _RESOURCE) for resource in resources]


def seen_message(message: Mapping[str, Any]) -> Json:
    """Return a stored message as visitors get it."""
    return {**_without(message, _MESSAGE), "retriever_resources": seen_resources(message["retriever_resources"])}
