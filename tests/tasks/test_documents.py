"""The documents of runs, read by real children."""

from __future__ import annotations

import pytest

from tests.ingestion import files
from workers.engine.errors import NodeError
from workers.ingestion.parsed import ParseLimits
from workers.tasks.documents import RunDocuments


async def test_texts_and_failures_reach_the_node() -> None:
    documents = RunDocuments(ParseLimits(text_chars=2_000))
    try:
        assert (await documents.text(files.word(), "休假.docx")).startswith("# Leave policy 休假制度\n\nEverybody")
        assert await documents.text("  as it\n\n\n stands".encode("utf-16"), "a.md") == "  as it\n\n\n stands"
        assert await documents.text(b"", "empty.txt") == ""
        for content, name, code in (
            (files.pdf([["x"]], picture=True), "scan.pdf", "no_text_found"),
            (b"x" * 3_000, "long.txt", "too_large"),
            (b"\x89PNG\r\n\x1a\n", "a.png", "unsupported_file_type"),
        ):
            with pytest.raises(NodeError) as failure:
                await documents.text(content, name)
            assert (failure.value.code, failure.value.retryable) == (code, False)
    finally:
        await documents.close()
