"""What a reader gets."""

from __future__ import annotations

from dataclasses import dataclass

from workers.ingestion import encodings
from workers.ingestion.parsed import ParseLimits


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was recognised as `kind`, with its limits."""

    content: bytes
    filename: str
    kind: str
    extension: str
    limits: ParseLimits
    warnings: tuple[str, ...] = ()

    def text(self, declared: str | None = None) -> tuple[str, str, tuple[str, ...]]:
        """Return text, encoding and warnings, with line ends as \\n. Raises ParseError encoding_unknown."""
        text, encoding, warnings = encodings.decode(self.content, declared)
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""), encoding, warnings
