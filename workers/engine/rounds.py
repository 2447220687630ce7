"""What a run is busy with: its frames (the top level, and each round of a container), and the nodes due in them."""

from __future__ import annotations

from dataclasses import dataclass, field

from workers.engine.containers import Rounds
from workers.engine.events import ErrorInfo
from workers.engine.forms import FormDraft
from workers.engine.plan import PlannedNode
from workers.engine.regions import Region
from workers.engine.scheduler import Scheduler
from workers.engine.state import NodeRecord, node_key
from workers.engine.streaming import Lane
from workers.engine.variables import Scope


@dataclass(slots=True, eq=False)
class Frame:
    """One go through a region. `pending` counts its nodes that are due, running or waiting; at 0 it is over.

    `broke`: a node was reached that ends the container. `dead`: what still runs here is of no interest any more.
    """

    region: Region
    path: str
    scope: Scope
    scheduler: Scheduler
    lane: Lane
    within: Going | None = None
    number: int = 0
    pending: int = 0
    steps: int = 0
    broke: bool = False
    dead: bool = False
    began: float | None = None
    containers: list[Going] = field(default_factory=list)

    @property
    def container_type(self) -> str | None:
        """The type of the container this is a round of."""
        return None if self.within is None else self.within.planned.type

    @property
    def depth(self) -> int:
        """The number of containers around."""
        return 0 if self.within is None else self.within.frame.depth + 1

    def key(self, node_id: str) -> str:
        """Name a node's record."""
        return node_key(self.path, node_id)

    def container(self, node_id: str) -> Going | None:
        """Find a container around by its id."""
        within = self.within
        while within is not None and within.planned.id != node_id:
            within = within.frame.within
        return within


@dataclass(slots=True, eq=False)
class Going:
    """A container going through its rounds. `next` is the number of the next round, `fault` why no more follow.

    `tokens` were used in it, `seconds` were taken by the rounds since the run was last taken up.
    """

    frame: Frame
    planned: PlannedNode
    record: NodeRecord
    rounds: Rounds
    frames: list[Frame] = field(default_factory=list)
    next: int = 0
    fault: ErrorInfo | None = None
    closed: bool = False
    tokens: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Due:
    """A node whose turn it is. `record` is set when it was begun before: a retry, or after a crash.

    `announced`: its start is in the log for this attempt. `interrupted`: it may have run before a crash. `cancelled`: it
    ran when its round failed; `requests`: how often its task had been asked to stop before that.
    """

    frame: Frame
    node_id: str
    predecessor: str | None
    record: NodeRecord | None = None
    announced: bool = False
    interrupted: bool = False
    cancelled: bool = False
    requests: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A node that waits for people. `draft` is the form to be asked; None where it was asked before."""

    frame: Frame
    planned: PlannedNode
    record: NodeRecord
    draft: FormDraft | None = None
