"""Where each round of a loop begins."""

from __future__ import annotations

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs


class LoopStartNode(Node[NodeConfig]):
    """Where each round of a loop begins."""

    type = "loop-start"
    title = {"en": "Loop start", "zh-Hans": "循环开始"}
    description = {"en": "The beginning of each round.", "zh-Hans": "每轮循环的起点。"}
    group = "logic"
    icon = "play"
    addable = False

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Pass on."""
        return NodeOutputs({})
