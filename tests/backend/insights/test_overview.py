"""The overview: numbers that were counted by hand, days of other time zones, the period before, cost by model and step."""

from __future__ import annotations

import csv
import io
import random
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from backend.insights.overview import Span
from backend.runs.models import Run
from tests.backend.insights.rows import NOON, Used, messages
from tests.factories import client

DAY = timedelta(days=1)


def asked(used: Used, **query: Any) -> dict[str, Any]:
    answer = client(used.world.alice).get(f"{used.url}/overview?{urlencode(query)}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def week(**query: Any) -> dict[str, Any]:
    return {"from": "2026-03-09T00:00:00Z", "to": "2026-03-16T00:00:00Z", "interval": "day", **query}


def test_totals_series_and_the_period_before(used: Used) -> None:
    first = used.talk(("a", "x"), ("b", "x"), at=NOON, elapsed_s=1.0, first_token_s=0.1)
    used.talk(("c", "x"), at=NOON, user="u2", state="failed", elapsed_s=5.0)
    used.talk(("d", "x"), at=NOON + DAY, elapsed_s=3.0, first_token_s=0.3, source="web")
    used.talk(("old", "x"), at=NOON - 5 * DAY, user="u3")
    used.talk(("debug", "x"), at=NOON, user=None, source="debug")
    used.run(NOON + DAY, state="running", finished_at=None, end_user=used.user("u1"), total_tokens=0, cost_usd=0, usage={})
    one, two = messages(first)
    used.rate(one, "like")
    used.rate(two, "dislike")
    used.rate(two, "like", member=True)
    told = asked(used, **week())
    totals = told["totals"]
    assert (totals["runs"], totals["failed"], totals["error_rate"]) == (5, 1, 0.25)
    assert (totals["users"], totals["conversations"]) == (2, 3)
    assert totals["turns_per_conversation"] == pytest.approx(4 / 3)
    assert (totals["tokens_in"], totals["tokens_out"], totals["cost_usd"]) == (40, 20, 2.0)
    assert (totals["p50_s"], totals["p95_s"]) == (1.0, 5.0)
    assert (totals["first_token_p50_s"], totals["first_token_p95_s"]) == (0.1, 0.3)
    assert (totals["likes"], totals["dislikes"], totals["satisfaction"]) == (1, 1, 0.5)
    assert (told["previous"]["runs"], told["previous"]["users"], told["previous"]["satisfaction"]) == (1, 1, None)
    assert [point["runs"] for point in told["series"]] == [0, 3, 2, 0, 0, 0, 0]
    assert (told["series"][0]["at"], told["series"][6]["to"]) == ("2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z")
    assert (told["series"][1]["likes"], told["series"][0]["p50_s"], told["series"][0]["error_rate"]) == (1, None, None)
    assert asked(used, **week(source="web"))["totals"]["runs"] == 1
    assert asked(used, **week(source="debug"))["totals"]["users"] == 1
    assert asked(used, **week(source="all"))["totals"]["runs"] == 6


def test_percentiles_are_those_of_the_nearest_rank(used: Used) -> None:
    chance = random.Random(3)
    times = [round(chance.expovariate(0.3), 3) for _ in range(41)]
    for seconds in times:
        used.run(elapsed_s=seconds, first_token_s=seconds / 2 if seconds > 1 else None)
    totals = asked(used, **week())["totals"]
    firsts = sorted(seconds / 2 for seconds in times if seconds > 1)
    assert totals["p50_s"] == statistics.median(times)
    assert totals["p95_s"] == sorted(times)[-(-41 * 95 // 100) - 1]
    assert totals["first_token_p95_s"] == pytest.approx(firsts[-(-len(firsts) * 95 // 100) - 1])


def test_cost_by_model_and_step(used: Used) -> None:
    for place in range(3):
        run = used.run(NOON + timedelta(minutes=place))
        used.step(run, "draft", "openai/small", 0.1, "Draft")
        used.step(run, "check", "openai/large", 0.5, "Check it")
    used.step(used.run(NOON - 30 * DAY), "draft", "openai/small", 9.0)
    used.step(used.run(source="debug"), "draft", "openai/small", 9.0)
    told = asked(used, **week())
    assert [(row["model"], row["calls"], row["tokens"], round(row["cost_usd"], 6)) for row in told["by_model"]] == [
        ("openai/large", 3, 45, 1.5),
        ("openai/small", 3, 45, 0.3),
    ]
    assert [(row["node_id"], row["title"], round(row["cost_usd"], 6)) for row in told["by_node"]] == [
        ("check", "Check it", 1.5),
        ("draft", "Draft", 0.3),
    ]


def test_days_are_those_of_the_asker(used: Used) -> None:
    used.run(datetime(2026, 3, 10, 20, 0, tzinfo=UTC))  # the 11th in Shanghai
    told = asked(used, **{"from": "2026-03-10T00:00:00+08:00", "to": "2026-03-12T00:00:00+08:00", "interval": "day", "tz": "Asia/Shanghai"})
    assert [point["runs"] for point in told["series"]] == [0, 1]
    assert told["series"][1]["at"] == "2026-03-10T16:00:00Z"


@pytest.mark.parametrize(
    ("zone", "since", "interval", "count", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", "day", 3, [24, 23, 24]),  # summer time begins on the 29th
        ("Europe/Berlin", "2026-10-24", "day", 3, [24, 25, 24]),
        ("Europe/Berlin", "2026-10-25", "hour", 25, [1] * 25),
        ("Asia/Kolkata", "2026-03-01", "day", 2, [24, 24]),
        ("America/New_York", "2026-03-02", "week", 2, [167, 168]),
        ("UTC", "2026-01-01", "month", 3, [744, 672, 744]),
    ],
)
def test_stretches_follow_the_clock_on_the_wall(zone: str, since: str, interval: str, count: int, hours: list[int]) -> None:
    tz = ZoneInfo(zone)
    begin = datetime.fromisoformat(since).replace(tzinfo=tz)
    end = begin.astimezone(UTC) + timedelta(hours=sum(hours))
    found = Span(begin, end, "all", interval, tz).stretches()
    assert len(found) == count
    assert [round((until - since_).total_seconds() / 3600) for since_, until in _utc(found)] == hours
    assert [one[1] for one in _utc(found)[:-1]] == [one[0] for one in _utc(found)[1:]]


def _utc(stretches: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    return [(since.astimezone(UTC), until.astimezone(UTC)) for since, until in stretches]


def test_a_period_that_begins_in_the_middle_of_a_day_begins_there(used: Used) -> None:
    told = asked(used, **{"from": "2026-03-09T18:30:00Z", "to": "2026-03-11T06:00:00Z", "interval": "day"})
    assert [point["at"] for point in told["series"]] == ["2026-03-09T18:30:00Z", "2026-03-10T00:00:00Z", "2026-03-11T00:00:00Z"]


def test_without_a_period_the_last_seven_days(used: Used) -> None:
    Run.unscoped.filter(pk=used.run().pk).update(created_at=datetime.now(UTC) - timedelta(days=1))
    told = asked(used)
    assert (told["interval"], told["totals"]["runs"], told["tz"]) == ("day", 1, "UTC")
    assert len(told["series"]) in (7, 8)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"tz": "Moon/Base"}, "tz"),
        ({"interval": "minute"}, "interval"),
        ({"from": "2020-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z", "interval": "hour"}, "interval"),
        ({"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"}, "to"),
        ({"source": "fax"}, "source"),
    ],
)
def test_bad_arguments_are_named(used: Used, query: dict[str, str], field: str) -> None:
    answer = client(used.world.alice).get(f"{used.url}/overview?{urlencode(query)}")
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])


def test_the_series_as_csv(used: Used) -> None:
    used.run()
    answer = client(used.world.alice).get(f"{used.url}/overview.csv?{urlencode(week(tz='Asia/Tokyo'))}")
    text = answer.content.decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert text.startswith("\ufeffat,to,runs,")
    assert (len(rows), rows[0]["at"], sum(int(row["runs"]) for row in rows)) == (8, "2026-03-09 09:00:00", 1)
    assert "Harbour-Guide-overview-" in answer["Content-Disposition"]
