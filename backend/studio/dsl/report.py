"""What an import says about itself: a line per node, with what was changed so that the node fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from workers.engine import registry
from workers.engine.document import CANVAS_ONLY


@dataclass(frozen=True, slots=True)
class Note:
    """A change. Screens word it from `code` and `params`; `message` is the English sentence."""

    code: str
    message: str
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What became of a node. status: exact | adapted | placeholder. An empty `node_id` means the file itself."""

    node_id: str
    title: str
    type: str
    status: str
    notes: tuple[Note, ...] = ()

    @property
    def message(self) -> str:
        """All notes as one text."""
        return " ".join(note.message for note in self.notes)

    def json(self) -> dict[str, Any]:
        """Shape the line for an answer."""
        return {**asdict(self), "message": self.message}


@dataclass(slots=True)
class Changes:
    """Notes by node id; "" is the file."""

    notes: dict[str, list[Note]] = field(default_factory=dict)

    def add(self, node_id: str, code: str, message: str, **params: str | int) -> None:
        """Remember a change once."""
        note, found = Note(code, message, params), self.notes.setdefault(node_id, [])
        if note not in found:
            found.append(note)


def report_lines(nodes: Iterable[Mapping[str, Any]], changes: Changes) -> list[ReportLine]:
    """Say what became of the file, where that is worth saying, and of each node."""
    about_file = tuple(changes.notes.get("", ()))
    first = [ReportLine("", "", "app", "adapted", about_file)] if about_file else []
    return [*first, *_node_lines(nodes, changes)]


def _node_lines(nodes: Iterable[Mapping[str, Any]], changes: Changes) -> Iterator[ReportLine]:
    for node in nodes:
        kind, title = str(node["data"].get("type") or ""), str(node["data"].get("title") or "")
        notes = tuple(changes.notes.get(node["id"], ()))
        if kind not in CANVAS_ONLY and registry.node_class(kind) is None:
            message = f"Steps of the type {kind} do not run here. It was kept as it is; a run that reaches it fails there."
            yield ReportLine(node["id"], title, kind, "placeholder", (Note("placeholder", message, {"type": kind}), *notes))
        else:
            yield ReportLine(node["id"], title, kind, "adapted" if notes else "exact", notes)
