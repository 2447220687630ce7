"""The Celery application. The web process only sends by name; `workers.tasks.worker` registers the tasks."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

CLEAN_TASK = "maintenance.clean"

app = Celery("tidemill")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_serializer="json",
    accept_content=["json"],
    result_backend=None,
    result_expires=None,
    task_ignore_result=True,
    task_default_queue="default",
    task_routes={"runs.*": {"queue": "runs"}, "documents.*": {"queue": "documents"}},
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # runs go on without the broker, so its return is worth waiting for
    broker_transport_options={"visibility_timeout": 86_400, "socket_keepalive": True},
    beat_scheduler="django_celery_beat.schedulers:DatabaseScheduler",
    # Beat writes these rows when it starts. Hourly, since a laptop is not up at any fixed hour of the day.
    beat_schedule={CLEAN_TASK: {"task": CLEAN_TASK, "schedule": 3600.0, "options": {"queue": "default", "expire_seconds": 3600}}},
)
