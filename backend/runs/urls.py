"""Routes of this room."""

from __future__ import annotations

from django.urls import path

from backend.runs import api, breakpoints_api, conversation_api, failures_api, forms_api, limits_api, parts_api, webhooks_api

urlpatterns = [
    path("workspaces/<uuid:ws>/apps/<uuid:app>/runs", api.RunListApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/runs/failures", failures_api.FailureListApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/partial-runs", parts_api.PartRunApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/partial-runs/needs", parts_api.PartNeedsApi.as_view()),
    path(
        "workspaces/<uuid:ws>/apps/<uuid:app>/conversations/<uuid:conversation>/variables",
        conversation_api.ConversationVariablesApi.as_view(),
    ),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/limits", limits_api.AppLimitsApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/webhook", webhooks_api.WebhookApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/webhook/secret", webhooks_api.WebhookSecretApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/webhook/test", webhooks_api.WebhookTestApi.as_view()),
    path("workspaces/<uuid:ws>/apps/<uuid:app>/webhook/deliveries", webhooks_api.WebhookDeliveryListApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>", api.RunApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>/stop", api.RunStopApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>/continue", breakpoints_api.RunContinueApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>/events", api.RunEventsApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>/forms", forms_api.RunFormListApi.as_view()),
    path("workspaces/<uuid:ws>/runs/<uuid:run>/forms/<uuid:form>", forms_api.RunFormApi.as_view()),
]
