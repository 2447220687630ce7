"""Choose a way through the flow by conditions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from workers.engine.conditions import Case, Compiled, Condition, holds, needs_value, operator_known
from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Output, Reference, form
from workers.engine.problems import Problem

ELSE = "false"


class IfElseConfig(NodeConfig):
    """Settings of an if-else node. Old files have one case as `logical_operator` and `conditions`; its exit is `true`."""

    cases: tuple[Case, ...] = Field((), title="Cases", json_schema_extra=form("分支条件", "conditions"))
    logical_operator: Literal["and", "or"] = Field("and", title="Joined by", json_schema_extra=form("逻辑关系", "hidden"))
    conditions: tuple[Condition, ...] = Field((), title="Conditions", json_schema_extra=form("条件", "hidden"))

    @property
    def effective(self) -> tuple[Case, ...]:
        """The cases, also those of an old file."""
        if self.cases or not self.conditions:
            return self.cases
        return (Case(case_id="true", logical_operator=self.logical_operator, conditions=self.conditions),)


class IfElseNode(Node[IfElseConfig]):
    """The first case that holds decides the exit; `false` when none does."""

    Config = IfElseConfig
    type = "if-else"
    title = {"en": "If / else", "zh-Hans": "条件分支"}
    description = {"en": "Go on along the first branch whose conditions hold.", "zh-Hans": "按条件选择后续分支。"}
    group = "logic"
    icon = "split"
    handles = "cases"
    outputs = (Output("result", "boolean"), Output("selected_case_id", "string"))
    defaults = {"cases": [{"case_id": "true", "logical_operator": "and", "conditions": []}]}

    def __init__(self, node_id: str, config: IfElseConfig) -> None:
        super().__init__(node_id, config)
        self._cases = tuple(
            (case.case_id, case.logical_operator, tuple(Compiled(row) for row in case.conditions)) for case in config.effective
        )

    def problems(self) -> Iterable[Problem]:
        """Check that every condition is complete."""
        if not self.config.effective:
            yield self.problem("condition_incomplete", "Add a case with at least one condition.", "cases")
        for number, case in enumerate(self.config.effective):
            place = f"cases.{number}.conditions" if self.config.cases else "conditions"
            if not case.conditions:
                yield self.problem("condition_incomplete", "Add at least one condition to this case.", place, case=number + 1)
            for index, row in enumerate(case.conditions):
                yield from self._condition_problems(row, f"{place}.{index}")

    def _condition_problems(self, row: Condition, place: str) -> Iterable[Problem]:
        if len(row.variable_selector) < 2:
            yield self.problem("condition_incomplete", "Choose the variable that this condition looks at.", f"{place}.variable_selector")
        if not operator_known(row.comparison_operator):
            message = "Choose an operator for this condition."
            if row.comparison_operator:
                message = f"There is no operator {row.comparison_operator!r}: choose one from the list."
            yield self.problem("condition_incomplete", message, f"{place}.comparison_operator")
        elif needs_value(row.comparison_operator) and row.sub_variable_condition is None and row.value in ("", [], ()):
            yield self.problem("condition_incomplete", "Give the value that this condition compares with.", f"{place}.value")
        for index, sub in enumerate(row.sub_variable_condition.conditions if row.sub_variable_condition is not None else ()):
            if not sub.key or not operator_known(sub.comparison_operator):
                yield self.problem(
                    "condition_incomplete",
                    "Choose the file's attribute and an operator for this condition.",
                    f"{place}.sub_variable_condition.conditions.{index}",
                )

    def references(self) -> Iterable[Reference]:
        """List the variables of all conditions."""
        for number, (_, _, conditions) in enumerate(self._cases):
            place = f"cases.{number}.conditions" if self.config.cases else "conditions"
            for index, condition in enumerate(conditions):
                if len(condition.selector) >= 2:
                    yield from condition.references(f"{place}.{index}")

    def exits(self) -> tuple[str, ...]:
        """One exit per case, and `false`."""
        return (*(case_id for case_id, _, _ in self._cases), ELSE)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Try the cases in order. Raises NodeError variable_missing, condition_type_mismatch, operator_unknown."""
        record: list[dict[str, Any]] = []
        for case_id, logical_operator, conditions in self._cases:
            if conditions and holds(conditions, logical_operator, ctx.scope, record):
                return _chosen(case_id, True, record)
        return _chosen(ELSE, False, record)


def _chosen(handle: str, result: bool, record: list[dict[str, Any]]) -> NodeOutputs:
    values = {"result": result, "selected_case_id": handle}
    return NodeOutputs(values, inputs={"conditions": record}, process={"condition_results": record}, handle=handle)
