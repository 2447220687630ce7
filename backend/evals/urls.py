"""Routes of this room."""

from __future__ import annotations

from django.urls import path

from backend.evals import api

APP = "workspaces/<uuid:ws>/apps/<uuid:app>"

urlpatterns = [
    path(f"{APP}/test-sets", api.EvalSetListApi.as_view()),
    path(f"{APP}/test-sets/<uuid:eval_set>", api.EvalSetApi.as_view()),
    path(f"{APP}/test-sets/<uuid:eval_set>/export", api.EvalSetExportApi.as_view()),
    path(f"{APP}/test-sets/<uuid:eval_set>/cases", api.EvalCaseListApi.as_view()),
    path(f"{APP}/test-sets/<uuid:eval_set>/cases/<uuid:eval_case>", api.EvalCaseApi.as_view()),
]
