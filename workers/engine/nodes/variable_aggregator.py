"""Bring branches together: the first variable that has a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs, Output, Part, Reference, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, Scope


class Group(Part):
    """One output of several, `<group_name>.output`, with its own candidates."""

    group_id: str = Field("", alias="groupId")
    group_name: str = ""
    output_type: str = "any"
    variables: tuple[tuple[str, ...], ...] = ()


class AdvancedSettings(Part):
    """Several aggregations in one node."""

    group_enabled: bool = False
    groups: tuple[Group, ...] = ()


class VariableAggregatorConfig(NodeConfig):
    """Settings of an aggregator."""

    output_type: str = Field("any", title="Type", json_schema_extra=form("类型", "hidden"))
    variables: tuple[tuple[str, ...], ...] = Field((), title="Candidates", json_schema_extra=form("候选变量", "aggregator"))
    advanced_settings: AdvancedSettings = Field(AdvancedSettings(), title="Groups", json_schema_extra=form("分组", "hidden"))


class VariableAggregatorNode(Node[VariableAggregatorConfig]):
    """The place where branches meet again."""

    Config = VariableAggregatorConfig
    type = "variable-aggregator"
    title = {"en": "Variable aggregator", "zh-Hans": "变量聚合器"}
    description = {"en": "Take the value of whichever branch ran.", "zh-Hans": "汇合多个分支，取已有值的变量。"}
    group = "data"
    icon = "merge"
    outputs = (Output("output", "any"),)
    outputs_from = {"path": "advanced_settings.groups", "name": "group_name", "type": "output_type"}
    defaults = {"output_type": "any", "variables": [], "advanced_settings": {"group_enabled": False, "groups": []}}

    def problems(self) -> Iterable[Problem]:
        """Check that there is something to choose from."""
        if not self.config.advanced_settings.group_enabled:
            if not self.config.variables:
                yield self.problem("selector_missing", "Choose at least one variable.", "variables")
            return
        seen: set[str] = set()
        for index, group in enumerate(self.config.advanced_settings.groups):
            place = f"advanced_settings.groups.{index}"
            if not group.group_name:
                yield self.problem("variable_name_invalid", "Give this group a name.", f"{place}.group_name", name="")
            elif group.group_name in seen:
                message = f"Two groups are called {group.group_name!r}: rename one of them."
                yield self.problem("variable_name_duplicate", message, f"{place}.group_name", name=group.group_name)
            seen.add(group.group_name)
            if not group.variables:
                yield self.problem("selector_missing", "Choose at least one variable for this group.", f"{place}.variables")

    def references(self) -> Iterable[Reference]:
        """List the candidates."""
        settings = self.config.advanced_settings
        if not settings.group_enabled:
            return (Reference(selector, f"variables.{index}", True) for index, selector in enumerate(self.config.variables))
        return (
            Reference(selector, f"advanced_settings.groups.{number}.variables.{index}", True)
            for number, group in enumerate(settings.groups)
            for index, selector in enumerate(group.variables)
        )

    def output_names(self) -> frozenset[str]:
        """`output`, or one per group."""
        settings = self.config.advanced_settings
        return frozenset(group.group_name for group in settings.groups) if settings.group_enabled else frozenset({"output"})

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Take the first candidate that is not null; null when there is none."""
        settings = self.config.advanced_settings
        if not settings.group_enabled:
            name, value = _first(self.config.variables, ctx.scope)
            return NodeOutputs({"output": value}, inputs={name: value} if name else {})
        values: dict[str, Any] = {}
        inputs: dict[str, Any] = {}
        for group in settings.groups:
            name, value = _first(group.variables, ctx.scope)
            values[group.group_name] = {"output": value}
            if name:
                inputs[name] = value
        return NodeOutputs(values, inputs=inputs)


def _first(selectors: Iterable[tuple[str, ...]], scope: Scope) -> tuple[str, Any]:
    for selector in selectors:
        value = scope.get(selector)
        if value is not MISSING and value is not None:
            return ".".join(selector), value
    return "", None
