"""Ask a language model."""

from __future__ import annotations

from workers.engine.nodes.llm.node import LlmNode

__all__ = ["LlmNode"]
