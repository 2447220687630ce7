"""Flows to start from. All of them run at once on the demo model."""

from __future__ import annotations

from backend.studio.gallery.blank import blank_document
from backend.studio.gallery.build import Template
from backend.studio.gallery.chats import PERSONA, SQL, SUPPORT, TRIAGE
from backend.studio.gallery.data import EXTRACT, MAIL, MINUTES, QUIZ, REVIEW
from backend.studio.gallery.languages import in_language
from backend.studio.gallery.people import APPROVE, BOOKING, COACH, DESK, FILES, LIST
from backend.studio.gallery.programs import COMPARE, FIGURES, PAGE, TASKS
from backend.studio.gallery.rounds import BOOK, GLOSSARY, LINES, MOODS, REFINE
from backend.studio.gallery.simple import PRODUCT, TUTOR
from backend.studio.gallery.texts import COPY, RESEARCH, SUMMARY, TRANSLATE

TEMPLATES: tuple[Template, ...] = (
    SUPPORT,
    TRANSLATE,
    EXTRACT,
    MAIL,
    RESEARCH,
    SUMMARY,
    TRIAGE,
    MINUTES,
    QUIZ,
    REVIEW,
    COPY,
    PERSONA,
    SQL,
    FILES,
    DESK,
    BOOK,
    LINES,
    FIGURES,
    MOODS,
    REFINE,
    APPROVE,
    BOOKING,
    COACH,
    GLOSSARY,
    TASKS,
    COMPARE,
    PAGE,
    LIST,
    PRODUCT,
    TUTOR,
)
_BY_ID = {template.id: template for template in TEMPLATES}

__all__ = ["TEMPLATES", "Template", "blank_document", "in_language", "template_of"]


def template_of(template_id: str) -> Template | None:
    """Find a template by its id."""
    return _BY_ID.get(template_id)
