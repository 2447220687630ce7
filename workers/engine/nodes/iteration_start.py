"""Where each round of an iteration begins."""

from __future__ import annotations

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs


class IterationStartNode(Node[NodeConfig]):
    """Where each round of an iteration begins."""

    type = "iteration-start"
    title = {"en": "Iteration start", "zh-Hans": "迭代开始"}
    description = {"en": "The beginning of each round.", "zh-Hans": "每轮迭代的起点。"}
    group = "logic"
    icon = "play"
    addable = False

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Pass on."""
        return NodeOutputs({})
