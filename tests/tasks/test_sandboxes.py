"""The sandboxes behind a worker's ports."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest

from workers.engine.errors import NodeError
from workers.tasks import context


@pytest.fixture
async def sandboxes() -> AsyncIterator[context.Sandboxes]:
    found = context.Sandboxes()
    yield found
    await found.close()


async def test_nodes_reach_templates_and_code_through_the_ports(sandboxes: context.Sandboxes) -> None:
    ports = context.ports(uuid.uuid4(), sandboxes)
    assert await ports.templates.render("{{ a }}", {"a": 1}) == "1"
    result = await ports.code.run("python3", "def main(a):\n    print(a)\n    return {'b': a}", {"a": [1, None]})
    assert (result.value, result.stdout, result.sandbox) == ({"b": [1, None]}, "[1, None]\n", "python-subset")


async def test_a_programs_fault_is_a_node_error(sandboxes: context.Sandboxes) -> None:
    with pytest.raises(NodeError) as caught:
        await sandboxes.run("python3", "import enum\ndef main():\n    return {'a': str(enum.Enum)}", {})
    assert (caught.value.code, caught.value.details, caught.value.retryable) == ("code_module_missing", {"line": 1}, False)
