"""Types told by content."""

from __future__ import annotations

import io
import zipfile

import pytest

from backend.files.content import sniff

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


def _zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "mime_type", "kind"),
    [
        (PNG, "a.png", "image/png", "image"),
        (PNG, "invoice.pdf", "image/png", "image"),
        (b"%PDF-1.7\n", "报告.pdf", "application/pdf", "document"),
        (b"hello", "note.txt", "text/plain", "document"),
        ("你好".encode("gb18030"), "笔记.md", "text/markdown", "document"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.png", "text/plain", "document"),
        (b"<script>alert(1)</script>", "cat.jpg", "text/plain", "document"),
        (b"a,b\n1,2", "t.csv", "text/csv", "document"),
        (
            _zip("[Content_Types].xml", "word/document.xml"),
            "brief",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "document",
        ),
        (_zip("x.txt"), "x.zip", "application/zip", "document"),
        (b"\x00\x01\x02\x03", "blob.bin", "application/octet-stream", "custom"),
        (b"ID3\x03\x00\x00\x00\x00\x00" + b"\x00" * 40, "song.mp3", "audio/mpeg", "audio"),
        (b"", "empty.txt", "text/plain", "document"),
    ],
)
def test_the_content_decides(content: bytes, name: str, mime_type: str, kind: str) -> None:
    found = sniff(io.BytesIO(content), name)
    assert (found.mime_type, found.kind) == (mime_type, kind)
