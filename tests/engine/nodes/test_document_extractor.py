from __future__ import annotations

from typing import Any

import pytest

from tests.engine.builders import Bench, Ran, ask, chain, document, end, node, picture, start
from workers.engine import plan as plans
from workers.engine.errors import NodeError


def flow(**data: Any) -> dict[str, Any]:
    drawn = node("read", "document-extractor", **{"variable_selector": ["start", "given"], **data})
    asked = start(ask("given", "file-list"), ask("one", "file"), ask("q"))
    return document([asked, drawn, end(text="read.text")], chain("start", "read", "end"))


def paper(file_id: str = "f1", **more: Any) -> dict[str, Any]:
    return picture(file_id, **{"type": "document", "name": f"{file_id}.txt", "extension": ".txt", "mime_type": "text/plain", **more})


class Reader:
    """The documents port: says what it was given; a name in `errors` fails."""

    def __init__(self, **errors: NodeError) -> None:
        self.errors = errors

    async def text(self, content: bytes, name: str) -> str:
        if name in self.errors:
            raise self.errors[name]
        return f"{name}={content.decode()}"


async def ran(value: Any, reader: Reader | None = None, **data: Any) -> Ran:
    bench = Bench(mode="workflow")
    if reader is not None or value:
        bench.documents = reader or Reader()
    return await bench.run(flow(**data), {"given": value, "one": value, "q": "text"})


async def test_one_file_gives_one_text() -> None:
    assert (await ran(paper(), variable_selector=["start", "one"])).finished.outputs == {"text": "f1.txt=f1"}


async def test_a_list_gives_texts_in_order() -> None:
    files = [paper("b"), paper("a", name="报告", extension=".PDF"), paper("c", filename="real name.docx", extension=".docx")]
    assert (await ran(files, is_array_file=True)).node("read").outputs == {"text": ["b.txt=b", "报告.PDF=a", "real name.docx=c"]}


@pytest.mark.parametrize(
    ("value", "data", "text"), [([], {"is_array_file": True}, []), (None, {"variable_selector": ["start", "one"]}, "")]
)
async def test_no_file_is_no_text(value: Any, data: dict[str, Any], text: Any) -> None:
    assert (await ran(value, **data)).node("read").outputs == {"text": text}


async def test_a_failure_names_its_file() -> None:
    failure = NodeError("no_text_found", "Only pictures.")
    node_run = (await ran([paper("a"), paper("b")], Reader(**{"b.txt": failure}))).node("read")
    assert node_run.error is not None
    assert (node_run.error.code, node_run.error.message) == ("no_text_found", "b.txt: Only pictures.")


@pytest.mark.parametrize(
    ("value", "code"),
    [(["words"], "file_expected"), ([paper(str(number)) for number in range(51)], "too_many_files"), ([paper()], "documents_unavailable")],
)
async def test_what_cannot_be_read(value: Any, code: str) -> None:
    bench = Bench(mode="workflow")
    error = (await bench.run(flow(), {"given": value, "one": None, "q": ""})).node("read").error
    assert error is not None
    assert error.code == code


def test_a_variable_must_be_chosen() -> None:
    plan = plans.compile(flow(variable_selector=[]), "workflow")
    assert "selector_missing" in [problem.code for problem in plan.problems]
