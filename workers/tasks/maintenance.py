"""Timed work: what has expired is deleted. Beat asks for it, as a process of its own or as a thread of a worker."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from celery import signals
from celery.beat import EmbeddedService
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.utils import timezone

from backend.config.celery import CLEAN_TASK, app
from backend.knowledge.models import RecentQuery
from backend.runs.models import FINAL_STATES, Conversation, Run
from backend.studio.models import App

logger = logging.getLogger(__name__)

BATCH = 200
QUESTIONS_KEPT = timedelta(days=90)
BIN_KEPT = timedelta(days=30)


@app.task(name=CLEAN_TASK, ignore_result=True)
def clean() -> None:
    """Delete sessions that have expired, old questions to datasets and, where the operator limits it, runs that are kept long enough."""
    try:
        SessionStore.clear_expired()
        RecentQuery.unscoped.filter(created_at__lt=timezone.now() - QUESTIONS_KEPT).delete()
        if emptied := delete_binned_apps(BIN_KEPT):
            logger.info("deleted %d apps that were in the bin for %d days", emptied, BIN_KEPT.days)
        days = settings.ENV.run_retention_days
        if days and (found := delete_old_runs(timedelta(days=days))):
            logger.info("deleted %d runs older than %d days", found, days)
    finally:
        connection.close()


def delete_old_runs(older_than: timedelta) -> int:
    """Delete finished runs with their nodes and messages, then conversations that are empty; returns how many runs."""
    bound, count = timezone.now() - older_than, 0
    old = Run.unscoped.filter(state__in=FINAL_STATES, finished_at__lt=bound)
    while ids := list(old.values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():  # small steps, so that nobody waits long for the database
            Run.unscoped.filter(id__in=ids).delete()
        count += len(ids)
    empty = Conversation.unscoped.filter(updated_at__lt=bound, messages=None)
    while ids := list(empty.values_list("id", flat=True)[:BATCH]):
        Conversation.unscoped.filter(id__in=ids, updated_at__lt=bound).delete()
    return count


def delete_binned_apps(older_than: timedelta) -> int:
    """Delete the apps that have been in the bin for long, first their runs; returns how many."""
    binned = App.unscoped.filter(deleted_at__lt=timezone.now() - older_than)
    apps = list(binned.values_list("id", flat=True))
    runs = Run.unscoped.filter(app__in=apps)
    while ids := list(runs.values_list("id", flat=True)[:BATCH]):
        with transaction.atomic():
            Run.unscoped.filter(id__in=ids).delete()
    for app_id in apps:
        with transaction.atomic():
            binned.filter(id=app_id).delete()
    return len(apps)


_beat: Any = None


@signals.worker_ready.connect
def _ready(**kwargs: Any) -> None:
    global _beat
    if settings.ENV.worker_beat and _beat is None:
        _beat = EmbeddedService(app, thread=True, scheduler_cls=app.conf.beat_scheduler)
        _beat.start()


@signals.worker_shutdown.connect
def _shutdown(**kwargs: Any) -> None:
    if _beat is not None:
        _beat.stop()
