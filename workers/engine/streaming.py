"""The order in which an answer's text leaves, while nodes finish in any order. Pure: no clock, no I/O.

Every answer (or end) node has a template taken apart into segments. A node's segments may leave once it is
certain that the node will run. They leave strictly in template order: literal text at once, a variable when the
node it comes from has finished, and a variable that a model is just writing piece by piece when it is next in order,
otherwise it is held back. Several answers leave one after the other in the order in which they became certain, also
those of the rounds of a container, which may run side by side.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from workers.engine.variables import Scope, Selector, answer_text


@dataclass(frozen=True, slots=True)
class Segment:
    """Literal `text`, or the variable at `selector`, which is known once the nodes in `awaits` have ended.

    `separator` goes before the segment's text if some text went before it. A `fixed` segment has its final text.
    """

    text: str = ""
    selector: Selector = ()
    awaits: tuple[str, ...] = ()
    separator: str = ""
    fixed: bool = False


class Piece(NamedTuple):
    """Text that leaves: appended to the answer, or with `replaces` the whole answer anew."""

    text: str
    selector: Selector = ()
    replaces: bool = False


class Lane:
    """One place where responses stand: the top level of a run, or one round of a container in it.

    `streamed` are the variables that a response here shows and a node here writes piece by piece.
    """

    __slots__ = ("held", "parent", "resolved", "responses", "scope", "sessions", "streamed")

    def __init__(
        self, responses: Mapping[str, tuple[Segment, ...]], streamed: frozenset[Selector], scope: Scope, parent: Lane | None = None
    ) -> None:
        self.responses = responses
        self.streamed = streamed
        self.scope = scope
        self.parent = parent
        self.resolved: set[str] = set()
        self.sessions: dict[str, _Session] = {}
        self.held: dict[Selector, list[str]] = {}

    def ended(self, node_id: str) -> bool:
        """Tell whether a node here or around ended."""
        lane: Lane | None = self
        while lane is not None:
            if node_id in lane.resolved:
                return True
            lane = lane.parent
        return False


class _Session:
    __slots__ = ("lane", "position", "segments")

    def __init__(self, lane: Lane, segments: tuple[Segment, ...]) -> None:
        self.lane = lane
        self.segments = segments
        self.position = 0


class AnswerStream:
    """The answer of one run. Methods speak of the top level's lane unless given another."""

    def __init__(self, responses: Mapping[str, tuple[Segment, ...]], streamed: frozenset[Selector], scope: Scope) -> None:
        self.top = Lane(responses, streamed, scope)
        self._queue: deque[_Session] = deque()
        self._live: tuple[Lane, Segment] | None = None
        self._partial: list[str] = []
        self._done: list[str] = []

    @property
    def text(self) -> str:
        """The whole answer as it left so far."""
        return "".join((*self._done, *self._partial))

    def certain(self, node_ids: Iterable[str], lane: Lane | None = None) -> list[Piece]:
        """These response nodes will run."""
        lane = lane or self.top
        added = False
        for node_id in node_ids:
            if node_id not in lane.sessions:
                lane.sessions[node_id] = session = _Session(lane, lane.responses[node_id])
                self._queue.append(session)
                added = True
        return self._advance() if added else []

    def push(self, selector: Selector, text: str, lane: Lane | None = None) -> list[Piece]:
        """A running node wrote the next piece of a variable."""
        lane = lane or self.top
        if selector not in lane.streamed:
            return []
        if self._live is None or self._live[0] is not lane or self._live[1].selector != selector:
            lane.held.setdefault(selector, []).append(text)
            return []
        return [self._relay(self._live[1], text)]

    def resolve(self, node_id: str, lane: Lane | None = None) -> list[Piece]:
        """A node ended (its outputs are in the scope) or was skipped."""
        lane = lane or self.top
        lane.resolved.add(node_id)
        session = lane.sessions.get(node_id)
        if session is not None:
            self._fix(session)
        return self._advance() if self._queue else []

    def reset(self, node_id: str, lane: Lane | None = None) -> list[Piece]:
        """Take back what an unfinished node wrote: it will write anew."""
        lane = lane or self.top
        for selector in [selector for selector in lane.held if selector[0] == node_id]:
            del lane.held[selector]
        if self._partial and self._live is not None and self._live[0] is lane and self._live[1].selector[0] == node_id:
            self._partial.clear()
            return [Piece(self.text, replaces=True)]
        return []

    def drop(self, lanes: Collection[Lane]) -> list[Piece]:
        """Nothing more comes from rounds that failed. What left stays, but for the piece that was being written."""
        pieces: list[Piece] = []
        if self._live is not None and self._live[0] in lanes:
            self._live = None
            if self._partial:
                self._partial.clear()
                pieces.append(Piece(self.text, replaces=True))
        if any(lane.sessions for lane in lanes):
            self._queue = deque(session for session in self._queue if session.lane not in lanes)
        return pieces + self._advance()

    def _fix(self, session: _Session) -> None:
        """Settle what is left of a response whose node has run: it saw the scope as it is now."""
        left = tuple(
            replace(segment, text=answer_text(session.lane.scope, segment.selector), fixed=True) if segment.selector else segment
            for segment in session.segments[session.position :]
        )
        session.segments = (*session.segments[: session.position], *left)

    def _ready(self, segment: Segment, lane: Lane) -> bool:
        return segment.fixed or not segment.selector or all(lane.ended(node_id) for node_id in segment.awaits)

    def _advance(self) -> list[Piece]:
        pieces: list[Piece] = []
        while self._queue:
            session = self._queue[0]
            while session.position < len(session.segments):
                segment = session.segments[session.position]
                if not self._ready(segment, session.lane):
                    self._live = (session.lane, segment)
                    held = session.lane.held.pop(segment.selector, None)
                    if held:
                        pieces.append(self._relay(segment, "".join(held)))
                    return pieces
                self._complete(segment, session.lane, pieces)
                session.position += 1
            self._queue.popleft()
        return pieces

    def _relay(self, segment: Segment, text: str) -> Piece:
        if not self._partial and self._done:
            text = segment.separator + text
        self._partial.append(text)
        return Piece(text, segment.selector)

    def _complete(self, segment: Segment, lane: Lane, pieces: list[Piece]) -> None:
        text = answer_text(lane.scope, segment.selector) if segment.selector and not segment.fixed else segment.text
        if text and self._done:
            text = segment.separator + text
        sent = "".join(self._partial)
        self._partial.clear()
        self._live = None
        lane.held.pop(segment.selector, None)
        if text:
            self._done.append(text)
        if not text.startswith(sent):
            pieces.append(Piece(self.text, replaces=True))
        elif len(text) > len(sent):
            pieces.append(Piece(text[len(sent) :], segment.selector))
