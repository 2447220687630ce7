"""Zip files that may be bombs, and XML that may be one."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from lxml import etree

from workers.ingestion.parsed import ParseError, ParseLimits

_CHUNK = 1 << 16
# Below this size a ratio says nothing: a page of blanks packs a thousandfold.
_RATIO_FROM_BYTES = 5_000_000


class Archive:
    """A zip file whose entries are counted while they are unpacked, whatever its directory claims."""

    def __init__(self, content: bytes, limits: ParseLimits) -> None:
        """Raises ParseError: file_damaged, file_encrypted, archive_too_large."""
        self._limits = limits
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as error:
            raise damaged(str(error)) from None
        entries = self._zip.infolist()
        if len(entries) > limits.archive_entries:
            raise ParseError(
                "archive_too_large", f"The file holds {len(entries):,} parts; {limits.archive_entries:,} are allowed. Split the document."
            )
        if any(entry.flag_bits & 1 for entry in entries):
            raise ParseError("file_encrypted", "The file is protected with a password. Save it without one and add it again.")
        if sum(entry.file_size for entry in entries) > limits.archive_bytes:
            raise self._too_large()
        self.names = frozenset(entry.filename for entry in entries)

    def read(self, name: str) -> bytes:
        """Return an entry. Raises ParseError: file_damaged, archive_too_large."""
        out = io.BytesIO()
        try:
            entry = self._zip.getinfo(name)
            with self._zip.open(entry) as source:
                while chunk := source.read(_CHUNK):
                    out.write(chunk)
                    self._count(len(chunk), out.tell(), entry.compress_size)
        except KeyError:
            raise damaged(f"the part {name} is missing") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise damaged(str(error)) from None
        return out.getvalue()

    def check(self) -> None:
        """Unpack everything once and look at its XML, for libraries that unpack without counting.

        Raises ParseError: file_damaged, archive_too_large.
        """
        for name in sorted(self.names):
            content = self.read(name)
            if name.endswith((".xml", ".rels")):
                check_xml(content)

    def _count(self, size: int, entry_size: int, packed: int) -> None:
        self._unpacked += size
        if self._unpacked > self._limits.archive_bytes:
            raise self._too_large()
        if entry_size > _RATIO_FROM_BYTES and entry_size > max(packed, 1) * self._limits.archive_ratio:
            raise ParseError(
                "archive_too_large",
                f"A part of the file unpacks to more than {self._limits.archive_ratio} times its size, as only attacks do; it is not read.",
            )

    def _too_large(self) -> ParseError:
        allowed = self._limits.archive_bytes // 1_000_000
        return ParseError("archive_too_large", f"The file unpacks to more than {allowed} MB. Take pictures out or split the document.")


def damaged(reason: str) -> ParseError:
    """Make the error of a file that its format's library cannot read."""
    detail = f" ({reason[:200].rstrip('. ')})" if reason else ""
    return ParseError("file_damaged", f"The file is damaged or incomplete{detail}. Open it in its program, save it anew and add it again.")


def check_xml(content: bytes) -> None:
    """Refuse XML that declares entities: no office document does, and they are how XML bombs are built.

    Raises ParseError file_damaged.
    """
    head = content[:4096].replace(b"\0", b"").upper()
    if b"<!DOCTYPE" in head and b"<!ENTITY" in content.replace(b"\0", b"").upper():
        raise ParseError("file_damaged", "The XML in this file declares entities of its own, which is not allowed. Save it without them.")


def read_xml(content: bytes, *, recover: bool = False) -> Any:
    """Parse XML without entities, network and document types; return its root. Raises ParseError file_damaged."""
    check_xml(content)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise damaged(str(error)) from None
    if root is None:
        raise damaged("it holds no XML")
    return root


def local_name(element: Any) -> str:
    """Return an element's name without its namespace, "" for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Any, name: str) -> Iterator[Any]:
    """Yield the direct children of that name, whatever their namespace."""
    return (child for child in element if local_name(child) == name)
