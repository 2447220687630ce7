"""Find out what a file is: by its content first, by its name where content leaves it open."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

from workers.ingestion.encodings import is_text
from workers.ingestion.parsed import ParseError

# Extensions of text that is read as code: layout matters, nothing is prose.
_CODE = (
    "py js ts tsx jsx mjs cjs java kt kts c h cc cpp hpp cs go rs rb php swift scala sh bash zsh ps1 bat sql r m lua pl dart vue svelte "
    "css scss less toml ini cfg conf env dockerfile makefile gradle groovy ex exs erl hs clj lisp proto graphql tf tex diff patch"
)
CODE = frozenset(_CODE.split())
_BY_EXTENSION = {
    "md": "markdown",
    "mdx": "markdown",
    "markdown": "markdown",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "csv": "csv",
    "tsv": "csv",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "yaml": "yaml",
    "yml": "yaml",
    "xml": "xml",
    "vtt": "subtitles",
    "srt": "subtitles",
    "properties": "properties",
    "eml": "eml",
}
# What binary formats a name may promise.
_BINARY = {
    "pdf": "pdf",
    "docx": "docx",
    "docm": "docx",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xls": "xls",
    "pptx": "pptx",
    "pptm": "pptx",
    "epub": "epub",
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"II*\0", "a picture (TIFF)"),
    (b"MM\0*", "a picture (TIFF)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf", "an archive (7-Zip)"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"BZh", "a packed file (bzip2)"),
    (b"\xfd7zXZ", "a packed file (xz)"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"ID3", "a sound recording"),
    (b"OggS", "a sound recording"),
    (b"fLaC", "a sound recording"),
    (b"SQLite format 3", "a database"),
    (b"PAR1", "a Parquet table"),
    (b"{\\rtf", "a rich text file (RTF)"),
)
# The first record of workbooks of before 1995, which have no container around them.
_BARE_WORKBOOK = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OLD_OFFICE = {"doc": ("Word", "docx"), "dot": ("Word", "docx"), "ppt": ("PowerPoint", "pptx"), "pps": ("PowerPoint", "pptx")}
_SUPPORTED = "txt, md, html, pdf, docx, xlsx, xls, csv, tsv, pptx, epub, eml, json, jsonl, yaml, xml, vtt, srt, properties and source code"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is: the name of its parser, its extension in small letters, a warning where the name says something else."""

    name: str
    extension: str
    warnings: tuple[str, ...] = ()


def sniff(content: bytes, filename: str) -> Kind:
    """Return what a file is. Raises ParseError: file_empty, file_encrypted, file_damaged, unsupported_file_type."""
    extension = extension_of(filename)
    if not content.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise ParseError("file_empty", "The file is empty.")
    found = _binary(content)
    if found is None and not is_text(content):
        raise _unsupported("no text and of no known kind")
    if found is None:
        found = _text(content, extension)
        promised = _BINARY.get(extension)
        if promised is not None and found == "text" and len(content) < 200:
            raise ParseError(
                "file_damaged", f"The file is called .{extension} but holds only a few words of text. Add the document itself."
            )
    else:
        promised = _BINARY.get(extension, _BY_EXTENSION.get(extension))
        promised = "none" if promised is None and extension in {"txt", "log", "rst"} | CODE | set(_OLD_OFFICE) else promised
    if promised is not None and promised != found:
        return Kind(found, extension, (f"The file is called .{extension} but its content is {found}; it was read as {found}.",))
    return Kind(found, extension)


def extension_of(filename: str) -> str:
    """Return the extension in small letters without the dot; names such as Makefile are their own."""
    path = PurePath(filename.replace("\\", "/"))
    suffix = path.suffix.lower().lstrip(".")
    return suffix or (path.name.lower() if path.name.lower() in CODE else "")


def _binary(content: bytes) -> str | None:
    if b"%PDF-" in content[:1024]:
        return "pdf"
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(content)
    if content.startswith(_BARE_WORKBOOK):
        return "xls"
    if content[:4] == b"RIFF" or content[4:8] == b"ftyp":
        raise _unsupported("a picture, sound or video")
    for magic, words in _MAGIC:
        # Two letters open many an honest text: they count only before something that is none.
        if content.startswith(magic) and (len(magic) > 3 or not is_text(content)):
            raise _unsupported(words)
    return None


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            mimetype = archive.read("mimetype")[:100] if "mimetype" in names and archive.getinfo("mimetype").file_size < 1000 else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise ParseError(
            "file_damaged", "The file is damaged or incomplete. Open it in its program, save it anew and add it again."
        ) from None
    for prefix, name in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
        if any(entry.startswith(prefix) for entry in names):
            if "xl/workbook.bin" in names:
                raise _unsupported("a binary workbook (.xlsb)", "Save it as .xlsx and add that.")
            return name
    if b"epub" in mimetype or "META-INF/container.xml" in names:
        return "epub"
    if b"opendocument" in mimetype:
        raise _unsupported("an OpenDocument file", "Save it as .docx, .xlsx, .pptx or .pdf and add that.")
    raise _unsupported("an archive (zip)", "Unpack it and add the files themselves.")


def _compound(content: bytes) -> str:
    """Tell apart what the old Office container holds by the names of its streams, which are UTF-16."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise ParseError("file_encrypted", "The file is protected with a password. Save it without one and add it again.")
    if holds("WordDocument"):
        raise _unsupported("a Word file of before 2007 (.doc)", "Save it as .docx or .pdf and add that.")
    if holds("PowerPoint Document"):
        raise _unsupported("a PowerPoint file of before 2007 (.ppt)", "Save it as .pptx or .pdf and add that.")
    if holds("__substg1.0_") or holds("__properties_version1.0"):
        raise _unsupported("an Outlook message (.msg)", "Save the message as .eml and add that.")
    if holds("Workbook") or holds("Book"):
        return "xls"
    raise _unsupported("an old Office file of an unknown kind")


def _text(content: bytes, extension: str) -> str:
    if extension in _OLD_OFFICE or extension in _BINARY or extension == "":
        head = content[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t").lower()
        if head.startswith((b"<!doctype html", b"<html")):
            return "html"
        return "text"
    return _BY_EXTENSION.get(extension, "code" if extension in CODE else "text")


def _unsupported(words: str, advice: str = "") -> ParseError:
    return ParseError(
        "unsupported_file_type", f"The file is {words}, which is not read as a document. {advice or f'Supported are {_SUPPORTED}.'}"
    )
