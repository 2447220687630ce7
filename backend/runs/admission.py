"""How many runs may be started in a minute, and be at work at once, by one key, app, visitor or address.

Counted in Redis, for all web processes together, in one round trip. Rates are a bucket (GCRA): a minute's worth at once, then as it
refills. Runs at work stand in a set; when it is half full, and again when it is full, the database tells which of them have ended or
wait for people. So nothing has to be given back, and no worker that dies keeps a place. With Redis away everybody is let in: a limit
must not become an outage.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from channels.db import database_sync_to_async
from django.conf import settings
from redis.exceptions import NoScriptError

from backend.core.errors import AppError
from backend.core.redis import REDIS_AWAY, async_client
from backend.runs.models import Run, State

logger = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_S, AWAY_S = 2.0, 5.0
UNWRITTEN_S = 30.0
FULL_S = 0.2
SWEEP_EVERY_S = 1.0
TRIES = 10
MAX_REMEMBERED = 1_000
BUSY_RETRY_S = 1

# KEYS: for each allowance its bucket and its set. ARGV: run, then for each allowance runs a minute and runs at once (0: no limit).
_SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local buckets = {}
for i = 1, #KEYS, 2 do
  local rate, places = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if rate > 0 then
    local step = 60000 / rate
    local full_at = math.max(tonumber(redis.call('GET', KEYS[i]) or 0), now)
    local wait = full_at + step - now - 60000
    if wait > 0.5 then return {'rate', (i + 1) / 2, math.ceil(wait), math.ceil((full_at - now) / step - 0.001)} end
    buckets[i] = full_at + step
  end
  if places > 0 and redis.call('ZCARD', KEYS[i + 1]) >= places then
    return {'full', (i + 1) / 2, redis.call('ZCARD', KEYS[i + 1])}
  end
end
local filling = {'ok'}
for i = 1, #KEYS, 2 do
  if buckets[i] then redis.call('SET', KEYS[i], string.format('%.3f', buckets[i]), 'PX', math.ceil(buckets[i] - now)) end
  if tonumber(ARGV[i + 2]) > 0 then
    redis.call('ZADD', KEYS[i + 1], now, ARGV[1])
    redis.call('EXPIRE', KEYS[i + 1], 86400)
    if redis.call('ZCARD', KEYS[i + 1]) * 2 > tonumber(ARGV[i + 2]) then filling[#filling + 1] = (i + 1) / 2 end
  end
end
return filling
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one key, app, visitor or address may do; 0 is no limit."""

    scope: str
    id: str
    per_minute: int = 0
    at_once: int = 0

    @property
    def bucket(self) -> str:
        return f"rate:{self.scope}:{self.id}"

    @property
    def places(self) -> str:
        return f"busy:{self.scope}:{self.id}"


class _Gate:
    """What this process remembers: whether Redis was away, the script's name in Redis, who was refused, which sets are swept."""

    def __init__(self) -> None:
        self.away_until = 0.0
        self.script = ""
        self.full: dict[str, tuple[float, int]] = {}
        self.sweeping: dict[str, asyncio.Task[int]] = {}
        self.swept: dict[str, float] = {}


_gate = _Gate()


async def admit(run_id: uuid.UUID, allowances: Sequence[Allowance]) -> None:
    """Count a run that is about to start. Raises AppError 429: rate_limit_error, or too_many_requests for too many at once."""
    limited = [one for one in allowances if one.per_minute or one.at_once]
    now = time.monotonic()
    if not limited or _gate.away_until > now:
        return
    for one in limited:
        until, busy = _gate.full.get(one.places, (0.0, 0))
        if until > now:
            raise _too_many(one, busy)
    try:
        told = await _ask(run_id, limited)
        for _ in range(TRIES):  # others may take at once what a sweep has freed
            if told[0] != b"full" or not await _freed(limited[told[1] - 1].places):
                break
            told = await _ask(run_id, limited)
    except REDIS_AWAY as failure:
        _gate.away_until = now + AWAY_S
        logger.warning("runs are not counted until Redis answers: %s", failure)
        return
    if told[0] == b"rate":
        raise _too_fast(limited[told[1] - 1], told[2] / 1000, told[3])
    if told[0] == b"full":
        one, busy = limited[told[1] - 1], told[2]
        _remember(_gate.full, one.places, (time.monotonic() + FULL_S, busy))
        raise _too_many(one, busy)
    for position in told[1:]:
        places = limited[position - 1].places
        if _gate.swept.get(places, 0.0) + SWEEP_EVERY_S < now:
            _remember(_gate.swept, places, now)
            _sweep(places)


