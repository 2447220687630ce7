"""Small words for flow documents, runs and event logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import jinja2

from tests.fakes.scripted_model import ScriptedModel
from workers.engine import plan as plans
from workers.engine import runner
from workers.engine.errors import NodeError
from workers.engine.events import AnswerDelta, AnswerReplaced, Event, NodeFinished, NodeKept, NodeStarted, RunFinished, RunPaused
from workers.engine.ports import (
    ChatMessage,
    CodeRunner,
    Documents,
    HttpRequest,
    HttpResponse,
    Limits,
    NoCode,
    NoDocuments,
    Ports,
    Retrieval,
    RunInfo,
)
from workers.engine.state import RunState
from workers.engine.stops import Stops


def node(node_id: str, kind: str, **data: Any) -> dict[str, Any]:
    """A node as drawn."""
    return {"id": node_id, "type": "custom", "position": {"x": 0, "y": 0}, "data": {"type": kind, "title": node_id, **data}}


def edge(source: str, target: str, handle: str = "source") -> dict[str, Any]:
    """A connection."""
    return {"id": f"{source}-{handle}-{target}", "source": source, "target": target, "sourceHandle": handle, "targetHandle": "target"}


def chain(*ids: str) -> list[dict[str, Any]]:
    """Connections along a line."""
    return [edge(source, target) for source, target in pairwise(ids)]


def document(nodes: Iterable[dict[str, Any]], edges: Iterable[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A whole flow."""
    return {"graph": {"nodes": list(nodes), "edges": list(edges)}, "features": {}, **more}


def start(*variables: dict[str, Any], node_id: str = "start") -> dict[str, Any]:
    """A start node."""
    return node(node_id, "start", variables=list(variables))


def ask(name: str, kind: str = "text-input", **more: Any) -> dict[str, Any]:
    """An input of a start node."""
    return {"variable": name, "label": name, "type": kind, "required": False, **more}


def llm(node_id: str = "llm", prompt: str = "Say hello", **data: Any) -> dict[str, Any]:
    """An LLM node whose model has the node's name."""
    defaults = {
        "model": {"provider": "demo", "name": node_id, "mode": "chat", "completion_params": {}},
        "prompt_template": [{"role": "user", "text": prompt}],
    }
    return node(node_id, "llm", **{**defaults, **data})


def answer(text: str = "{{#llm.text#}}", node_id: str = "answer") -> dict[str, Any]:
    """An answer node."""
    return node(node_id, "answer", answer=text, variables=[])


def end(node_id: str = "end", **outputs: str) -> dict[str, Any]:
    """An end node: name="node.variable"."""
    return node(node_id, "end", outputs=[{"variable": name, "value_selector": path.split(".")} for name, path in outputs.items()])


def if_else(node_id: str, *cases: tuple[str, list[dict[str, Any]]], joined: str = "and", **data: Any) -> dict[str, Any]:
    """An if-else node."""
    rows = [{"case_id": case_id, "logical_operator": joined, "conditions": conditions} for case_id, conditions in cases]
    return node(node_id, "if-else", cases=rows, **data)


def when(path: str, operator: str, value: Any = "", **more: Any) -> dict[str, Any]:
    """A condition."""
    return {"id": "c", "variable_selector": path.split("."), "comparison_operator": operator, "value": value, **more}


SYSTEM = {"query": "hi", "files": [], "user_id": "u", "conversation_id": "c", "dialogue_count": 1}


class Jinja:
    """The template port with plain Jinja in this process; remembers what it was given."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    async def render(self, template: str, variables: Mapping[str, Any]) -> str:
        """Render, with the port's errors."""
        self.calls.append((template, dict(variables)))
        try:
            return jinja2.Environment(autoescape=False).from_string(template).render(**variables)
        except jinja2.TemplateSyntaxError as error:
            raise NodeError("template_syntax", str(error), details={"line": error.lineno}) from None


class Files:
    """The file port: every file is at example.test and holds its id; `kept` are those that nodes made."""

    def __init__(self) -> None:
        self.kept: list[tuple[bytes, str, str]] = []

    async def data_url(self, file: Mapping[str, Any]) -> str:
        """Make an address from the file's id."""
        return f"https://files.example.test/{file.get('related_id')}"

    async def read(self, file: Mapping[str, Any]) -> bytes:
        """Return the file's id."""
        return str(file.get("related_id")).encode()

    async def keep(self, content: bytes, name: str, mime_type: str) -> dict[str, Any]:
        """Remember the file."""
        self.kept.append((content, name, mime_type))
        return picture(f"kept{len(self.kept)}", type="document", transfer_method="tool_file", name=name, mime_type=mime_type)


