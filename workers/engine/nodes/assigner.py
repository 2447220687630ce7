"""Change variables that outlive the node: those of the conversation and of a loop around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, model_validator

from workers.engine.errors import NodeError
from workers.engine.node import Chosen, Node, NodeConfig, NodeContext, NodeOutputs, Part, Reference, form
from workers.engine.problems import Problem
from workers.engine.variables import MISSING, Selector, as_text

_READ_ONLY = frozenset({"sys", "env"})
_SPELLINGS = {"overwrite": "over-write", "over_write": "over-write", "remove_first": "remove-first", "remove_last": "remove-last"}
_LISTS = frozenset({"append", "extend", "remove-first", "remove-last"})
_NUMBERS = frozenset({"+=", "-=", "*=", "/="})
_WITHOUT_VALUE = frozenset({"clear", "remove-first", "remove-last"})
OPERATIONS = _LISTS | _NUMBERS | _WITHOUT_VALUE | {"over-write", "set"}
# As in every configuration, a number in a selector is text.
_CHOSEN: TypeAdapter[Selector] = TypeAdapter(Chosen, config=ConfigDict(coerce_numbers_to_str=True))


class Item(Part):
    """One change. `value` is a selector with the input type `variable`, else the value itself."""

    variable_selector: Chosen = ()
    input_type: Literal["variable", "constant"] = "variable"
    operation: str = ""
    value: Any = None

    @model_validator(mode="before")
    @classmethod
    def _other_names(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        operation = str(raw.get("operation") or raw.get("write_mode") or "")
        value = raw.get("value") if raw.get("value") is not None else raw.get("value_selector")
        return {**raw, "operation": _SPELLINGS.get(operation, operation), "value": value}

    @property
    def source(self) -> Selector | None:
        """The variable with the new value, () when none is chosen, None for a constant and operations without a value."""
        if self.operation in _WITHOUT_VALUE or self.input_type == "constant":
            return None
        return _CHOSEN.validate_python(self.value or ()) if isinstance(self.value, (list, tuple, str)) else ()


class AssignerConfig(NodeConfig):
    """Settings of an assigner: a list of changes, or one change as the first version of the node wrote it."""

    items: tuple[Item, ...] = Field((), title="Changes", json_schema_extra=form("赋值操作", "assignments"))
    assigned_variable_selector: Chosen = Field((), title="Variable", json_schema_extra=form("变量", "hidden"))
    write_mode: str = Field("over-write", title="Operation", json_schema_extra=form("操作", "hidden"))
    input_variable_selector: Chosen = Field((), title="Value", json_schema_extra=form("值", "hidden"))

    @property
    def first_version(self) -> bool:
        """True when the single change counts."""
        return not self.items and bool(self.assigned_variable_selector)

    @property
    def effective(self) -> tuple[Item, ...]:
        """The changes, also that of an old file."""
        if not self.first_version:
            return self.items
        operation = _SPELLINGS.get(self.write_mode, self.write_mode)
        return (Item(variable_selector=self.assigned_variable_selector, operation=operation, value=self.input_variable_selector),)


class AssignerNode(Node[AssignerConfig]):
    """Changes apply in order; later ones see what earlier ones did."""

    Config = AssignerConfig
    type = "assigner"
    title = {"en": "Variable assigner", "zh-Hans": "变量赋值"}
    description = {"en": "Change conversation variables and loop variables.", "zh-Hans": "修改会话变量或循环变量的值。"}
    group = "data"
    icon = "pencil-line"
    defaults = {"version": "2", "items": []}

    def problems(self) -> Iterable[Problem]:
        """Check that every change is complete and possible."""
        if not self.config.effective:
            yield self.problem("assignments_missing", "Add at least one change of a variable.", "items")
        for index, item in enumerate(self.config.effective):
            target, operation, _ = self._places(index)
            if item.variable_selector[:1] and item.variable_selector[0] in _READ_ONLY:
                name = ".".join(item.variable_selector)
                message = f"{name} cannot be changed: choose a conversation variable or a loop variable."
                yield self.problem("variable_read_only", message, target, reference=name)
            if item.operation not in OPERATIONS:
                message = f"There is no operation {item.operation!r}: choose one from the list."
                yield self.problem("operation_unknown", message, operation, operation=item.operation)

    def references(self) -> Iterable[Reference]:
        """List what is changed and where the values come from."""
        for index, item in enumerate(self.config.effective):
            target, _, value = self._places(index)
            yield Reference(item.variable_selector[:2], target, True)
            if item.source is not None:
                yield Reference(item.source, value, True)

    def writes(self) -> Iterable[Selector]:
        """List what changes."""
        return (item.variable_selector[:2] for item in self.config.effective)

    def output_names(self) -> frozenset[str]:
        """None."""
        return frozenset()

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Apply the changes. Raises NodeError variable_missing, variable_read_only, operation_impossible."""
        changed: dict[Selector, Any] = {}
        before: dict[Selector, Any] = {}

        def look(selector: Selector) -> Any:
            value = changed.get(selector, MISSING)
            if value is MISSING:
                value = ctx.scope.get(selector)
            if value is MISSING:
                message = f"The variable {'.'.join(selector)} has no value here: its node did not run before this one."
                raise NodeError("variable_missing", message)
            return value

        inputs: dict[str, Any] = {}
        for item in self.config.effective:
            target = item.variable_selector[:2]
            if not target or target[0] in _READ_ONLY:
                raise NodeError("variable_read_only", f"{'.'.join(target)} cannot be changed.")
            old = look(target)
            before.setdefault(target, old)
            given = item.value if item.source is None else look(item.source)
            if item.source is not None:
                inputs[".".join(item.source)] = given
                if given is None:
                    continue  # a value that was never set changes nothing
            changed[target] = _changed(".".join(target), item.operation, old, given, checked=not self.config.first_version)
        return _handed_back(changed, before, inputs)

    def _places(self, index: int) -> tuple[str, str, str]:
        if self.config.first_version:
            return "assigned_variable_selector", "write_mode", "input_variable_selector"
        return f"items.{index}.variable_selector", f"items.{index}.operation", f"items.{index}.value"


