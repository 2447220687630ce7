"""Call an HTTP address."""

from __future__ import annotations

from workers.engine.nodes.http_request.node import HttpRequestNode

__all__ = ["HttpRequestNode"]
