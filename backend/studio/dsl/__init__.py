"""App files: the envelope around a flow or an app's settings, read from anywhere and written back without loss."""

from __future__ import annotations

from backend.studio.dsl.envelope import MAX_BYTES, AppFile, file_read
from backend.studio.dsl.references import models_replace
from backend.studio.dsl.report import ReportLine
from backend.studio.dsl.writing import file_write

__all__ = ["MAX_BYTES", "AppFile", "ReportLine", "file_read", "file_write", "models_replace"]
