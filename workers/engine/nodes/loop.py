"""Do the same again and again until a condition holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
from pydantic import Field

from workers.engine.conditions import Compiled, Condition, holds, needs_value, operator_known
from workers.engine.containers import ContainerConfig, ContainerNode, Rounds
from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import ErrorInfo
from workers.engine.names import name_problem
from workers.engine.node import NodeContext, NodeOutputs, Output, Part, Reference, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, Scope

HISTORY_BYTES = 65_536  # of the variables after each round, which are kept for people


class LoopVariable(Part):
    """A variable that lives through the rounds. `value` is a selector or, with `value_type` constant, the value itself."""

    id: str = ""
    label: str = ""
    var_type: str = "string"
    value_type: Literal["variable", "constant"] = "constant"
    value: Any = None

    @property
    def selector(self) -> tuple[str, ...]:
        """The variable it begins with."""
        return tuple(str(part) for part in self.value) if isinstance(self.value, (list, tuple)) else ()


class LoopConfig(ContainerConfig):
    """Settings of a loop."""

    loop_variables: tuple[LoopVariable, ...] = Field((), title="Loop variables", json_schema_extra=form("循环变量", "loop-variables"))
    break_conditions: tuple[Condition, ...] = Field((), title="Stop when", json_schema_extra=form("终止条件", "conditions"))
    logical_operator: Literal["and", "or"] = Field("and", title="Joined by", json_schema_extra=form("逻辑关系", "hidden"))
    loop_count: int = Field(10, ge=1, title="Most rounds", json_schema_extra=form("最大循环次数", "number"))
    error_handle_mode: Literal["", "terminated", "continue-on-error", "remove-abnormal-output"] = Field(
        "terminated", title="When a round fails", json_schema_extra=form("某轮失败时", "hidden")
    )


class LoopNode(ContainerNode[LoopConfig]):
    """A container whose rounds go on until a condition holds, a loop-end is reached or all rounds are used."""

    Config = LoopConfig
    type = "loop"
    start_type = "loop-start"
    title = {"en": "Loop", "zh-Hans": "循环"}
    description = {"en": "Repeat steps until a condition holds.", "zh-Hans": "重复执行步骤，直到满足终止条件。"}
    icon = "refresh-cw"
    outputs = (Output("loop_round", "number"),)
    outputs_from = {"path": "loop_variables", "name": "label", "type": "var_type"}
    defaults = {
        "start_node_id": "",
        "loop_variables": [],
        "break_conditions": [],
        "logical_operator": "and",
        "loop_count": 10,
        "error_handle_mode": "terminated",
    }

    def __init__(self, node_id: str, config: LoopConfig) -> None:
        super().__init__(node_id, config)
        self.conditions = tuple(Compiled(row) for row in config.break_conditions)

    def problems(self) -> Iterable[Problem]:
        """Check names and values of the variables, and that every condition is complete."""
        seen: Counter[str] = Counter()
        for index, row in enumerate(self.config.loop_variables):
            seen[row.label] += 1
            problem = name_problem(self.id, f"loop_variables.{index}.label", row.label, seen[row.label] > 1)
            if problem is not None:
                yield problem
            if row.value_type == "constant":
                try:
                    _constant(row)
                except ValueError:
                    message = f"The value of {row.label!r} is not a {row.var_type}: correct it."
                    yield self.problem("value_invalid", message, f"loop_variables.{index}.value", name=row.label, type=row.var_type)
        for index, condition in enumerate(self.config.break_conditions):
            place = f"break_conditions.{index}"
            operator = condition.comparison_operator
            if len(condition.variable_selector) < 2:
                message = "Choose the variable that this condition looks at."
                yield self.problem("condition_incomplete", message, f"{place}.variable_selector")
            if not operator_known(operator):
                message = f"There is no operator {operator!r}: choose one from the list." if operator else "Choose an operator."
                yield self.problem("condition_incomplete", message, f"{place}.comparison_operator")
            elif needs_value(operator) and condition.sub_variable_condition is None and condition.value in ("", [], ()):
                yield self.problem("condition_incomplete", "Give the value that this condition compares with.", f"{place}.value")

    def references(self) -> Iterable[Reference]:
        """What the variables begin with, and what the conditions look at."""
        for index, row in enumerate(self.config.loop_variables):
            if row.value_type == "variable":
                yield Reference(row.selector, f"loop_variables.{index}.value", True)
        for index, condition in enumerate(self.conditions):
            if len(condition.selector) >= 2:
                for found in condition.references(f"break_conditions.{index}"):
                    yield Reference(found.selector, found.field, inside=True)

    def inner_names(self) -> frozenset[str]:
        """The loop variables."""
        return frozenset(row.label for row in self.config.loop_variables)

    def output_names(self) -> frozenset[str]:
        """The loop variables as they were at the end, and `loop_round`."""
        return self.inner_names() | {"loop_round"}

    def begin(self, ctx: NodeContext) -> Rounds:
        """Give the variables their first values. Raises NodeError variable_missing."""
        values: dict[str, Any] = {}
        for row in self.config.loop_variables:
            value = ctx.scope.get(row.selector) if row.value_type == "variable" else _constant(row)
            if value is MISSING:
                name = ".".join(row.selector)
                raise NodeError("variable_missing", f"The variable {name} has no value here: its node did not run before this one.")
            values[row.label] = value
        return _Repeats(self, values, ctx)


def _constant(row: LoopVariable) -> Any:
    """Read the first value of a variable; text stands for JSON where the type is not text. Raises ValueError."""
    value, kind = row.value, row.var_type
    if kind == "string":
        return "" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()
    if isinstance(value, str):
        value = orjson.loads(value) if value.strip() else None
    if value is None:
        return {"number": 0, "object": {}, "boolean": False}.get(kind, [] if kind.startswith("array") else None)
    anything: tuple[type, ...] = (list, tuple) if kind.startswith("array") else (object,)
    fits: tuple[type, ...] = {"number": (int, float), "object": (dict,), "boolean": (bool,)}.get(kind, anything)
    if not isinstance(value, fits) or (kind == "number" and isinstance(value, bool)):
        raise ValueError(kind)
    return list(value) if isinstance(value, tuple) else value


class _Repeats(Rounds):
    def __init__(self, node: LoopNode, values: dict[str, Any], ctx: NodeContext) -> None:
        self._node = node
        self._allowed = ctx.limits.rounds
        self._scope = Scope({node.id: values}, ctx.scope)
        self._done = 0
        self._seen: dict[str, Mapping[str, Any]] = {}
        self._broke = False
        self.length = node.config.loop_count
        self.inputs = {"loop_count": node.config.loop_count, **values}
        if node.conditions:
            try:
                self._broke = self._holds(self._scope)
            except NodeError:
                self._broke = False  # the condition looks at a node of a round, and none has run

    def _holds(self, scope: Scope) -> bool:
        return bool(self._node.conditions) and holds(self._node.conditions, self._node.config.logical_operator, scope, [])

    def scope(self, number: int) -> Scope | None:
        if self._broke or number >= self.length:
            return None
        if number >= self._allowed:
            raise LimitExceeded("rounds", self._allowed, number + 1)
        return Scope({}, self._scope)

    def finished(self, number: int, scope: Scope, *, broke: bool) -> None:
        self._done = number + 1
        self._seen[str(number)] = self._scope.namespace(self._node.id) or {}
        self._broke = broke or self._holds(scope)

    def failed(self, number: int, error: ErrorInfo) -> bool:
        self._done = number + 1
        return self._node.config.error_handle_mode in {"", "terminated"}

    def assign(self, values: dict[str, Any]) -> None:
        self._scope.put(self._node.id, {**(self._scope.namespace(self._node.id) or {}), **values})

    def outputs(self) -> NodeOutputs:
        values = {**(self._scope.namespace(self._node.id) or {}), "loop_round": self._done}
        reason = "loop_break" if self._broke else "loop_completed"
        process: dict[str, Any] = {"rounds": self._done, "completed_reason": reason}
        if len(orjson.dumps(self._seen, default=str, option=orjson.OPT_NON_STR_KEYS)) <= HISTORY_BYTES:
            process["round_variables"] = self._seen
        return NodeOutputs(values, inputs=self.inputs, process=process)
