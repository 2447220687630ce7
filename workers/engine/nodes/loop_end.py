"""A way out of a loop."""

from __future__ import annotations

from workers.engine.node import Node, NodeConfig, NodeContext, NodeOutputs


class LoopEndNode(Node[NodeConfig]):
    """A way out of a loop: the round in which it is reached is the last one."""

    type = "loop-end"
    addable = False
    title = {"en": "Exit loop", "zh-Hans": "退出循环"}
    description = {"en": "End the loop after this round.", "zh-Hans": "本轮结束后退出循环。"}
    group = "logic"
    icon = "log-out"
    handles = "none"

    async def run(self, ctx: NodeContext) -> NodeOutputs:
        """Pass on; the runner tells the loop."""
        return NodeOutputs({})
