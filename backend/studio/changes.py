"""What a version changed against the published one before it, in few words: counts and names. The studio shows the details itself."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from backend.studio.models import App, Version
from backend.studio.selectors import versions_of

NAMED = 3
KEPT = 2_000

_LOOKS = frozenset({"selected", "width", "height"})
_ENTRIES = frozenset({"iteration-start", "loop-start"})
_PARTS = ("environment_variables", "conversation_variables", "features")

Changes = dict[str, Any]
_lock = threading.Lock()
_known: OrderedDict[tuple[uuid.UUID, uuid.UUID], Changes] = OrderedDict()


def version_changes(app: App, wanted: Iterable[uuid.UUID]) -> list[Changes]:
    """Tell of each of these versions of the app what it changed; ids that are none of its listed versions are left out.

    Versions never change, so each pair is compared once per process.
    """
    ids = set(wanted)
    listed = list(versions_of(app).values_list("id", "number"))
    documents = _Documents(app)
    found: list[Changes] = []
    for at, (version_id, _) in enumerate(listed):
        if version_id in ids:
            before = next((other for other, number in listed[at + 1 :] if number is not None), None)
            against = None if before is None else str(before)
            found.append({"version_id": str(version_id), "against": against, **_remembered(documents, before, version_id)})
    return found


def flow_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Compare two documents of one app. Places and sizes of steps do not count, nor does the order of keys.

    `settings` are keys of a step's `data`; of an app without a drawing they are keys of its settings.
    """
    then, now = _steps(before), _steps(after)
    changed = [key for key in now if key in then and then[key] != now[key]]
    named = [
        *({**_named(now[key]), "change": "added", "settings": []} for key in now if key not in then),
        *({**_named(then[key]), "change": "removed", "settings": []} for key in then if key not in now),
        *({**_named(now[key]), "change": "changed", "settings": _unequal(then[key], now[key])} for key in changed),
    ]
    return {
        "added": len(now.keys() - then.keys()),
        "removed": len(then.keys() - now.keys()),
        "changed": len(changed),
        "steps": named[:NAMED],
        "parts": [*_parts(before, after, then.keys() & now.keys())],
        "settings": _unequal(before.get("model_config") or {}, after.get("model_config") or {}),
    }


def _remembered(documents: _Documents, before: uuid.UUID | None, after: uuid.UUID) -> Changes:
    if before is None:
        return {"added": 0, "removed": 0, "changed": 0, "steps": [], "parts": [], "settings": []}
    with _lock:
        found = _known.get((before, after))
    if found is None:
        found = flow_changes(documents.read(before), documents.read(after))
        with _lock:
            _known[before, after] = found
            while len(_known) > KEPT:
                _known.popitem(last=False)
    return found


class _Documents:
    """Reads flows one at a time and keeps the last two: a page of versions may be a hundred megabytes."""

    def __init__(self, app: App) -> None:
        self._versions = Version.scoped(app.workspace_id).filter(app=app)
        self._kept: dict[uuid.UUID, Mapping[str, Any]] = {}

    def read(self, version_id: uuid.UUID) -> Mapping[str, Any]:
        if version_id not in self._kept:
            while len(self._kept) > 1:
                self._kept.pop(next(iter(self._kept)))
            self._kept[version_id] = self._versions.values_list("document", flat=True).get(id=version_id)
        return self._kept[version_id]


def _steps(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of each step by id, its container among them; notes and the entries of containers are none."""
    nodes: Sequence[Mapping[str, Any]] = (document.get("graph") or {}).get("nodes") or ()
    return {
        str(node["id"]): {**_settings(node), "parentId": node.get("parentId")}
        for node in nodes
        if not _is_note(node) and node["data"].get("type") not in _ENTRIES
    }


def _settings(node: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in node["data"].items() if key not in _LOOKS and not key.startswith("_")}


def _is_note(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "custom-note" or not node["data"].get("type")


def _named(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": str(settings.get("title") or settings["type"]), "type": str(settings["type"])}


def _unequal(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return [key for key in (*now, *(key for key in then if key not in now)) if then.get(key) != now.get(key)]


def _parts(before: Mapping[str, Any], after: Mapping[str, Any], kept: Iterable[str]) -> Iterator[str]:
    """Name what differs beside the steps; connections of steps that came or went do not count."""
    both = set(kept)
    if _links(before, both) != _links(after, both):
        yield "edges"
    yield from (name for name in _PARTS if (before.get(name) or None) != (after.get(name) or None))
    if _notes(before) != _notes(after):
        yield "notes"


def _links(document: Mapping[str, Any], kept: set[str]) -> set[tuple[str, str, str]]:
    edges = (document.get("graph") or {}).get("edges") or ()
    ends = ((edge["source"], str(edge.get("sourceHandle") or "source"), edge["target"]) for edge in edges)
    return {link for link in ends if link[0] in kept and link[2] in kept}


def _notes(document: Mapping[str, Any]) -> dict[str, Any]:
    nodes = (document.get("graph") or {}).get("nodes") or ()
    return {str(node["id"]): _settings(node) for node in nodes if _is_note(node)}
