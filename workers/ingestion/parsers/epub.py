"""E-books: the chapters in reading order, each an XHTML file in a zip."""

from __future__ import annotations

import posixpath
from typing import Any
from urllib.parse import unquote

from workers.ingestion.archives import Archive, damaged, local_name, read_xml
from workers.ingestion.encodings import decode
from workers.ingestion.parsed import Block, Parsed, ParseError
from workers.ingestion.parsers import html
from workers.ingestion.parsers.source import Source


def read(source: Source) -> Parsed:
    """Read an .epub along its spine. Raises ParseError: file_damaged, file_encrypted, archive_too_large."""
    archive = Archive(source.content, source.limits)
    package = _package_path(archive)
    root = read_xml(archive.read(package), recover=True)
    chapters = _chapters(root, posixpath.dirname(package))
    if _locked(archive) & set(chapters):
        raise ParseError("file_encrypted", "The book is protected against copying. Add an edition without protection.")
    blocks: list[Block] = []
    missing = 0
    for name in chapters:
        if name not in archive.names:
            missing += 1
            continue
        text = decode(archive.read(name))[0]
        if text.strip():
            blocks.extend(html.blocks_of(html.tree(text)))
    if not chapters or missing == len(chapters):
        raise damaged("it names no chapters")
    title = next((" ".join((item.text or "").split()) for item in root.iter() if local_name(item) == "title"), "")
    warnings = (f"{missing} chapters are missing in the file.",) if missing else ()
    return Parsed(tuple(blocks), title=title, warnings=warnings)


def _package_path(archive: Archive) -> str:
    if "META-INF/container.xml" in archive.names:
        for element in read_xml(archive.read("META-INF/container.xml"), recover=True).iter():
            if local_name(element) == "rootfile" and element.get("full-path"):
                return str(element.get("full-path"))
    raise damaged("its container names no package")


def _chapters(root: Any, folder: str) -> list[str]:
    items = {item.get("id"): item.get("href") for item in root.iter() if local_name(item) == "item" and item.get("href")}
    order = [element.get("idref") for element in root.iter() if local_name(element) == "itemref"]
    return [posixpath.normpath(posixpath.join(folder, unquote(items[identity]))) for identity in order if identity in items]


def _locked(archive: Archive) -> set[str]:
    """Return the entries that are encrypted; fonts often are, which does not matter."""
    if "META-INF/encryption.xml" not in archive.names:
        return set()
    root = read_xml(archive.read("META-INF/encryption.xml"), recover=True)
    return {unquote(element.get("URI") or "") for element in root.iter() if local_name(element) == "CipherReference"}
