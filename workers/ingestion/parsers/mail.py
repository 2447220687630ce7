"""E-mail messages: who wrote what to whom; text attachments are read, the others named."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart

from workers.ingestion.encodings import decode
from workers.ingestion.parsed import Block, Parsed
from workers.ingestion.parsers import html
from workers.ingestion.parsers.source import Source
from workers.ingestion.parsers.text import markdown_blocks

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_ATTACHMENT_BYTES = 2_000_000


def read(source: Source) -> Parsed:
    """Read an .eml."""
    message = email.message_from_bytes(source.content, policy=email.policy.default)
    headers = [f"{name}: {value}" for name in _HEADERS if (value := _header(message, name))]
    blocks = [Block("text", "\n".join(headers))] if headers else []
    body = message.get_body(("plain", "html"))
    if body is not None:
        blocks.extend(_body(body))
    named = []
    for part in message.walk():
        if part.is_multipart() or part is body or part.get_content_disposition() != "attachment":
            continue
        name = part.get_filename() or "unnamed"
        content = part.get_payload(decode=True)
        if (
            part.get_content_type() in ("text/plain", "text/markdown", "text/csv")
            and isinstance(content, bytes)
            and len(content) <= _ATTACHMENT_BYTES
        ):
            blocks.extend([Block("heading", name, level=2), Block("text", decode(content, part.get_content_charset())[0].strip())])
        else:
            named.append(name)
    if named:
        blocks.append(Block("text", f"Attachments: {', '.join(named)}"))
    return Parsed(tuple(blocks), title=_header(message, "Subject"))


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(str(message.get(name) or "").split())
    except (ValueError, IndexError, AttributeError, TypeError):
        # The standard library's parser stumbles over some broken headers.
        return ""


def _body(part: MIMEPart) -> Iterator[Block]:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        return
    text = decode(content, part.get_content_charset())[0].replace("\r\n", "\n")
    if part.get_content_type() == "text/html":
        yield from html.blocks_of(html.tree(text))
    else:
        yield from (block if block.kind != "heading" else Block("text", block.text) for block in markdown_blocks(text)[1])
