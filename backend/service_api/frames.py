"""From the events of a run to the frames of the published API's SSE protocol. Pure: no I/O.

One event may become several frames; the SSE `id` then stands on the last one, so that a client
that reconnects gets them together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from backend.files.values import files_in
from backend.service_api import form_frames
from backend.service_api.callers import VISITOR_KINDS
from backend.service_api.errors import run_error
from backend.service_api.speech_frames import Speech
from backend.service_api.visitor_frames import seen
from backend.studio.models import CHAT_MODES, FLOW_MODES, Mode

PING = b"event: ping\n\n"
RUN_STATUS = {"partial_succeeded": "partial-succeeded"}
Json = dict[str, Any]
_CONTAINERS = frozenset({"iteration", "loop"})


@dataclass(frozen=True, slots=True)
class RunHead:
    """The facts of a run that its frames repeat. `created_at` is unix seconds; `speech` is set where the answer is spoken too."""

    run_id: UUID
    version_id: UUID
    app_id: UUID
    mode: str
    created_at: int
    inputs: Mapping[str, Any]
    user: str
    end_user_id: UUID | None
    user_kind: str = "service-api"
    conversation_id: UUID | None = None
    message_id: UUID | None = None
    query: str = ""
    files: tuple[Mapping[str, Any], ...] = ()
    speech: Speech | None = None

    @property
    def answers(self) -> bool:
        """True when the run ends with an answer and not with outputs alone."""
        return self.mode != Mode.WORKFLOW

    @property
    def simple(self) -> bool:
        """True for apps that show nothing of their flow."""
        return self.mode not in FLOW_MODES

    @property
    def visited(self) -> bool:
        """True for runs that a visitor of the app's own page started."""
        return self.user_kind in VISITOR_KINDS

    def envelope(self) -> Json:
        """What every frame repeats."""
        task: Json = {"task_id": str(self.run_id)}
        if not self.answers:
            return task
        message = {"message_id": str(self.message_id), "created_at": self.created_at}
        return {**({"conversation_id": str(self.conversation_id)} if self.mode in CHAT_MODES else {}), **message, **task}


def wire_status(status: str) -> str:
    """Our run status in the API's spelling."""
    return RUN_STATUS.get(status, status)


def wire_usage(usage: Mapping[str, Any] | None) -> Json:
    """Usage as the API shows it: prices are decimal strings."""
    u = usage or {}
    return {
        "prompt_tokens": u.get("prompt_tokens", 0),
        "prompt_unit_price": str(u.get("prompt_unit_price", "0")),
        "prompt_price_unit": "0.001",
        "prompt_price": money(u.get("prompt_cost_usd", 0)),
        "completion_tokens": u.get("completion_tokens", 0),
        "completion_unit_price": str(u.get("completion_unit_price", "0")),
        "completion_price_unit": "0.001",
        "completion_price": money(u.get("completion_cost_usd", 0)),
        "total_tokens": u.get("total_tokens", 0),
        "total_price": money(u.get("cost_usd", 0)),
        "currency": "USD",
        "latency": round(u.get("latency_s", 0.0), 3),
    }


def money(value: float) -> str:
    """A sum of USD with seven digits, as the API's clients expect it: a string."""
    return f"{value:.7f}"


RESOURCE_KEYS = (
    *("dataset_id", "dataset_name", "document_id", "document_name", "data_source_type", "segment_id", "retriever_from", "score"),
    *("content", "page", "doc_metadata", "title", "files", "summary"),
)
COUNTED_KEYS = {
    "hit_count": "segment_hit_count",
    "word_count": "segment_word_count",
    "segment_position": "segment_position",
    "index_node_hash": "segment_index_node_hash",
}


def wire_resources(resources: Iterable[Mapping[str, Any]]) -> list[Json]:
    """The knowledge that an answer rests on, as the API shows it."""
    return [
        {
            "position": position,
            **{key: resource.get(key) for key in RESOURCE_KEYS},
            **{ours: resource.get(theirs) for ours, theirs in COUNTED_KEYS.items()},
        }
        for position, resource in enumerate(resources, 1)
    ]


