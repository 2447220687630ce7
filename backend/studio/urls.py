"""Routes of this room, under /api/."""

from __future__ import annotations

from django.urls import path

from backend.studio.api import apps, catalogue, convert, flows, imports, sites

_WS = "workspaces/<uuid:ws>"
_APP = f"{_WS}/apps/<uuid:app>"

urlpatterns = [
    path("node-types", catalogue.NodeTypeListApi.as_view()),
    path(f"{_WS}/datasets/<uuid:dataset>/apps", catalogue.DatasetAppsApi.as_view()),
    path(f"{_WS}/dataset-uses", catalogue.DatasetUseListApi.as_view()),
    path(f"{_WS}/templates", catalogue.TemplateListApi.as_view()),
    path(f"{_WS}/apps", apps.AppListApi.as_view()),
    path(f"{_WS}/app-tags", apps.AppTagListApi.as_view()),
    path(f"{_WS}/apps/import", imports.AppImportApi.as_view()),
    path(_APP, apps.AppApi.as_view()),
    path(f"{_APP}/undelete", apps.AppUndeleteApi.as_view()),
    path(f"{_APP}/duplicate", apps.AppDuplicateApi.as_view()),
    path(f"{_APP}/convert", convert.AppConvertApi.as_view()),
    path(f"{_APP}/export", apps.AppExportApi.as_view()),
    path(f"{_APP}/missing", imports.AppMissingApi.as_view()),
    path(f"{_APP}/rebind", imports.AppRebindApi.as_view()),
    path(f"{_APP}/draft", flows.DraftApi.as_view()),
    path(f"{_APP}/check", flows.FlowCheckApi.as_view()),
    path(f"{_APP}/versions", flows.VersionListApi.as_view()),
    path(f"{_APP}/versions/changes", flows.VersionChangesApi.as_view()),
    path(f"{_APP}/versions/<uuid:version>", flows.VersionApi.as_view()),
    path(f"{_APP}/versions/<uuid:version>/restore", flows.VersionRestoreApi.as_view()),
    path(f"{_APP}/site", sites.AppSiteApi.as_view()),
    path(f"{_APP}/site/token", sites.AppSiteTokenApi.as_view()),
    path(f"{_APP}/site/identity-secret", sites.AppSiteIdentityApi.as_view()),
    path(f"{_APP}/keys", flows.AppKeyListApi.as_view()),
    path(f"{_APP}/keys/<uuid:key>", flows.AppKeyApi.as_view()),
]
