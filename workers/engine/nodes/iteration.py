"""Do the same with every item of a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from workers.engine.containers import ContainerConfig, ContainerNode, Rounds
from workers.engine.errors import LimitExceeded, NodeError
from workers.engine.events import ErrorInfo
from workers.engine.node import Chosen, NodeContext, NodeOutputs, Output, Reference, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, Scope

ErrorMode = Literal["terminated", "continue-on-error", "remove-abnormal-output"]


class IterationConfig(ContainerConfig):
    """Settings of an iteration."""

    iterator_selector: Chosen = Field((), title="List", json_schema_extra=form("输入列表", "variable"))
    output_selector: Chosen = Field((), title="Result of a round", json_schema_extra=form("每轮输出变量", "variable"))
    output_type: str = Field("array[any]", title="Type", json_schema_extra=form("类型", "hidden"))
    is_parallel: bool = Field(False, title="In parallel", json_schema_extra=form("并行模式", "switch"))
    parallel_nums: int = Field(
        10, ge=1, title="Rounds at a time", json_schema_extra=form("最大并行数", "number", show_if={"is_parallel": True})
    )
    error_handle_mode: ErrorMode = Field("terminated", title="When a round fails", json_schema_extra=form("某轮失败时", "select"))
    flatten_output: bool = Field(True, title="Join lists", json_schema_extra=form("扁平化输出", "switch"))


class IterationNode(ContainerNode[IterationConfig]):
    """A container with one round per item."""

    Config = IterationConfig
    type = "iteration"
    start_type = "iteration-start"
    title = {"en": "Iteration", "zh-Hans": "迭代"}
    description = {"en": "Run the same steps for every item of a list.", "zh-Hans": "对列表中的每一项执行相同的步骤。"}
    icon = "repeat"
    outputs = (Output("output", "array[any]"),)
    defaults = {
        "start_node_id": "",
        "iterator_selector": [],
        "output_selector": [],
        "output_type": "array[string]",
        "is_parallel": False,
        "parallel_nums": 10,
        "error_handle_mode": "terminated",
        "flatten_output": True,
    }

    def problems(self) -> Iterable[Problem]:
        """A round without a result is allowed: it may answer or write variables."""
        if len(self.config.output_selector) < 2:
            message = "Choose which variable of a round goes into the result; now the result holds only nulls."
            yield self.problem("output_missing", message, "output_selector", warning=True)

    def references(self) -> Iterable[Reference]:
        """The list, and what a round hands on."""
        yield Reference(self.config.iterator_selector, "iterator_selector", True)
        if len(self.config.output_selector) >= 2:
            yield Reference(self.config.output_selector, "output_selector", inside=True)

    def inner_names(self) -> frozenset[str]:
        """`item` and its `index` from 0."""
        return frozenset({"item", "index"})

    def begin(self, ctx: NodeContext) -> Rounds:
        """Look at the list. Raises NodeError variable_missing, iterator_not_list, LimitExceeded rounds."""
        items = ctx.scope.get(self.config.iterator_selector)
        name = ".".join(self.config.iterator_selector)
        if items is MISSING:
            raise NodeError("variable_missing", f"The variable {name} has no value here: its node did not run before this one.")
        if items is None or items == "":
            items = []
        if not isinstance(items, (list, tuple)):
            raise NodeError("iterator_not_list", f"The variable {name} is not a list, so there is nothing to go through: choose a list.")
        if len(items) > ctx.limits.rounds:
            raise LimitExceeded("rounds", ctx.limits.rounds, len(items))
        return _Items(self.id, self.config, list(items), ctx)


class _Items(Rounds):
    def __init__(self, node_id: str, config: IterationConfig, items: list[Any], ctx: NodeContext) -> None:
        self._node_id = node_id
        self._config = config
        self._items = items
        self._around = ctx.scope
        self._results: list[Any] = [None] * len(items)
        self._failed: set[int] = set()
        self.length = len(items)
        self.width = min(config.parallel_nums, ctx.limits.parallel) if config.is_parallel else 1
        self.inputs = {"iterator_selector": items}

    def scope(self, number: int) -> Scope | None:
        if number >= len(self._items):
            return None
        return Scope({self._node_id: {"item": self._items[number], "index": number}}, self._around)

    def finished(self, number: int, scope: Scope, *, broke: bool) -> None:
        value = scope.get(self._config.output_selector)
        self._results[number] = None if value is MISSING else value

    def failed(self, number: int, error: ErrorInfo) -> bool:
        self._failed.add(number)
        return self._config.error_handle_mode == "terminated"

    def assign(self, values: dict[str, Any]) -> None:
        raise AssertionError("the runner lets nodes write to loops only")

    def outputs(self) -> NodeOutputs:
        results = self._results
        if self._config.error_handle_mode == "remove-abnormal-output":
            results = [value for number, value in enumerate(results) if number not in self._failed]
        if self._config.flatten_output:
            results = _flattened(results)
        process = {"rounds": len(self._items), "failed_rounds": sorted(self._failed)}
        return NodeOutputs({"output": results}, inputs=self.inputs, process=process)


def _flattened(results: list[Any]) -> list[Any]:
    """Join the lists of a list that holds nothing else; nulls of failed rounds do not count."""
    lists = [value for value in results if value is not None]
    if not lists or not all(isinstance(value, list) for value in lists):
        return results
    return [item for value in lists for item in value]
