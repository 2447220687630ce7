"""Small documents of many formats, made when they are needed."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage

import docx
import openpyxl
import pptx

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


def pdf(pages: Iterable[Sequence[str]], *, picture: bool = False, encrypted: bool = False, toc: Mapping[str, int] | None = None) -> bytes:
    """A PDF of lines of Latin text; `picture` draws one instead, `toc` gives outline titles and their page index."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        escaped = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines]
        drawn = "BT /F1 10 Tf 40 760 Td 13 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
        if picture:
            drawn = "q 500 0 0 700 0 0 cm BI /W 2 /H 2 /CS /G /BPC 8 ID abcd EI Q"
        data = drawn.encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(data), data))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % len(objects)
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    outlines = b""
    if toc:
        first = len(objects) + 2
        names = list(toc.items())
        objects.append(b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (first, first + len(names) - 1, len(names)))
        outlines = b" /Outlines %d 0 R" % (first - 1)
        for number, (title, page) in enumerate(names):
            following = b" /Next %d 0 R" % (first + number + 1) if number + 1 < len(names) else b""
            objects.append(b"<< /Title (%s) /Parent %d 0 R /Dest [%d 0 R /Fit]%s >>" % (title.encode(), first - 1, kids[page], following))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R%s >>" % outlines
    trailer = b""
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <%s> /U <%s> >>" % (b"61" * 32, b"62" * 32))
        trailer = b" /Encrypt %d 0 R /ID [<61626364> <61626364>]" % len(objects)
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, 2)
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start))
    return out.getvalue()


def word() -> bytes:
    """Headings of two levels, a paragraph, two kinds of lists, a table with merged cells."""
    document = docx.Document()
    document.core_properties.title = "Leave policy"
    document.add_heading("Leave policy 休假制度", 1)
    document.add_paragraph("Everybody has 26 days.")
    document.add_paragraph("Ask early", style="List Bullet")
    document.add_paragraph("Tell your team", style="List Bullet")
    document.add_heading("Table of days", 2)
    table = document.add_table(rows=3, cols=3)
    for number, value in enumerate(("Years", "Days", "Note", "0-5", "20", "a|b", "5+", "26", "two\nlines")):
        table.cell(number // 3, number % 3).text = value
    table.cell(1, 2).merge(table.cell(2, 2))
    document.add_paragraph("First step", style="List Number")
    document.add_paragraph("Second step", style="List Number")
    document.add_paragraph("The end.")
    return saved(document)


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> bytes:
    """A workbook; `merged` are ranges of its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for area in merged:
        book.worksheets[0].merge_cells(area)
    return saved(book)


def old_workbook(rows: Sequence[Sequence[str | float]]) -> bytes:
    """A workbook in the oldest of Excel's formats (BIFF2)."""
    out = [struct.pack("<HHHH", 0x09, 4, 2, 0x10)]
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            head = struct.pack("<HH3s", row, column, b"\0\0\0")
            if isinstance(value, str):
                body = head + struct.pack("<B", len(value)) + value.encode("latin-1")
                out.append(struct.pack("<HH", 0x04, len(body)) + body)
            else:
                body = head + struct.pack("<d", value)
                out.append(struct.pack("<HH", 0x03, len(body)) + body)
    return b"".join([*out, struct.pack("<HH", 0x0A, 0)])


def slides() -> bytes:
    """Two slides: bullets with notes, a table."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = "Roadmap 路线图"
    frame = first.placeholders[1].text_frame
    frame.text = "Ship it"
    below = frame.add_paragraph()
    below.text, below.level = "Then rest", 1
    first.notes_slide.notes_text_frame.text = "Speak slowly."
    second = deck.slides.add_slide(deck.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for number, value in enumerate(("Item", "Price", "Tea", "4")):
        table.cell(number // 2, number % 2).text = value
    return saved(deck)


def book(chapters: Sequence[str], *, locked: bool = False) -> bytes:
    """An e-book whose manifest has the chapters in the opposite order of its spine."""
    names = [f"c{number}.xhtml" for number in range(len(chapters))]
    items = "".join(f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in reversed(names))
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title>'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    entries = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER, "OEBPS/book.opf": package}
    if locked:
        entries["META-INF/encryption.xml"] = (
            '<encryption><EncryptedData><CipherData><CipherReference URI="OEBPS/c0.xhtml"/></CipherData></EncryptedData></encryption>'
        )
    return packed({**entries, **{f"OEBPS/{name}": chapter for name, chapter in zip(names, chapters, strict=True)}})


def packed(entries: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def mail() -> bytes:
    """A message with an HTML twin of its text, a text attachment and a picture."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.com>", "bob@example.com", "Größe des Büros 办公室"
    message.set_content("Dear Bob,\n\nthe office has 40 m².\n")
    message.add_alternative("<p>Dear Bob, <b>the office</b></p>", subtype="html")
    message.add_attachment("Desk 1\nDesk 2\n", filename="desks.txt")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="图.png")
    return message.as_bytes()


def saved(document: object) -> bytes:
    """The bytes of a document of docx, openpyxl or pptx."""
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()
