"""What an app names and its workspace does not have: models, datasets, tools, secrets; with what could take their place."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from backend.core.errors import AppError
from backend.knowledge.models import Dataset
from backend.llm.models import ModelType
from backend.llm.selectors import model_resolve, models_of
from backend.studio.dsl.references import SECRET, Choice, Named, datasets_rebind, models_rebind, named_in, secrets_put
from workers.engine.errors import NodeError
from workers.engine.problems import Problem

Pair = tuple[str, str]


def missing_of(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str) -> list[dict[str, Any]]:
    """List each missing thing once: {kind, provider, name, type, node_ids, choices}.

    Choices are {provider, name, label}; for datasets `name` is the id. Secrets are typed in, and for tools there are none yet.
    """
    found: dict[Named, dict[str, Any]] = {}
    for named in lacking(workspace_id, named_in(document, mode)):
        key = Named(named.kind, named.name, named.provider, named.type)
        entry = found.setdefault(key, {**_plain(key), "node_ids": []})
        if named.node_id is not None and named.node_id not in entry["node_ids"]:
            entry["node_ids"].append(named.node_id)
    choices = _choices(workspace_id, {(entry["kind"], entry["type"]) for entry in found.values()})
    return [{**entry, "choices": choices.get((entry["kind"], entry["type"]), [])} for entry in found.values()]


def missing_problems(workspace_id: uuid.UUID, document: Mapping[str, Any], mode: str) -> list[Problem]:
    """List missing datasets and empty secrets as lines of the checklist; models and tools have theirs."""
    named = [one for one in named_in(document, mode) if one.kind in ("dataset", SECRET)]
    return [_problem(one) for one in lacking(workspace_id, named)]


def lacking(workspace_id: uuid.UUID, named: Iterable[Named]) -> list[Named]:
    """Leave out what the workspace has."""
    wanted = list(named)
    known = _known_datasets(workspace_id, [one.name for one in wanted if one.kind == "dataset"])
    return [one for one in wanted if not _is_there(workspace_id, one, known)]


def rebound(workspace_id: uuid.UUID, document: dict[str, Any], mode: str, change: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with other models and datasets and with values for secrets, as `change` says.

    `change` has `models` [{from: {provider, name}, to: {provider, name}}], `unknown_models` {provider, name} or None,
    `datasets` [{from, to}] and `secrets` [{name, value}]. Raises AppError invalid_input for what is not there.
    """
    named = list(named_in(document, mode))
    models = {(row["from"]["provider"], row["from"]["name"]): (row["to"]["provider"], row["to"]["name"]) for row in change["models"]}
    datasets = {row["from"]: row["to"] for row in change["datasets"]}
    secrets = {row["name"]: row["value"] for row in change["secrets"]}
    names = {str(row.get("name")) for row in document.get("environment_variables") or [] if row.get("value_type") == SECRET}
    _demand("models", models, {(one.provider, one.name) for one in named if one.kind == "model"})
    _demand("datasets", datasets, {one.name for one in named if one.kind == "dataset"})
    _demand("secrets", secrets, names)
    known = _known_datasets(workspace_id, [one for one in datasets.values() if one is not None])
    _demand("datasets", [one for one in datasets.values() if one is not None], known, "The workspace has no dataset")
    for provider, name in models.values():
        if not any(_has_model(workspace_id, provider, name, kind) for kind in (ModelType.LLM, ModelType.RERANK)):
            raise _invalid("models", f"The workspace has no access to the model {name} of {provider}.")
    document = models_rebind(document, _chosen(workspace_id, models, change.get("unknown_models")))
    return secrets_put(datasets_rebind(document, datasets), secrets)


def unknown_models_rebind(workspace_id: uuid.UUID, document: dict[str, Any], model: Pair) -> dict[str, Any]:
    """Return a document in which one model stands for every chat model that the workspace has no access to."""
    replaced: dict[str, Any] = models_rebind(document, _chosen(workspace_id, {}, {"provider": model[0], "name": model[1]}))
    return replaced


def _chosen(workspace_id: uuid.UUID, models: Mapping[Pair, Pair], unknown: Mapping[str, str] | None) -> Choice:
    if unknown is not None and not _has_model(workspace_id, unknown["provider"], unknown["name"], ModelType.LLM):
        raise _invalid("unknown_models", f"The workspace has no access to the model {unknown['name']} of {unknown['provider']}.")

    def choose(provider: str, name: str, kind: str) -> Pair | None:
        if (provider, name) in models:
            return models[provider, name]
        if unknown is None or kind != ModelType.LLM or _has_model(workspace_id, provider, name, kind):
            return None
        return unknown["provider"], unknown["name"]

    return choose


def _is_there(workspace_id: uuid.UUID, one: Named, datasets: set[str]) -> bool:
    if one.kind == "model":
        return _has_model(workspace_id, one.provider, one.name, one.type)
    return one.kind == "dataset" and one.name in datasets


def _has_model(workspace_id: uuid.UUID, provider: str, name: str, kind: str) -> bool:
    try:
        model_resolve(workspace_id, provider, name, kind)
    except (AppError, NodeError):
        return False
    return True


def _known_datasets(workspace_id: uuid.UUID, ids: Iterable[str]) -> set[str]:
    wanted = {one: parsed for one in ids if (parsed := _uuid(one)) is not None}
    if not wanted:
        return set()
    rows = set(Dataset.scoped(workspace_id).filter(id__in=wanted.values()).values_list("id", flat=True))
    return {one for one, parsed in wanted.items() if parsed in rows}


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None  # files of other workspaces carry them encrypted


def _choices(workspace_id: uuid.UUID, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    found = {}
    for kind, type_name in wanted:
        if kind == "model":
            models = models_of(workspace_id, type_name)
            found[kind, type_name] = [{"provider": one.provider, "name": one.name, "label": one.provider_label} for one in models]
        elif kind == "dataset":
            rows = Dataset.scoped(workspace_id).order_by("name").values_list("id", "name")[:200]
            found[kind, type_name] = [{"provider": "", "name": str(row_id), "label": name} for row_id, name in rows]
    return found


def _plain(one: Named) -> dict[str, str]:
    return {"kind": one.kind, "provider": one.provider, "name": one.name, "type": str(one.type)}


def _problem(one: Named) -> Problem:
    if one.kind == SECRET:
        message = f"The secret {one.name} is empty: fill it in under the flow's variables."
        return Problem("secret_empty", message, "warning", params={"name": one.name})
    message = "A dataset that this node searches is not in this workspace: choose another one."
    return Problem("dataset_missing", message, "warning", one.node_id, "dataset_ids", {"id": one.name})


def _demand(field: str, given: Iterable[Any], known: set[Any], sentence: str = "The app does not name") -> None:
    unknown = next((one for one in given if one not in known), None)
    if unknown is not None:
        raise _invalid(field, f"{sentence} {' of '.join(reversed(unknown)) if isinstance(unknown, tuple) else unknown}.")


def _invalid(field: str, reason: str) -> AppError:
    return AppError("invalid_input", reason, 400, {"field": field, "fields": {field: [reason]}})
