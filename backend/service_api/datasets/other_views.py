"""What clients of knowledge ask besides: the workspace's models, and pipelines, of which there are none."""

from __future__ import annotations

from typing import Any, BinaryIO, cast

from backend.core.errors import AppError
from backend.files.services import file_create
from backend.llm.models import ModelType
from backend.llm.selectors import models_of
from backend.service_api.datasets.call import Call, dataset_upload, dataset_view
from backend.service_api.errors import WireError, invalid_param
from backend.service_api.http import JsonReply


@dataset_view
def models(call: Call) -> JsonReply:
    """`GET /v1/workspaces/current/models/model-types/{model_type}`: usable models by provider."""
    kind = call.request.path["model_type"]
    if kind not in ModelType.values:
        raise invalid_param("model_type", f"model_type {kind[:40]!r} is unknown; known are {', '.join(ModelType.values)}.")
    providers: dict[str, dict[str, Any]] = {}
    for model in models_of(call.workspace_id, kind):
        row = providers.setdefault(
            model.provider,
            {
                "provider": model.provider,
                "label": _both(model.provider_label),
                "icon_small": _both(""),
                "icon_small_dark": _both(""),
                "status": "active",
                "models": [],
                "tenant_id": str(call.workspace_id),
            },
        )
        row["models"].append(
            {
                "model": model.name,
                "label": _both(model.name),
                "model_type": kind,
                "features": list(model.features),
                "fetch_from": "predefined-model",
                "model_properties": {"context_size": model.context_size} if model.context_size else {},
                "status": "active",
                "deprecated": False,
                "load_balancing_enabled": False,
                "has_invalid_load_balancing_configs": False,
            }
        )
    return JsonReply({"data": list(providers.values())})


def _both(text: str) -> dict[str, str]:
    return {"en_US": text, "zh_Hans": text}


@dataset_upload
def pipeline_file(call: Call) -> JsonReply:
    """`POST /v1/datasets/pipeline/file-upload`."""
    if call.form is None:
        raise AppError("no_file_uploaded", "Please upload your file.", 400)
    posted = call.form.only_file()
    file = file_create(call.workspace_id, content=cast(BinaryIO, posted.file), name=posted.name or "", purpose="dataset")
    shown = {"id": str(file.id), "name": file.name, "size": file.size_bytes, "extension": file.extension.removeprefix(".")}
    return JsonReply({**shown, "mime_type": file.mime_type, "created_by": None, "created_at": file.created_at.isoformat()}, 201)


@dataset_view
def pipeline_sources(call: Call) -> JsonReply:
    """`GET /v1/datasets/{dataset_id}/pipeline/datasource-plugins`: a dataset without a pipeline has none."""
    call.dataset()
    return JsonReply([])


@dataset_view
def pipeline_run(call: Call) -> JsonReply:
    """`POST …/pipeline/run` and `POST …/pipeline/datasource/nodes/{node_id}/run`: there is no pipeline to run."""
    call.dataset()
    raise WireError("invalid_param", "This dataset has no pipeline; bring documents in by create-by-text or create-by-file.", 400)
