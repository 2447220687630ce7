"""What a node type is: its configuration, what it declares about itself, and how it runs.

A node object belongs to a plan: it is built once from a version's document, shared by many runs at a time, and
keeps nothing of a run. Whatever can be prepared (templates taken apart, validators built) is prepared in `__init__`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from workers.engine.errors import NodeError
from workers.engine.events import Usage
from workers.engine.forms import FormAnswer
from workers.engine.ports import Limits, ModelRef, Ports, RunInfo
from workers.engine.problems import Problem
from workers.engine.variables import Scope, Selector, Template

Labels = Mapping[str, str]
Group = Literal["model", "logic", "data", "knowledge", "tools", "triggers", "human"]
Handles = Literal["single", "cases", "none"]
"""A text by language: `en` and `zh-Hans`."""

SOURCE = "source"
FAIL_BRANCH = "fail-branch"


def form(zh: str, widget: str, *, zh_description: str | None = None, show_if: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Describe a field's place in the studio's form: Chinese title, widget, and the value of another field it depends on."""
    extra: dict[str, Any] = {"x-title-zh-Hans": zh, "x-widget": widget}
    if zh_description is not None:
        extra["x-description-zh-Hans"] = zh_description
    if show_if is not None:
        extra["x-show-if"] = dict(show_if)
    return extra


def _selector(written: Any) -> Any:
    if not isinstance(written, str):
        return written
    path = written.strip().removeprefix("{{#").removesuffix("#}}")
    return path.split(".") if path else ()


Chosen = Annotated[tuple[str, ...], BeforeValidator(_selector)]
"""A variable the builder chose; files write one not chosen as an empty text, and some a chosen one as `{{#node.name#}}`."""


class Part(BaseModel):
    """A piece of a configuration: frozen, unknown keys kept, null means absent."""

    model_config = ConfigDict(frozen=True, extra="allow", populate_by_name=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, raw: Any) -> Any:
        return {key: value for key, value in raw.items() if value is not None} if isinstance(raw, dict) else raw


class Variable(Part):
    """A name for a value from another node."""

    variable: str = Field("", title="Name", json_schema_extra=form("名称", "text"))
    value_selector: Chosen = Field((), title="Value", json_schema_extra=form("值", "variable"))


class DefaultValue(Part):
    """An output that stands in when the node fails."""

    key: str
    type: str = "string"
    value: Any = None


class RetryConfig(Part):
    """How often a failed call is tried again; `retry_interval` in milliseconds."""

    retry_enabled: bool = Field(False, title="Retry on failure", json_schema_extra=form("失败时重试", "switch"))
    max_retries: int = Field(3, ge=0, le=10, title="Retries", json_schema_extra=form("重试次数", "number"))
    retry_interval: int = Field(1000, ge=0, le=60_000, title="Wait (ms)", json_schema_extra=form("重试间隔(毫秒)", "number"))


class NodeConfig(Part):
    """The `data` of a node as far as all types share it."""

    type: str = Field(title="Type", json_schema_extra=form("类型", "hidden"))
    title: str = Field("", title="Title", json_schema_extra=form("标题", "hidden"))
    desc: str = Field("", title="Description", json_schema_extra=form("描述", "hidden"))
    version: str = Field("1", title="Version", json_schema_extra=form("版本", "hidden"))
    error_strategy: Literal["", "none", "fail-branch", "default-value"] = Field(
        "", title="When the node fails", json_schema_extra=form("节点失败时", "hidden")
    )
    default_value: tuple[DefaultValue, ...] = Field((), title="Default values", json_schema_extra=form("默认值", "hidden"))
    retry_config: RetryConfig = Field(RetryConfig(), title="Retry", json_schema_extra=form("重试", "hidden"))


@dataclass(frozen=True, slots=True)
class Output:
    """A declared output. `type`: string | number | boolean | object | file | array[…] | any."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A use of a variable. `field` is the dotted path in `data`; `required` ones stop a run when they lead nowhere.

    A container looks `inside` ones up at the end of a round, where the nodes in it have run.
    """

    selector: Selector
    field: str
    required: bool = False
    inside: bool = False


@dataclass(frozen=True, slots=True)
class ResponseParts:
    """What a response node shows, in order. `streamed_only`: of the variables only those that a node writes piece by piece."""

    parts: tuple[str | Selector, ...]
    streamed_only: bool = False
    separator: str = ""


