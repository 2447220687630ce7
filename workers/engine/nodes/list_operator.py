"""Filter, pick, sort and shorten a list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field, field_validator

from workers.engine.conditions import Check, attribute, check, needs_value, operator_known
from workers.engine.errors import NodeError
from workers.engine.node import Chosen, Node, NodeConfig, NodeContext, NodeOutputs, Output, Part, Reference, form, template_references
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, as_text, file_attribute, is_file, template


class FilterCondition(Part):
    """A condition on an item; `key` names an attribute of a file or an object, else the item itself is compared."""

    key: str = ""
    comparison_operator: str = "contains"
    value: Any = ""


class FilterBy(Part):
    """Keep the items that meet all conditions."""

    enabled: bool = False
    conditions: tuple[FilterCondition, ...] = ()


class ExtractBy(Part):
    """Keep one item; `serial` counts from 1 and may use variables."""

    enabled: bool = False
    serial: str = "1"


class OrderBy(Part):
    """Sort by an attribute, or by the items themselves."""

    enabled: bool = False
    key: str = ""
    value: Literal["asc", "desc"] = "asc"

    @field_validator("value", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return str(value).lower() or "asc"


class Limit(Part):
    """Keep the first items."""

    enabled: bool = False
    size: int = Field(10, ge=0)

    @field_validator("size", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        return 10 if value == "" else value


class ListOperatorConfig(NodeConfig):
    """Settings of a list operator."""

    variable: Chosen = Field((), title="List", json_schema_extra=form("列表", "variable"))
    filter_by: FilterBy = Field(FilterBy(), title="Filter", json_schema_extra=form("过滤条件", "list-filter"))
    extract_by: ExtractBy = Field(ExtractBy(), title="Pick one item", json_schema_extra=form("取第 N 项", "list-extract"))
    order_by: OrderBy = Field(OrderBy(), title="Sort", json_schema_extra=form("排序", "list-order"))
    limit: Limit = Field(Limit(), title="Keep the first items", json_schema_extra=form("取前 N 项", "list-limit"))
    var_type: str = Field("", title="Type", json_schema_extra=form("类型", "hidden"))
    item_var_type: str = Field("", title="Type of the items", json_schema_extra=form("元素类型", "hidden"))


class ListOperatorNode(Node[ListOperatorConfig]):
    """The order is fixed: filter, pick, sort, shorten."""

    Config = ListOperatorConfig
    type = "list-operator"
    title = {"en": "List operator", "zh-Hans": "列表操作"}
    description = {"en": "Filter, sort and shorten a list.", "zh-Hans": "对列表进行过滤、排序和截取。"}
    group = "data"
    icon = "list-filter"
    outputs = (Output("result", "array[any]"), Output("first_record", "any"), Output("last_record", "any"))
    defaults = {
        "variable": [],
        "filter_by": {"enabled": False, "conditions": []},
        "extract_by": {"enabled": False, "serial": "1"},
        "order_by": {"enabled": False, "key": "", "value": "asc"},
        "limit": {"enabled": False, "size": 10},
    }

    def __init__(self, node_id: str, config: ListOperatorConfig) -> None:
        super().__init__(node_id, config)
        rows = config.filter_by.conditions if config.filter_by.enabled else ()
        self._checks: tuple[tuple[str, Check], ...] = tuple((row.key, check(row.comparison_operator, row.value)) for row in rows)
        self._serial = template(config.extract_by.serial)

    def problems(self) -> Iterable[Problem]:
        """Check that the conditions are complete."""
        for index, row in enumerate(self.config.filter_by.conditions if self.config.filter_by.enabled else ()):
            place = f"filter_by.conditions.{index}"
            if not operator_known(row.comparison_operator):
                message = f"There is no operator {row.comparison_operator!r}: choose one from the list."
                yield self.problem("condition_incomplete", message, f"{place}.comparison_operator")
            elif needs_value(row.comparison_operator) and row.value in ("", [], ()):
                yield self.problem("condition_incomplete", "Give the value to compare with.", f"{place}.value", warning=True)

    def references(self) -> Iterable[Reference]:
        """List the list and the variables of the settings that are used."""
        yield Reference(self.config.variable, "variable", True)
        for index, (_, row) in enumerate(self._checks):
            yield from row.references(f"filter_by.conditions.{index}.value")
        if self.config.extract_by.enabled:
            yield from template_references(self._serial, "extract_by.serial")

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Work through the steps. Raises NodeError variable_missing, list_expected, condition_type_mismatch, item_missing, list_mixed."""
        given = ctx.scope.get(self.config.variable)
        name = ".".join(self.config.variable)
        if given is MISSING:
            raise NodeError("variable_missing", f"The variable {name} has no value here: its node did not run before this one.")
        if given is not None and not isinstance(given, list):
            raise NodeError("list_expected", f"The variable {name} is not a list: choose another one.")
        items = list(given or ())
        for key, row in self._checks:
            expected = row.expect(ctx.scope)
            items = [item for item in items if _meets(item, key, row, expected)]
        if self.config.extract_by.enabled and items:
            items = [self._picked(items, self._serial.render(ctx.scope))]
        if self.config.order_by.enabled:
            items = _sorted(items, self.config.order_by)
        if self.config.limit.enabled:
            items = items[: self.config.limit.size]
        values = {"result": items, "first_record": items[0] if items else None, "last_record": items[-1] if items else None}
        return NodeOutputs(values, inputs={"variable": given})

    def _picked(self, items: list[Any], serial: str) -> Any:
        try:
            position = int(float(serial))
        except ValueError:
            raise NodeError("item_missing", f"{serial!r} is not the number of an item: items count from 1.") from None
        if not 1 <= position <= len(items):
            raise NodeError("item_missing", f"There is no item {position}: the list has {len(items)}.")
        return items[position - 1]


def _meets(item: Any, key: str, row: Check, expected: Any) -> bool:
    if key and is_file(item):
        return row.compare(*attribute(item, key, expected))
    return row.compare(_part(item, key), expected)


def _part(item: Any, key: str) -> Any:
    if not key:
        return item
    if is_file(item):
        found = file_attribute(item, key)
        return None if found is MISSING else found
    # Lists of plain values carry a key in some files; it means nothing there.
    return item.get(key) if isinstance(item, dict) else item


def _sorted(items: list[Any], order: OrderBy) -> list[Any]:
    """Sort numbers by size and everything else as text; what has no value comes last."""
    keyed = [(_part(item, order.key), item) for item in items]
    present = [row for row in keyed if row[0] is not None]
    plain = all(isinstance(key, (int, float)) for key, _ in present)
    if not plain and any(isinstance(key, (dict, list)) for key, _ in present):
        raise NodeError("list_mixed", "Objects and lists have no order: choose an attribute to sort by.")
    present.sort(key=lambda row: row[0] if plain else as_text(row[0]), reverse=order.value == "desc")
    return [item for _, item in present] + [item for key, item in keyed if key is None]