class Frames:
    """Translates the events of one run."""

    def __init__(self, head: RunHead) -> None:
        self.head = head
        self._run_id = str(head.run_id)
        self._reasoning: dict[str, str] = {}
        self._base = head.envelope()
        self._flow_base: Json = {"workflow_run_id": self._run_id, **self._base}

    def of(self, event: Mapping[str, Any]) -> list[Json]:
        """The frames of one event, in order; [] for events that the API does not show."""
        translate = _TRANSLATE.get(event["type"])
        return translate(self, event) if translate else []

    def encode(self, event: Mapping[str, Any], cursor: str | None) -> bytes:
        """The frames of one event as SSE text; `cursor` adds an `id` line to the last."""
        frames = self.of(event)
        if not frames:
            return b""
        if self.head.visited:
            frames = list(map(seen, frames))
        lines = [b"data: " + orjson.dumps(frame, default=str, option=orjson.OPT_NON_STR_KEYS) + b"\n\n" for frame in frames]
        if cursor:
            lines[-1] = b"id: " + cursor.encode() + b"\n" + lines[-1]
        return b"".join(lines)

    def _flow(self, name: str, data: Json) -> Json:
        return {"event": name, **self._flow_base, "data": data}

    def _run_started(self, event: Mapping[str, Any]) -> list[Json]:
        head = self.head
        inputs = {**head.inputs, "sys.files": list(head.files), "sys.user_id": head.user, "sys.app_id": str(head.app_id)}
        inputs |= {"sys.workflow_id": str(head.version_id), "sys.workflow_run_id": self._run_id}
        if head.answers:
            inputs["sys.query"] = head.query
        data = {"id": self._run_id, "workflow_id": str(head.version_id), "inputs": inputs}
        return [self._flow("workflow_started", data | {"created_at": head.created_at, "reason": event["reason"]})]

    def _node_started(self, event: Mapping[str, Any]) -> list[Json]:
        if event["node_type"] in _CONTAINERS:  # told by iteration_started or loop_started
            return []
        data = {
            **_node_head(event),
            "inputs": None,
            "inputs_truncated": False,
            "created_at": int(event["at"]),
            "extras": {},
            "agent_strategy": None,
        }
        return [self._flow("node_started", data | _containers(event))]

    def _node_finished(self, event: Mapping[str, Any]) -> list[Json]:
        self.note_reasoning(event)
        if event["node_type"] in _CONTAINERS:
            return [self._flow(f"{event['node_type']}_completed", _container_result(event))]
        return [self._flow("node_finished", _node_result(event, event["status"]))]

    def _node_retried(self, event: Mapping[str, Any]) -> list[Json]:
        if event["node_type"] in _CONTAINERS:
            return []
        data = _node_result({**event, "started_at": event["at"]}, "retry")
        return [self._flow("node_retry", data | {"retry_index": event["attempt"]})]

    def _container_started(self, event: Mapping[str, Any]) -> list[Json]:
        kind, length = event["node_type"], event["length"]
        # Clients of different ages look for different names.
        metadata = {"iteration_length": length, "iterator_length": length} if kind == "iteration" else {"loop_length": length}
        data = {**_container_head(event), "metadata": metadata, "inputs": event["inputs"], "inputs_truncated": False}
        return [self._flow(f"{kind}_started", data | {"created_at": int(event["at"])})]

    def _round_started(self, event: Mapping[str, Any]) -> list[Json]:
        kind = event["node_type"]
        data = {**_container_head(event), "index": event["round"], "created_at": int(event["at"])}
        if kind == "loop":
            data["pre_loop_output"] = {}
        return [self._flow(f"{kind}_next", data)]

    def _answer_delta(self, event: Mapping[str, Any]) -> list[Json]:
        if self.head.answers:
            message = {"event": "message", **self._base, "id": str(self.head.message_id), "answer": event["text"]}
            return [message | {"from_variable_selector": event["selector"]}]
        return [self._flow("text_chunk", {"text": event["text"], "from_variable_selector": event["selector"]})]

    def _answer_replaced(self, event: Mapping[str, Any]) -> list[Json]:
        if self.head.answers:
            return [{"event": "message_replace", **self._base, "answer": event["text"], "reason": event["reason"]}]
        return [self._flow("text_replace", {"text": event["text"]})]

    def _reasoning_delta(self, event: Mapping[str, Any]) -> list[Json]:
        data = {"reasoning": event["text"], "node_id": event["node_id"], "is_final": event["final"]}
        if self.head.answers:
            data["message_id"] = str(self.head.message_id)
        return [self._flow("reasoning_chunk", data)]

    def _run_finished(self, event: Mapping[str, Any]) -> list[Json]:
        frames: list[Json] = []
        if self.head.answers:
            if event["status"] == "failed":
                frames.append(self._error(event))
            frames.append(self._message_end(event))
        frames.append(self._flow("workflow_finished", self.finished_data(event)))
        return frames

    def _form_required(self, event: Mapping[str, Any]) -> list[Json]:
        return [self._flow("human_input_required", form_frames.required(event))]

    def _form_filled(self, event: Mapping[str, Any]) -> list[Json]:
        return [self._flow("human_input_form_filled", form_frames.filled(event))]

    def _form_timeout(self, event: Mapping[str, Any]) -> list[Json]:
        return [self._flow("human_input_form_timeout", form_frames.timed_out(event))]

    def _run_paused(self, event: Mapping[str, Any]) -> list[Json]:
        return [self._flow("workflow_paused", self.paused_data(event))]

    def paused_data(self, event: Mapping[str, Any]) -> Json:
        """The `data` of `workflow_paused`, from `run_paused`."""
        return form_frames.paused(self._run_id, self.head.created_at, event)

    def _error(self, event: Mapping[str, Any]) -> Json:
        envelope = {key: value for key, value in self._base.items() if key != "task_id"}
        return {"event": "error", **envelope, **run_error(event["error"]).body()}

    def _message_end(self, event: Mapping[str, Any]) -> Json:
        end = {"event": "message_end", **self._base, "id": str(self.head.message_id)}
        return end | {"metadata": self.metadata(event), "files": list(files_in(event["outputs"].get("files")))}

    def note_reasoning(self, event: Mapping[str, Any]) -> None:
        """Remember what a model thought, for the metadata of the answer."""
        if event["node_type"] == "llm" and (text := (event.get("outputs") or {}).get("reasoning_content")):
            self._reasoning[event["node_id"]] = text

    def metadata(self, event: Mapping[str, Any]) -> Json:
        """The `metadata` of a chat answer, from `run_finished`."""
        resources = wire_resources(event.get("resources") or ())
        told = {"usage": wire_usage(event["usage"]), "retriever_resources": resources, "reasoning": self._reasoning}
        if annotation := event.get("annotation"):
            told["annotation_reply"] = {name: annotation[name] for name in ("id", "account")}
        return told

    def finished_data(self, event: Mapping[str, Any]) -> Json:
        """The `data` of `workflow_finished`."""
        head = self.head
        error = run_error(event["error"]) if event.get("error") else None
        return {
            "id": self._run_id,
            "workflow_id": str(head.version_id),
            "status": wire_status(event["status"]),
            "outputs": event["outputs"],
            "error": error.message if error else None,
            **({"error_details": error.details} if error else {}),
            "elapsed_time": round(event["elapsed_s"], 6),
            "total_tokens": event["usage"]["total_tokens"],
            "total_steps": event["steps"],
            "created_by": {"id": str(head.end_user_id) if head.end_user_id else None, "user": head.user},
            "created_at": head.created_at,
            "finished_at": int(event["at"]),
            "exceptions_count": event["exceptions_count"],
            "files": list(files_in(event["outputs"])),
        }


