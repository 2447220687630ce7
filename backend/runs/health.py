"""Whether somebody executes runs."""

from __future__ import annotations

import datetime as dt

from django.db import DatabaseError
from django.db.models.functions import Now

from backend.core.health import Health
from backend.runs.models import Worker

RECENT = dt.timedelta(seconds=10)


def worker() -> Health:
    """Check that at least one worker process has reported lately (by the database's clock)."""
    fix = "Start one: `make up` does, a deployment has its role `worker`; until then runs wait in the queue."
    try:
        alive = Worker.objects.filter(seen_at__gt=Now() - RECENT).count()
    except DatabaseError as error:
        return Health(False, str(error), fix)
    return Health(True, f"{alive} running") if alive else Health(False, "no worker has reported in the last 10 seconds", fix)
