"""Stands in a plan for a node that people switched off or whose output they pinned: the run passes it by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workers.engine.document import GraphNode
from workers.engine.node import FAIL_BRANCH, SOURCE, Node, NodeConfig, NodeContext, NodeOutputs
from workers.engine.variables import MISSING, Scope, Selector, as_text

# A flow needs its start, a round its start and its end.
_NEVER = frozenset({"start", "iteration-start", "loop-start", "loop-end"})
# What these show is put together anew in each run.
_SHOWING = frozenset({"end", "answer"})
_KINDS: Mapping[str, type | tuple[type, ...]] = {"number": (int, float), "object": dict, "boolean": bool, "array": (list, tuple)}


def disabled(drawn: GraphNode) -> bool:
    """Tell whether a node is switched off."""
    return drawn.data.get("disabled") is True and drawn.data.get("type") not in _NEVER


def pinned(drawn: GraphNode) -> Mapping[str, Any] | None:
    """Return the outputs that a node gives instead of doing its work, None when it does its work."""
    pin = drawn.data.get("pinned")
    outputs = pin.get("outputs") if isinstance(pin, Mapping) else None
    return outputs if isinstance(outputs, Mapping) and drawn.data.get("type") not in _NEVER | _SHOWING else None


class Bypass(Node[NodeConfig]):
    """Gives the pinned outputs; without any, what the node would have read first goes on under its output names.

    `original` is the node itself, None when its settings cannot be read; `handles` are the exits that edges leave from.
    """

    def __init__(self, drawn: GraphNode, original: Node[Any] | None, handles: Sequence[str]) -> None:
        config = original.config if original is not None else NodeConfig(type=str(drawn.data.get("type") or ""))
        super().__init__(drawn.id, config)
        self.type = str(drawn.data.get("type") or "")  # type: ignore[misc]  # each stands for another type
        self.disabled = disabled(drawn)
        self._outputs = pinned(drawn)
        self._original = original
        self._handles = tuple(dict.fromkeys(handles))
        self._wanted = (drawn.data.get("pinned") or {}).get("handle") if self._outputs is not None else None
        self._read: Selector | None = next((one.selector for one in original.references()), None) if original is not None else None

    def output_names(self) -> frozenset[str] | None:
        """Name those of the node and those that are pinned."""
        names = self._original.output_names() if self._original is not None else None
        return None if names is None else names | frozenset(self._outputs or ())

    def exits(self) -> tuple[str, ...]:
        """Name those of the node."""
        if self._original is not None:
            return self._original.exits()
        return tuple(one for one in self._handles if one != FAIL_BRANCH) or (SOURCE,)

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Pass on."""
        values = dict(self._outputs) if self._outputs is not None else self._passed_on(ctx.scope)
        process = {"pinned": True} if self._outputs is not None else {"disabled": True}
        return NodeOutputs(values, process=process, handle=self._exit())

    def _exit(self) -> str:
        """The exit taken when the output was pinned; else that of «no», else the first."""
        exits = self.exits()
        for wanted in (self._wanted, "false"):
            if wanted in exits:
                return str(wanted)
        return exits[0] if exits else SOURCE

    def _passed_on(self, scope: Scope) -> dict[str, Any]:
        if self.type in _SHOWING:
            return {}
        value = scope.get(self._read) if self._read is not None and len(self._read) >= 2 else MISSING
        value = None if value is MISSING else value
        kinds = {output.name: output.type for output in self._original.outputs} if self._original is not None else {}
        return {name: _as(kinds.get(name), value) for name in sorted(self.output_names() or ())}


def _as(kind: str | None, value: Any) -> Any:
    """The value where it is of the kind, as text where text is wanted; else nothing."""
    if kind is None or value is None:
        return value
    if kind == "string":
        return as_text(value)
    wanted = _KINDS.get(kind.split("[", 1)[0])
    return value if wanted is not None and isinstance(value, wanted) else None
