"""Routes of this room."""

from __future__ import annotations

from django.urls import path

from backend.insights.api import annotations as annotation
from backend.insights.api import conversations, node_numbers, overview, workspace

WS = "workspaces/<uuid:ws>"
APP = "workspaces/<uuid:ws>/apps/<uuid:app>"

urlpatterns = [
    path(f"{WS}/long-work", workspace.WorkListApi.as_view()),
    path(f"{WS}/long-work/<uuid:work>/stop", workspace.WorkStopApi.as_view()),
    path(f"{WS}/long-work/<uuid:work>/hide", workspace.WorkHideApi.as_view()),
    path(f"{WS}/home", workspace.HomeApi.as_view()),
    path(f"{WS}/app-weeks", workspace.AppWeekListApi.as_view()),
    path(f"{WS}/find", workspace.FindApi.as_view()),
    path(f"{APP}/conversations", conversations.ConversationListApi.as_view()),
    path(f"{APP}/conversations/<uuid:conversation>", conversations.ConversationApi.as_view()),
    path(f"{APP}/logs/export", conversations.LogExportApi.as_view()),
    path(f"{APP}/messages/<uuid:message>/feedback", conversations.MessageFeedbackApi.as_view()),
    path(f"{APP}/messages/<uuid:message>/annotation", annotation.MessageAnnotationApi.as_view()),
    path(f"{APP}/annotations", annotation.AnnotationListApi.as_view()),
    path(f"{APP}/annotations/import", annotation.AnnotationImportApi.as_view()),
    path(f"{APP}/annotations/export", annotation.AnnotationExportApi.as_view()),
    path(f"{APP}/annotations/settings", annotation.AnnotationSettingsApi.as_view()),
    path(f"{APP}/annotations/try", annotation.AnnotationTryApi.as_view()),
    path(f"{APP}/annotations/<uuid:annotation>", annotation.AnnotationApi.as_view()),
    path(f"{APP}/annotations/<uuid:annotation>/hits", annotation.AnnotationHitListApi.as_view()),
    path(f"{APP}/node-numbers", node_numbers.NodeNumbersApi.as_view()),
    path(f"{APP}/overview", overview.OverviewApi.as_view()),
    path(f"{APP}/overview.csv", overview.OverviewCsvApi.as_view()),
]