class Web:
    """The HTTP port: answers in order and remembers what it was asked; an error is raised."""

    def __init__(self, *answers: HttpResponse | NodeError) -> None:
        self._answers = list(answers)
        self.requests: list[HttpRequest] = []

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        self.requests.append(request)
        answer = self._answers.pop(0) if self._answers else HttpResponse(200, {"content-type": "text/plain"}, b"ok", request.url)
        if isinstance(answer, NodeError):
            raise answer
        return answer


class Library:
    """The knowledge port: finds the same things every time and remembers what it was asked."""

    def __init__(self, *found: dict[str, Any]) -> None:
        self.found = list(found)
        self.requests: list[Retrieval] = []

    async def search(self, request: Retrieval) -> list[dict[str, Any]]:
        """Answer."""
        self.requests.append(request)
        return self.found


def picture(file_id: str = "p1", **more: Any) -> dict[str, Any]:
    """A file value of a picture."""
    return {
        "type": "image",
        "transfer_method": "local_file",
        "related_id": file_id,
        "name": f"{file_id}.png",
        "extension": ".png",
        "mime_type": "image/png",
        "size": 100,
        "url": f"/files/{file_id}",
        **more,
    }


class Clock:
    """Time that passes one second per look."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@dataclass
class Ran:
    """A run that ended."""

    events: list[Event]
    state: RunState
    last: RunFinished | RunPaused | None

    @property
    def finished(self) -> RunFinished:
        """The last event."""
        assert isinstance(self.last, RunFinished)
        return self.last

    @property
    def streamed(self) -> list[str]:
        """The answer as it left; a replacement is marked by `=`."""
        said = [event for event in self.events if isinstance(event, (AnswerDelta, AnswerReplaced))]
        return [f"={event.text}" if isinstance(event, AnswerReplaced) else event.text for event in said]

    def node(self, node_id: str) -> NodeFinished:
        """The node_finished event of a node."""
        return next(event for event in self.events if isinstance(event, NodeFinished) and event.node_id == node_id)

    @property
    def started(self) -> list[str]:
        """Ids of the nodes begun, in order."""
        return [event.node_id for event in self.events if isinstance(event, NodeStarted)]


@dataclass
class Bench:
    """Runs documents. What a test does not care about has a default."""

    model: ScriptedModel = field(default_factory=ScriptedModel)
    templates: Jinja = field(default_factory=Jinja)
    files: Files = field(default_factory=Files)
    http: Web = field(default_factory=Web)
    knowledge: Library = field(default_factory=Library)
    code: CodeRunner = field(default_factory=NoCode)
    documents: Documents = field(default_factory=NoDocuments)
    limits: Limits = field(default_factory=Limits)
    mode: str = "advanced-chat"
    system: dict[str, Any] = field(default_factory=lambda: dict(SYSTEM))
    conversation: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)
    history: tuple[ChatMessage, ...] = ()
    live_preview: bool = False
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def info(self, inputs: Mapping[str, Any] | None = None) -> RunInfo:
        """The facts of a run."""
        return RunInfo(
            run_id="run-1",
            mode=self.mode,
            inputs=inputs or {},
            system=self.system,
            conversation=self.conversation,
            environment=self.environment,
            history=self.history,
            live_preview=self.live_preview,
            values=self.values,
        )

    @property
    def ports(self) -> Ports:
        """The ports of a run."""
        return Ports(
            chat=self.model,
            templates=self.templates,
            files=self.files,
            http=self.http,
            knowledge=self.knowledge,
            code=self.code,
            documents=self.documents,
        )

    def plan(self, flow: Mapping[str, Any], cut: plans.Cut | None = None) -> plans.Plan:
        """Compile a document that must have no errors."""
        compiled = plans.compile(flow, self.mode, cut)
        assert compiled.runnable, [problem for problem in compiled.problems if problem.severity == "error"]
        return compiled

    async def run(
        self,
        flow: Mapping[str, Any],
        inputs: Mapping[str, Any] | None = None,
        *,
        state: RunState | None = None,
        events: list[Event] | None = None,
        kept: Mapping[str, NodeKept] | None = None,
        cut: plans.Cut | None = None,
        stops: Stops | None = None,
    ) -> Ran:
        """Run a document to its end."""
        log: list[Event] = [] if events is None else events
        state = RunState() if state is None else state
        last = await runner.execute(
            self.plan(flow, cut),
            self.info(inputs),
            self.ports,
            state=state,
            emit=log.append,
            limits=self.limits,
            clock=Clock(),
            kept=kept,
            stops=stops,
        )
        return Ran(log, state, last)