_TRANSLATE: Mapping[str, Callable[[Frames, Mapping[str, Any]], list[Json]]] = {
    "run_started": Frames._run_started,
    "node_started": Frames._node_started,
    "node_finished": Frames._node_finished,
    "node_retried": Frames._node_retried,
    "iteration_started": Frames._container_started,
    "iteration_next": Frames._round_started,
    "loop_started": Frames._container_started,
    "loop_next": Frames._round_started,
    "answer_delta": Frames._answer_delta,
    "answer_replaced": Frames._answer_replaced,
    "reasoning_delta": Frames._reasoning_delta,
    "human_input_required": Frames._form_required,
    "human_input_form_filled": Frames._form_filled,
    "human_input_form_timeout": Frames._form_timeout,
    "run_paused": Frames._run_paused,
    "run_finished": Frames._run_finished,
}


def _node_head(event: Mapping[str, Any]) -> Json:
    return {
        "id": event["node_run_id"],
        "node_id": event["node_id"],
        "node_type": event["node_type"],
        "title": event["title"],
        "index": event["index"],
        "predecessor_node_id": event.get("predecessor_node_id"),
    }


def _place(event: Mapping[str, Any]) -> tuple[str | None, str | None, int]:
    """The type and id of the innermost container around a node, and the number of its round."""
    kind = event.get("container_type")
    if not kind:
        return None, None, 0
    # Ids may hold any character but a dot, so the path is read from its end.
    container, _, number = event["path"].rpartition(":")
    return kind, container.rpartition("/")[2], int(number)


