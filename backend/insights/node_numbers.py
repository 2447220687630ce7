"""What each step of an app took in its last runs: time, tokens, cost, failures.

Percentiles are by nearest rank and counted here: a few thousand short rows, which no two databases would sort by the same words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.runs.models import FINAL_STATES, NodeRun, Run, State
from backend.studio.models import App

MAX_RUNS = 50
MAX_STEPS = 20_000
_GOOD = (State.SUCCEEDED, State.PARTIAL)


@dataclass(slots=True)
class _Sums:
    """The executions of one step. Tokens and cost are those of the ones that succeeded: a failed call costs what no good one does."""

    times: list[float] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    total_tokens: int = 0
    total_cost: float = 0.0
    failures: int = 0

    def told(self, node_id: str) -> dict[str, Any]:
        """Return them as JSON."""
        return {
            **{"node_id": node_id, "executions": len(self.times), "failures": self.failures},
            **{"p50_s": _rank(self.times, 50), "p95_s": _rank(self.times, 95), "total_s": sum(self.times)},
            **{"p50_tokens": _rank(self.tokens, 50), "total_tokens": self.total_tokens},
            **{"p50_cost_usd": _rank(self.costs, 50), "total_cost_usd": self.total_cost},
        }


def node_numbers(app: App, runs: int = MAX_RUNS) -> dict[str, Any]:
    """Return the numbers of each step over the last finished whole runs, and those of the whole flow over the ones that came through.

    Flows with very many steps are counted over fewer runs, so that at most `MAX_STEPS` rows and one run's more are read.
    """
    taken = _last_runs(app, runs)
    steps: defaultdict[str, _Sums] = defaultdict(_Sums)
    rows = NodeRun.objects.filter(run__in=[run["id"] for run in taken])
    for node_id, status, elapsed_s, tokens, cost in rows.values_list("node_id", "status", "elapsed_s", "total_tokens", "cost_usd").iterator(
        chunk_size=2_000
    ):
        sums = steps[node_id]
        sums.times.append(elapsed_s)
        sums.total_tokens += tokens
        sums.total_cost += cost
        if status == "succeeded":
            sums.tokens.append(tokens)
            sums.costs.append(cost)
        else:
            sums.failures += 1
    good = [run for run in taken if run["state"] in _GOOD]
    return {
        "runs": len(taken),
        "succeeded": len(good),
        **{f"p50_{told}": _rank([run[name] for run in good], 50) for told, name in _OF_RUNS.items()},
        "nodes": [sums.told(node_id) for node_id, sums in sorted(steps.items())],
    }


_OF_RUNS = {"s": "elapsed_s", "tokens": "total_tokens", "cost_usd": "cost_usd"}


def _last_runs(app: App, runs: int) -> list[dict[str, Any]]:
    """Return the newest finished runs of the whole flow, newest first."""
    ended = Run.scoped(app.workspace_id).filter(app=app, part__isnull=True, state__in=FINAL_STATES).order_by("-created_at")
    taken: list[dict[str, Any]] = []
    steps = 0
    for run in ended.values("id", "state", "steps", *_OF_RUNS.values())[:runs]:
        steps += run["steps"]
        if taken and steps > MAX_STEPS:
            break
        taken.append(run)
    return taken


def _rank(values: Sequence[float], percent: int) -> float | None:
    """Return a percentile by nearest rank; None for no values."""
    return sorted(values)[(len(values) * percent + 99) // 100 - 1] if values else None
