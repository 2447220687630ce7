"""The views' way to a dataset and what is in it: of the workspace, and visible to the member who asks."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db.models import QuerySet

from backend.core.api import WorkspaceView, get_or_404
from backend.knowledge.models import ChildChunk, Dataset, Document, Segment
from backend.knowledge.selectors import active_segments, datasets_visible

_CAPABILITIES = {"get": "knowledge.read", **dict.fromkeys(("post", "put", "patch", "delete"), "knowledge.edit")}


class KnowledgeView(WorkspaceView):
    """A view of knowledge. Reading is everybody's, changing the editors'; what is private is its maker's, its members' and the admins'."""

    harmless: ClassVar[bool] = False
    """Whether readers may use all methods, since nothing of theirs is changed."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.required = {verb: "knowledge.read" if cls.harmless else needed for verb, needed in _CAPABILITIES.items() if hasattr(cls, verb)}

    def datasets(self) -> QuerySet[Dataset]:
        """The datasets that the member may see."""
        rows = datasets_visible(self.ctx.workspace, self.ctx.user, self.ctx.role)
        return rows.select_related("created_by").prefetch_related("tags", "metadata_fields")

    def dataset(self, dataset: uuid.UUID) -> Dataset:
        """Return a dataset. Raises NotFound."""
        return get_or_404(self.datasets(), dataset)

    def document(self, dataset: uuid.UUID, document: uuid.UUID) -> Document:
        """Return a document of a dataset. Raises NotFound."""
        rows = (
            Document.scoped(self.ctx.workspace)
            .filter(dataset=self.dataset(dataset))
            .select_related("file", "text", "created_by", "dataset")
        )
        return get_or_404(rows, document)

    def segment(self, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID) -> Segment:
        """Return a piece as queries see it. Raises NotFound."""
        return get_or_404(active_segments(self.document(dataset, document)).select_related("document__dataset"), segment)

    def child(self, dataset: uuid.UUID, document: uuid.UUID, segment: uuid.UUID, child: uuid.UUID) -> ChildChunk:
        """Return a child. Raises NotFound."""
        rows = ChildChunk.scoped(self.ctx.workspace).filter(segment=self.segment(dataset, document, segment))
        return get_or_404(rows.select_related("segment__document__dataset"), child)
