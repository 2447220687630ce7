"""Logs, annotations and numbers as files."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import AsyncClient

from backend.insights import exporting
from backend.runs.annotations import annotation_create
from backend.runs.models import Conversation
from tests.backend.insights.rows import NOON, Used, messages
from tests.factories import client


async def fetched(used: Used, path: str) -> tuple[Any, str]:
    """Download as alice; returns the answer and its text."""
    asked = AsyncClient()
    await asyncio.to_thread(asked.force_login, used.world.alice)
    answer = await asked.get(f"{used.url}/{path}")
    assert answer.status_code == 200, answer.content
    return answer, b"".join([part async for part in answer.streaming_content]).decode()  # type: ignore[attr-defined]


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.fixture
def kept(transactional_db: None, used: Used) -> Used:
    """The app with rows that other threads see."""
    return used


async def test_csv_for_spreadsheets(kept: Used) -> None:
    def prepare() -> None:
        talk = kept.talk(("=1+1", "Line one\nline two; 你好"), ("Second", "+49 30"), first_token_s=0.5)
        first, second = messages(talk)
        kept.rate(first, "dislike", "@home")
        kept.rate(second, "like", member=True)
        annotation_create(workspace_id=kept.world.workspace.pk, app_id=kept.app.pk, question="q", answer="-right", message=first)
        kept.talk(("debug", "x"), user=None, source="debug")

    await asyncio.to_thread(prepare)
    answer, text = await fetched(kept, "logs/export?tz=Asia/Shanghai")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="Harbour-Guide-conversations-')
    assert text.startswith("\ufeffconversation_id,")
    first, second = rows_of(text)
    assert (first["question"], first["answer"]) == ("'=1+1", "Line one\nline two; 你好")
    assert (first["time"], first["end_user"], first["version"], first["source"]) == ("2026-03-10 20:00:00", "u1", "3", "api")
    assert (first["user_rating"], first["user_comment"], first["correction"]) == ("dislike", "'@home", "'-right")
    assert (second["answer"], second["member_rating"], second["user_rating"]) == ("'+49 30", "like", "")
    assert (second["tokens_in"], second["cost_usd"], second["first_token_s"], second["state"]) == ("10", "0.5", "0.5", "succeeded")


async def test_jsonl_and_filters(kept: Used) -> None:
    def prepare() -> None:
        kept.talk(("good", "x"))
        kept.talk(("bad", "x"), at=NOON + timedelta(days=1), state="failed")

    await asyncio.to_thread(prepare)
    answer, text = await fetched(kept, "logs/export?format=jsonl&error=true")
    assert answer["Content-Type"] == "application/x-ndjson; charset=utf-8"
    [row] = [json.loads(line) for line in text.splitlines()]
    assert (row["question"], row["error"], row["time"], row["inputs"]) == ("bad", "The model failed.", "2026-03-11T12:00:00Z", {})


async def test_every_turn_once_however_the_pages_fall(kept: Used, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "PAGE", 2)
    monkeypatch.setattr(exporting, "MAX_ROWS_AT_ONCE", 3)
    lengths = [1, 7, 2, 3, 1, 1, 4]

    def prepare() -> None:
        for place, length in enumerate(lengths):
            kept.talk(*((f"{place}-{turn}", "x") for turn in range(length)))
        Conversation.unscoped.filter(app=kept.app).update(created_at=NOON)  # all at the same moment

    await asyncio.to_thread(prepare)
    _, text = await fetched(kept, "logs/export?format=jsonl")
    told = [json.loads(line)["question"] for line in text.splitlines()]
    assert sorted(told) == sorted(f"{place}-{turn}" for place, length in enumerate(lengths) for turn in range(length))
    for place, length in enumerate(lengths):
        assert [one for one in told if one.startswith(f"{place}-")] == [f"{place}-{turn}" for turn in range(length)]


async def test_runs_of_a_workflow(kept: Used) -> None:
    def prepare() -> None:
        kept.app.mode = "workflow"
        kept.app.save()
        kept.run(inputs={"n": 1}, outputs={"m": "ä"}, user_ref="anna")
        kept.run(NOON + timedelta(hours=1), state="failed")

    await asyncio.to_thread(prepare)
    answer, text = await fetched(kept, "logs/export")
    assert "Harbour-Guide-runs-" in answer["Content-Disposition"]
    first, second = rows_of(text)
    assert (json.loads(first["inputs"]), json.loads(first["outputs"]), first["end_user"], first["tokens"]) == (
        {"n": 1},
        {"m": "ä"},
        "anna",
        "15",
    )
    assert (second["state"], second["error"]) == ("failed", "The model failed.")


async def test_annotations_leave_and_come_back(kept: Used) -> None:
    texts = {"=SUM(A1)": 'He said: "no", twice', "你好": "line one\nline two", "plain": "-5"}

    def prepare() -> None:
        for question, answer in texts.items():
            annotation_create(workspace_id=kept.world.workspace.pk, app_id=kept.app.pk, question=question, answer=answer)

    await asyncio.to_thread(prepare)
    _, text = await fetched(kept, "annotations/export")
    assert [row["question"] for row in rows_of(text)] == ["'=SUM(A1)", "你好", "plain"]
    alice = client()
    await asyncio.to_thread(alice.force_login, kept.world.alice)
    told = (await asyncio.to_thread(alice.post, f"{kept.url}/annotations/import", {"content": text, "preview": True})).json()
    assert (told["rows"], told["added"], told["updated"], told["faults"]) == (3, 0, 3, [])
    assert {row["question"]: row["answer"] for row in told["first"]} == texts


def test_bad_arguments(used: Used) -> None:
    alice = client(used.world.alice)
    for query, field in (("format=xlsx", "format"), ("tz=Moon/Base", "tz"), ("tz=../../etc/passwd", "tz"), ("source=fax", "source")):
        answer = alice.get(f"{used.url}/logs/export?{query}")
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])