def _handed_back(changed: dict[Selector, Any], before: dict[Selector, Any], inputs: dict[str, Any]) -> NodeOutputs:
    outputs = NodeOutputs({}, inputs=inputs)
    for (namespace, name), value in changed.items():
        if namespace == "conversation":
            outputs.conversation[name] = value
        else:
            outputs.loop_variables.setdefault(namespace, {})[name] = value
    outputs.process["updated_variables"] = [
        {"name": name, "selector": [namespace, name], "old_value": before[namespace, name], "new_value": value}
        for (namespace, name), value in changed.items()
    ]
    return outputs


def _changed(name: str, operation: str, old: Any, given: Any, *, checked: bool) -> Any:
    """Return the new value; never changes the old one in place. Raises NodeError operation_impossible."""
    if operation == "clear":
        return _emptied(old)
    if operation in _LISTS:
        return _listed(name, operation, old, given)
    if operation in _NUMBERS:
        return _calculated(name, operation, old, given)
    if operation not in OPERATIONS:
        raise _impossible(name, operation, f"there is no operation {operation!r}")
    if isinstance(given, str) and isinstance(old, (dict, list)) and checked:
        given = _parsed(name, operation, given)
    elif isinstance(given, str) and checked:
        given = _read(old, given)
    # An empty text may be a variable of another type that was never set.
    if checked and old not in (None, "") and _kind(given) != _kind(old):
        raise _impossible(name, operation, f"it holds {_kind(old)} and the new value is {_kind(given)}")
    return given


def _listed(name: str, operation: str, old: Any, given: Any) -> list[Any]:
    values = [] if old is None or old == "" else old
    if not isinstance(values, list):
        raise _impossible(name, operation, f"it holds {_kind(old)}, not a list")
    if operation == "remove-first":
        return values[1:]
    if operation == "remove-last":
        return values[:-1]
    if operation == "append":
        return [*values, given]
    more = _parsed(name, operation, given) if isinstance(given, str) else given
    if not isinstance(more, list):
        raise _impossible(name, operation, f"only a list can be joined to it, not {_kind(more)}")
    return [*values, *more]


def _calculated(name: str, operation: str, old: Any, given: Any) -> Any:
    left, right = 0 if old in (None, "") else old, _number(given)
    if _kind(left) != "a number" or right is None:
        raise _impossible(name, operation, f"numbers are needed, not {_kind(left)} and {as_text(given)[:100]!r}")
    if operation == "+=":
        return left + right
    if operation == "-=":
        return left - right
    if operation == "*=":
        return left * right
    if right == 0:
        raise _impossible(name, operation, "a number cannot be divided by zero")
    return left / right


def _number(value: Any) -> int | float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    try:
        return int(value)
    except ValueError:
        try:
            return float(value)
        except ValueError:
            return None


def _read(old: Any, text: str) -> Any:
    """Read the text of a constant as the number or the truth value that it stands for."""
    if isinstance(old, bool):
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    number = _number(text) if isinstance(old, (int, float)) else None
    return text if number is None else number


def _emptied(old: Any) -> Any:
    for kind, empty in ((bool, False), (str, ""), (int, 0), (float, 0), (dict, {}), (list, [])):
        if isinstance(old, kind):
            return empty
    return None


def _parsed(name: str, operation: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise _impossible(name, operation, f"{text[:100]!r} is not JSON") from None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "text", int: "a number", float: "a number", dict: "an object", list: "a list", type(None): "nothing"}
    return kinds.get(type(value), "something else")


def _impossible(name: str, operation: str, why: str) -> NodeError:
    return NodeError("operation_impossible", f"{name} cannot be changed with {operation!r}: {why}.")