def _containers(event: Mapping[str, Any]) -> Json:
    """`iteration_id` and `loop_id` of a node."""
    kind, container, _ = _place(event)
    return {f"{one}_id": container if one == kind else None for one in ("iteration", "loop")}


def _container_head(event: Mapping[str, Any]) -> Json:
    named = {key: event[key] for key in ("node_id", "node_type", "title")}
    return {"id": event["node_id"], **named, "extras": {}}


def _container_result(event: Mapping[str, Any]) -> Json:
    """The `data` of `iteration_completed` and `loop_completed`, from the container's `node_finished`."""
    kind, process = event["node_type"], event.get("process") or {}
    tokens = process.get("total_tokens", 0)
    metadata: Json = {"total_tokens": tokens, f"{kind}_duration_map": process.get("round_seconds", {})}
    if kind == "loop":
        metadata |= {"completed_reason": process.get("completed_reason"), "loop_variable_map": process.get("round_variables", {})}
    return {
        **_container_head(event),
        "outputs": event.get("outputs") or {},
        "outputs_truncated": False,
        "inputs": event.get("inputs") or {},
        "inputs_truncated": False,
        "status": "succeeded" if event["status"] == "succeeded" else "failed",
        "error": None,
        "elapsed_time": round(event.get("elapsed_s", 0.0), 6),
        "total_tokens": tokens,
        "execution_metadata": metadata,
        "created_at": int(event.get("started_at") or event["at"]),
        "finished_at": int(event["at"]),
        "steps": process.get("rounds", 0),
    }


def _node_result(event: Mapping[str, Any], status: str) -> Json:
    usage, error = event.get("usage") or {}, event.get("error")
    metadata = {
        "total_tokens": usage.get("total_tokens", 0),
        "total_price": money(usage.get("cost_usd", 0)),
        "currency": "USD",
    }
    if event.get("error_strategy"):
        metadata["error_strategy"] = event["error_strategy"]
    kind, container, number = _place(event)
    if kind is not None:
        metadata |= {f"{kind}_id": container, f"{kind}_index": number}
    return {
        **_node_head(event),
        "inputs": event.get("inputs") or {},
        "inputs_truncated": False,
        "process_data": event.get("process") or {},
        "process_data_truncated": False,
        "outputs": event.get("outputs") or {},
        "outputs_truncated": False,
        "status": status,
        "error": error["message"] if error else None,
        "elapsed_time": round(event.get("elapsed_s", 0.0), 6),
        "execution_metadata": metadata,
        "created_at": int(event.get("started_at") or event["at"]),
        "finished_at": int(event["at"]),
        "files": list(files_in(event.get("outputs"))),
        **_containers(event),
    }