@dataclass(slots=True)
class NodeOutputs:
    """What a node hands back: its output variables, and for the history what went in and how it was done.

    `handle` is the exit that is taken, `conversation` the conversation variables that it changed, `loop_variables`
    those of loops around it, by the loop's id.
    """

    values: dict[str, Any]
    inputs: dict[str, Any] = field(default_factory=dict)
    process: dict[str, Any] = field(default_factory=dict)
    handle: str = SOURCE
    usage: Usage | None = None
    conversation: dict[str, Any] = field(default_factory=dict)
    loop_variables: dict[str, dict[str, Any]] = field(default_factory=dict)


@contextmanager
def telling(
    process: Callable[[], dict[str, Any]], inputs: dict[str, Any] | None = None, usage: Callable[[], Usage | None] = lambda: None
) -> Iterator[None]:
    """Have a failure within tell what was tried: people mend the request that they can read."""
    try:
        yield
    except NodeError as error:
        error.inputs = inputs or error.inputs
        error.process = {**process(), **error.process}
        error.usage = error.usage or usage()
        raise


@dataclass(frozen=True, slots=True)
class NodeContext:
    """One execution of a node: the variables it sees and its ways to the world.

    `write(variable, text)` streams the next piece of an output, `think(text, final)` of the reasoning. Streamed
    pieces put together must equal the output that is returned. `execution_key` is the same when the node is
    executed again after a crash. `form` is the one the node had people asked, `answer` what came of it.
    """

    node_id: str
    path: str
    run: RunInfo
    scope: Scope
    ports: Ports
    limits: Limits
    write: Callable[[str, str], None]
    think: Callable[[str, bool], None]
    form: Mapping[str, Any] | None = None
    answer: FormAnswer | None = None

    @property
    def execution_key(self) -> str:
        """Name this node in this run for calls that must not happen twice."""
        return f"{self.run.run_id}:{self.node_id}:{self.path}"


C = TypeVar("C", bound=NodeConfig)


class Node(Generic[C]):
    """Base of all node types. The class attributes describe the type to the studio, see `registry.node_types`.

    `waits`: False for nodes that never wait for the world, which then need no time-out. `streams`: outputs written
    piece by piece. `handles`: "single" (`source`), "cases" (see `exits`) or "none" (the flow ends here).
    """

    Config: ClassVar[type[NodeConfig]] = NodeConfig
    type: ClassVar[str]
    title: ClassVar[Labels]
    description: ClassVar[Labels]
    group: ClassVar[Group]
    icon: ClassVar[str]
    modes: ClassVar[tuple[str, ...]] = ("workflow", "advanced-chat")
    addable: ClassVar[bool] = True
    handles: ClassVar[Handles] = "single"
    outputs: ClassVar[tuple[Output, ...]] = ()
    outputs_from: ClassVar[dict[str, str] | None] = None
    error_handling: ClassVar[bool] = False
    waits: ClassVar[bool] = False
    streams: ClassVar[frozenset[str]] = frozenset()
    defaults: ClassVar[dict[str, Any]] = {}

    def __init__(self, node_id: str, config: C) -> None:
        self.id = node_id
        self.config = config

    def problems(self) -> Iterable[Problem]:
        """List what is wrong with this node's own settings."""
        return ()

    def references(self) -> Iterable[Reference]:
        """List the variables this node uses."""
        return ()

    def models(self) -> Iterable[tuple[str, ModelRef]]:
        """List the models this node calls, with the field that names each."""
        return ()

    def writes(self) -> Iterable[Selector]:
        """List the conversation and loop variables this node may change."""
        return ()

    def output_names(self) -> frozenset[str] | None:
        """Name the outputs; None when only a run can tell."""
        return frozenset(output.name for output in self.outputs)

    def exits(self) -> tuple[str, ...]:
        """Name the handles that edges may leave from, without `fail-branch`."""
        return () if self.handles == "none" else (SOURCE,)

    def response(self) -> ResponseParts | None:
        """Describe what this node shows of the run; None for all but answer and end nodes."""
        return None

    def repeatable(self) -> bool:
        """Tell whether this node may run again when the worker was lost while it ran. If not, it fails with `outcome_unknown`."""
        return True

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Do the work. Raises NodeError when it cannot be done, LimitExceeded when a limit of the run is reached."""
        raise NotImplementedError

    def problem(self, code: str, message: str, field: str | None = None, *, warning: bool = False, **params: str | int) -> Problem:
        """Build a problem of this node."""
        return Problem(code, message, "warning" if warning else "error", self.id, field, dict(params))


def template_references(template: Template, field: str) -> Iterable[Reference]:
    """List the variables a text uses."""
    return (Reference(selector, field) for selector in template.selectors)
