"""The health line about workers."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from backend.core import health
from backend.runs.models import Worker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("age_s", "alive"), [(0, True), (5, True), (30, False)])
def test_worker_that_reported_lately_is_alive(age_s: int, alive: bool) -> None:
    Worker.objects.create(id="w1", host="here", seen_at=timezone.now() - dt.timedelta(seconds=age_s))
    told = {check["name"]: check for check in health.report()}
    assert told["worker"]["ok"] is alive
    assert bool(told["worker"]["fix"]) is not alive


def test_no_worker_at_all() -> None:
    told = {check["name"]: check for check in health.report()}
    assert not told["worker"]["ok"]
    assert "make up" in told["worker"]["fix"]
