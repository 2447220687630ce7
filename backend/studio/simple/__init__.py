"""Apps that are settings and not a drawing: chat, completion, agent. They are compiled into a flow, so one engine runs everything."""

from __future__ import annotations

from backend.studio.simple.blank import blank_config
from backend.studio.simple.drawn import DRAWN_MODES, drawn_flow
from backend.studio.simple.flow import SimpleFlow, simple_flow

__all__ = ["DRAWN_MODES", "SimpleFlow", "blank_config", "drawn_flow", "simple_flow"]
