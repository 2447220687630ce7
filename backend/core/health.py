"""What the platform needs in order to work, as checks that any room can add.

A room above this one registers its check from `AppConfig.ready`, so that this room need not know it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import redis
from django.conf import settings
from django.db import DatabaseError, connection

from workers.sandbox import probe

MIN_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Health:
    """The answer of one check. `fix` says what to do when it is not ok."""

    ok: bool
    detail: str
    fix: str = ""


Part = Literal["database", "queue", "storage", "worker", "sandbox"]
Check = Callable[[], Health]
_checks: dict[Part, Check] = {}


def register(name: Part, check: Check) -> None:
    """Add a check. It must answer within about a second and never raise. The screens have words for each `Part`."""
    _checks[name] = check


def report() -> list[dict[str, Any]]:
    """Run every check, in the order of registration."""
    return [{"name": name, **asdict(check())} for name, check in _checks.items()]


def database() -> Health:
    """Check that the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Health(False, f"{connection.vendor}: {error}", "Check that the database runs and that DATABASE_URL is right.")
    return Health(True, connection.vendor)


def queue() -> Health:
    """Check that Redis answers."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return Health(False, str(error), "Start the platform with `make up`, or check REDIS_URL.")
    finally:
        client.close()
    return Health(True, "answers")


def storage() -> Health:
    """Check that the data folder can be written and has room."""
    folder = settings.DATA
    if not os.access(folder, os.W_OK):
        return Health(False, f"{folder} cannot be written", "Give the server's user write access, or set TIDEMILL_DATA to another folder.")
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        return Health(False, f"{free // 1024**2} MB free in {folder}", "Free some disk space; below 200 MB runs and uploads may fail.")
    return Health(True, f"{free // 1024**3} GB free")


def sandbox() -> Health:
    """Check which sandboxes for code nodes can work here."""
    found = probe.report(full_python=settings.ENV.sandbox_full_python)
    works = ", ".join(found.working) or "none works"
    if found.missing:
        fix = "Run `make install` again; for full Python install bubblewrap and allow user namespaces, or unset SANDBOX_FULL_PYTHON."
        return Health(False, f"{works}. {' '.join(found.missing)}", fix)
    return Health(True, works)


def register_own() -> None:
    """Add the checks of this room."""
    register("database", database)
    register("queue", queue)
    register("storage", storage)
    register("sandbox", sandbox)
