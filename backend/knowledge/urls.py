"""Routes of this room, under /api/."""

from __future__ import annotations

from django.urls import path

from backend.knowledge.api import datasets, documents, measures, search, segments

_WS = "workspaces/<uuid:ws>"
_DATASET = f"{_WS}/datasets/<uuid:dataset>"
_DOCUMENT = f"{_DATASET}/documents/<uuid:document>"
_TEST_SET = f"{_DATASET}/test-sets/<uuid:test_set>"
_SEGMENT = f"{_DOCUMENT}/segments/<uuid:segment>"

urlpatterns = [
    path(f"{_WS}/datasets", datasets.DatasetListApi.as_view()),
    path(f"{_WS}/knowledge/preview", search.PreviewApi.as_view()),
    path(f"{_WS}/knowledge/try", search.TrialApi.as_view()),
    path(f"{_WS}/knowledge/crawl", search.CrawlApi.as_view()),
    path(f"{_WS}/dataset-tags", datasets.TagListApi.as_view()),
    path(f"{_WS}/dataset-tags/<uuid:dataset_tag>", datasets.TagApi.as_view()),
    path(f"{_WS}/dataset-keys", datasets.DatasetKeyListApi.as_view()),
    path(f"{_WS}/dataset-keys/<uuid:dataset_key>", datasets.DatasetKeyApi.as_view()),
    path(_DATASET, datasets.DatasetApi.as_view()),
    path(f"{_DATASET}/retrieve", search.RetrieveApi.as_view()),
    path(f"{_DATASET}/queries", search.RecentQueryListApi.as_view()),
    path(f"{_DATASET}/reindex", datasets.DatasetReindexApi.as_view()),
    path(f"{_DATASET}/tags", datasets.DatasetTagsApi.as_view()),
    path(f"{_DATASET}/metadata-fields", datasets.FieldListApi.as_view()),
    path(f"{_DATASET}/metadata-fields/<uuid:metadata_field>", datasets.FieldApi.as_view()),
    path(f"{_DATASET}/metadata", datasets.MetadataValuesApi.as_view()),
    path(f"{_DATASET}/test-sets", measures.TestSetListApi.as_view()),
    path(_TEST_SET, measures.TestSetApi.as_view()),
    path(f"{_TEST_SET}/questions", measures.QuestionListApi.as_view()),
    path(f"{_TEST_SET}/questions/<uuid:question>", measures.QuestionApi.as_view()),
    path(f"{_TEST_SET}/results", measures.ResultListApi.as_view()),
    path(f"{_TEST_SET}/results/<uuid:result>", measures.ResultApi.as_view()),
    path(f"{_DATASET}/documents", documents.DocumentListApi.as_view()),
    path(f"{_DATASET}/documents/actions", documents.DocumentActionApi.as_view()),
    path(_DOCUMENT, documents.DocumentApi.as_view()),
    path(f"{_DOCUMENT}/replace", documents.DocumentReplaceApi.as_view()),
    path(f"{_DOCUMENT}/text", documents.DocumentTextApi.as_view()),
    path(f"{_DOCUMENT}/segments", segments.SegmentListApi.as_view()),
    path(f"{_DOCUMENT}/segments/actions", segments.SegmentActionApi.as_view()),
    path(_SEGMENT, segments.SegmentApi.as_view()),
    path(f"{_SEGMENT}/children", segments.ChildListApi.as_view()),
    path(f"{_SEGMENT}/children/<uuid:child>", segments.ChildApi.as_view()),
]
