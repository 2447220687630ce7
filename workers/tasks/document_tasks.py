"""What reads the documents of runs."""

from __future__ import annotations

from workers.engine.errors import NodeError
from workers.ingestion.child import ParserPool
from workers.ingestion.parsed import ParseError, ParseLimits

# A flow's texts go into prompts: what no model takes need not be read. `Limits.output_bytes` of the engine bounds them anyway.
LIMITS = ParseLimits(file_bytes=50_000_000, text_chars=10_000_000)


class RunDocuments:
    """Documents port over child processes. Belongs to one event loop; children start when first needed and end with `close`."""

    def __init__(self, limits: ParseLimits = LIMITS) -> None:
        self._limits = limits
        self._pool = ParserPool()

    async def text(self, content: bytes, name: str) -> str:
        """Return a document's text; see the port for what it raises."""
        try:
            return await self._pool.text(content, name, self._limits)
        except ParseError as error:
            raise NodeError(error.code, error.message, retryable=error.code == "parse_crashed") from None

    async def close(self) -> None:
        """End the children."""
        await self._pool.close()
