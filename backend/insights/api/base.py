"""What the console's views of an app's use have in common."""

from __future__ import annotations

import uuid

from backend.core.api import WorkspaceView, get_or_404
from backend.runs.models import Annotation, Message
from backend.studio.models import App


class InsightsView(WorkspaceView):
    """A view below an app."""

    def app(self, app: uuid.UUID) -> App:
        """Return the app. Raises NotFound."""
        return get_or_404(App.scoped(self.ctx.workspace).filter(deleted_at=None), app)

    def message(self, app: uuid.UUID, message: uuid.UUID) -> Message:
        """Return a message of the app. Raises NotFound."""
        return get_or_404(Message.scoped(self.ctx.workspace).filter(app=self.app(app)).select_related("run"), message)

    def annotation(self, app: uuid.UUID, annotation: uuid.UUID) -> Annotation:
        """Return an annotation of the app. Raises NotFound."""
        return get_or_404(Annotation.scoped(self.ctx.workspace).filter(app=self.app(app)).select_related("account"), annotation)
