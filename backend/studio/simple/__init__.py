"""Apps that are settings and not a drawing: chat, completion, agent. They are compiled into a flow, so one engine runs everything."""

from __future__ import annotations

from backend.studio.simple.blank import blank_config
from backend.studio.simple.flow import SimpleFlow, simple_flow

__all__ = ["SimpleFlow", "blank_config", "simple_flow"]
