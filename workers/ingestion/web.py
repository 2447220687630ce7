"""Read web pages: the main text, the links, and addresses in one spelling. Fetching is somebody else's work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit, urlunsplit

import trafilatura

from workers.ingestion import parsers
from workers.ingestion.encodings import decode
from workers.ingestion.parsed import Block, Parsed, ParseError, ParseLimits
from workers.ingestion.parsers import html

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HTML_TYPES = ("text/html", "application/xhtml+xml", "")
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|msclkid|mc_[ce]id|igshid|_hs\w+|spm)$")
# Frames of a page, which are left out when its main text is not found by itself.
_FRAMES = ("header", "footer", "aside", "nav", "form")
# Main text shorter than this share of the page's is taken for a mistake.
_MAIN_SHARE = 0.1
# In a page as short as this nothing is looked for.
_MAIN_CHARS = 300
_DEFAULT_PORTS = {"http": 80, "https": 443}


def read_page(content: bytes, url: str, content_type: str = "", limits: ParseLimits | None = None) -> tuple[Parsed, list[str]]:
    """Return the main text of a page and the addresses it links to; of a file that is no page, what `parse` makes of it and none.

    Raises ParseError as `parsers.parse`.
    """
    limits = limits or ParseLimits()
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in _HTML_TYPES:
        return parsers.parse(content, _filename(url, media_type), limits), []
    if len(content) > limits.file_bytes:
        raise ParseError("too_large", f"The page has {len(content) / 1e6:.1f} MB; {limits.file_bytes / 1e6:.0f} MB are allowed.")
    if not content.strip():
        raise ParseError("file_empty", "The page is empty.")
    charset = _CHARSET.search(content_type)
    declared = _DECLARED.search(content[:4096])
    text, encoding, warnings = decode(content, charset[1] if charset else declared[1].decode() if declared else None)
    root = html.tree(text)
    links = list(_links(root, url))
    title = next((" ".join("".join(found.itertext()).split()) for found in root.iter("title")), "")
    blocks = _main_blocks(text, root)
    if not blocks:
        raise ParseError("no_text_found", "The page holds no text. Pages that only a browser's scripts fill cannot be read.")
    return Parsed(tuple(blocks), title=title, encoding=encoding, warnings=warnings), links


def canonical(url: str, base: str | None = None) -> str | None:
    """Return one spelling of an http(s) address, without fragment, tracking and session marks; None if it is no such address."""
    try:
        parts = urlsplit(urljoin(base, url.strip()) if base else url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host.encode("idna").decode().lower() if not host.isascii() else host.lower()
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in _DEFAULT_PORTS or not host:
        return None
    scheme = parts.scheme.lower()
    shown = f"[{host}]" if ":" in host else host
    netloc = shown if port in (None, _DEFAULT_PORTS[scheme]) else f"{shown}:{port}"
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.match(key)])
    return urlunsplit((scheme, netloc, _path(parts.path), query, ""))


def host_of(url: str) -> str:
    """Return an address's host and port, without a leading www."""
    return urlsplit(url).netloc.removeprefix("www.")


def _path(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            kept = kept[:-1] if len(kept) > 1 else kept
        elif segment != ".":
            kept.append(quote(unquote(segment), safe="!$&'()*+,;=:@~-._"))
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept).lstrip("/")


def _links(root: Any, url: str) -> Iterator[str]:
    base_tag = next(root.iter("base"), None)
    base = urljoin(url, base_tag.get("href") or "") if base_tag is not None else url
    seen = set()
    for anchor in root.iter("a", "area"):
        href = anchor.get("href") or ""
        if not href or "nofollow" in (anchor.get("rel") or "") or href.startswith(("#", "javascript:", "mailto:", "tel:", "data:")):
            continue
        found = canonical(href, base)
        if found is not None and found not in seen:
            seen.add(found)
            yield found


def _main_blocks(text: str, root: Any) -> list[Block]:
    whole = _framed(root)
    main = trafilatura.extract(
        text, output_format="html", include_comments=False, include_tables=True, favor_recall=True, deduplicate=False
    )
    if not main or len(main) < _MAIN_CHARS:
        return whole
    blocks = html.blocks_of(html.tree(main))
    heading = next((block for block in whole if block.kind == "heading" and block.level == 1), None)
    if heading is not None and not any(block.kind == "heading" and block.text == heading.text for block in blocks):
        blocks.insert(0, heading)
    enough = sum(len(block.text) for block in blocks) >= _MAIN_SHARE * sum(len(block.text) for block in whole)
    return blocks if enough else whole


def _framed(root: Any) -> list[Block]:
    for name in _FRAMES:
        for element in list(root.iter(name)):
            # A header inside an article is its own; one beside it is the site's.
            if element.getparent() is not None and not any(True for _ in element.iterancestors("article", "main")):
                _drop(element)
    return html.blocks_of(root)


def _drop(element: Any) -> None:
    parent = element.getparent()
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _filename(url: str, media_type: str) -> str:
    name = unquote(urlsplit(url).path.rpartition("/")[2]) or "page"
    extension = {"text/markdown": "md", "text/csv": "csv", "application/json": "json", "application/xml": "xml", "text/xml": "xml"}.get(
        media_type
    )
    return name if "." in name or extension is None else f"{name}.{extension}"