async def _ask(run_id: uuid.UUID, limited: Sequence[Allowance]) -> Any:
    client = async_client()
    keys = [key for one in limited for key in (one.bucket, one.places)]
    values = [value for one in limited for value in (one.per_minute, one.at_once)]
    async with asyncio.timeout(PATIENCE_S):
        if _gate.script:
            try:
                return await client.execute_command("EVALSHA", _gate.script, len(keys), *keys, str(run_id), *values)
            except NoScriptError:
                logger.info("Redis has forgotten the script of admissions")
        _gate.script = _gate.script or hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()
        return await client.execute_command("EVAL", _SCRIPT, len(keys), *keys, str(run_id), *values)


def _remember(memory: dict[str, T], key: str, value: T) -> None:
    if len(memory) >= MAX_REMEMBERED:
        memory.clear()
    memory[key] = value


async def _freed(places: str) -> bool:
    """Look for places that runs have left; False: there were none. A sweep that began before may have come too early to tell."""
    begun = places in _gate.sweeping
    return bool(await asyncio.shield(_sweep(places))) or begun


def _sweep(places: str) -> asyncio.Task[int]:
    """Take those out of a set that no longer work, once for all who ask meanwhile; returns how many."""
    task = _gate.sweeping.get(places)
    if task is None:
        task = _gate.sweeping[places] = asyncio.get_running_loop().create_task(_forget_ended(places))
        task.add_done_callback(lambda done: _swept(places, done))
    return task


def _swept(places: str, done: asyncio.Task[int]) -> None:
    _gate.sweeping.pop(places, None)
    if not done.cancelled() and (failure := done.exception()) is not None:
        logger.warning("the runs in %s could not be looked at: %s", places, failure)


async def _forget_ended(places: str) -> int:
    client: Any = async_client()
    (seconds, _), members = await client.time(), await client.zrange(places, 0, -1, withscores=True)
    since: dict[uuid.UUID, float] = {uuid.UUID(name.decode()): at / 1000 for name, at in members}
    found = await database_sync_to_async(_states, thread_sensitive=False)(list(since))
    unwritten = {key for key, at in since.items() if key not in found and seconds - at < UNWRITTEN_S}
    at_work = {key for key, state in found.items() if state in (State.QUEUED, State.RUNNING)} | unwritten
    ended = [str(key) for key in since if key not in at_work]
    if ended:
        await client.zrem(places, *ended)
    return len(ended)


def _states(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    return dict(Run.unscoped.filter(id__in=ids).values_list("id", "state"))


_NAMES = {"key": "This API key", "app": "This app", "visitor": "A visitor", "address": "One address"}


def _too_fast(one: Allowance, wait_s: float, used: int) -> AppError:
    retry = max(1, round(wait_s + 0.499))
    message = f"{_NAMES[one.scope]} may start {one.per_minute} runs a minute; {used} were started. Try again in {retry} s."
    return _refusal("rate_limit_error", message, one.scope, one.per_minute, used, retry)


def _too_many(one: Allowance, busy: int) -> AppError:
    message = f"{_NAMES[one.scope]} may have {one.at_once} runs at work at once; {busy} are. Try again when one has ended."
    return _refusal("too_many_requests", message, one.scope, one.at_once, busy, BUSY_RETRY_S)


def _refusal(code: str, message: str, scope: str, limit: int, current: int, retry_after_s: int) -> AppError:
    details = {"scope": scope, "limit": limit, "current": current, "retry_after_s": retry_after_s}
    return AppError(code, message, 429, details)


def key_allowance(key_id: uuid.UUID) -> Allowance:
    """What one key of an app may do."""
    most = settings.ENV.published
    return Allowance("key", str(key_id), most.key_per_minute, most.key_at_once)


def app_allowance(app_id: uuid.UUID, own: Mapping[str, Any]) -> Allowance:
    """What an app may do over all its callers; `own` is `App.limits`, which can only lower it."""
    most = settings.ENV.published
    per_minute = _lower(most.app_per_minute, own.get("requests_per_minute"))
    return Allowance("app", str(app_id), per_minute, _lower(most.app_at_once, own.get("concurrent_runs")))


def visitor_allowances(app_id: uuid.UUID, visitor: str, address: str, *, chats: bool) -> list[Allowance]:
    """What a visitor of an app's page may do: messages by visitor, any runs by address."""
    most = settings.ENV.published
    found = [Allowance("visitor", f"{app_id}:{visitor}", most.visitor_per_minute)] if chats else []
    return [*found, Allowance("address", f"{app_id}:{address}", most.address_per_minute)] if address else found


def _lower(most: int, own: Any) -> int:
    if not isinstance(own, int) or own <= 0:
        return most
    return min(own, most) if most else own
