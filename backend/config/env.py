"""Every setting that comes from the environment: typed, described, refused when wrong.

`docs/settings.md` and `deploy/env.example` are generated from this class. Each variable may also
be given as `NAME_FILE`, the path of a file that holds the value (container secrets).
"""

from __future__ import annotations

import ipaddress
import os
import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from backend.config import secrets

ROOT = Path(__file__).resolve().parents[2]


def _cidr_list(value: str) -> str:
    for part in value.split(","):
        if part.strip():
            ipaddress.ip_network(part.strip())
    return value


def _port_list(value: str) -> str:
    if value.strip() != "*" and not all(part.strip().isdigit() and 0 < int(part) < 65536 for part in value.split(",") if part.strip()):
        raise ValueError("must be ports between 1 and 65535, comma-separated, or `*`")
    return value


def _address(*schemes: str, example: str) -> AfterValidator:
    """Accept an empty value, or an address with one of these schemes and a host (for unix:// a path)."""

    def check(value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        _ = parts.port  # raises ValueError for one that is not a number up to 65535
        if parts.scheme not in schemes or not (parts.path.strip("/") if parts.scheme == "unix" else parts.hostname):
            raise ValueError(f"must be an address like {example}")
        if "postgres" in schemes and not parts.path.strip("/"):
            raise ValueError(f"has no database name; must be an address like {example}")
        return value

    return AfterValidator(check)


class Bounds(BaseModel):
    """What flows and runs may take, beyond their steps and their time; the defaults of FLOW_LIMITS."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rounds: int = Field(1_000, ge=1)
    nesting: int = Field(3, ge=1, le=10)
    parallel: int = Field(10, ge=1, le=1_000)
    node_s: float = Field(300.0, gt=0)
    output_bytes: int = Field(10_000_000, ge=1_000)
    prompt_bytes: int = Field(1_000_000, ge=1_000)
    json_depth: int = Field(64, ge=4, le=200)
    flow_nodes: int = Field(300, ge=1, le=5_000)
    flow_edges: int = Field(1_000, ge=1, le=20_000)


class RunLimits(BaseModel):
    """How many runs callers of published apps may start in a minute and have at work at once; the defaults of RUN_LIMITS. 0: any.

    Keys belong to the workspace's own programs, which move their whole load here: they are bounded where an operator or an app's
    settings say so. Visitors of public pages are strangers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key_per_minute: int = Field(0, ge=0)
    key_at_once: int = Field(0, ge=0)
    app_per_minute: int = Field(0, ge=0)
    app_at_once: int = Field(0, ge=0)
    visitor_per_minute: int = Field(10, ge=0)
    address_per_minute: int = Field(60, ge=0)


N = TypeVar("N", bound=BaseModel)


@cache
def _numbers(model: type[N], text: str) -> N:
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return model.model_validate({name.strip(): value.strip() for name, _, value in pairs})


def _number_list(model: type[BaseModel]) -> AfterValidator:
    """Accept `name=number` pairs for the fields of a model."""

    def check(value: str) -> str:
        try:
            _numbers(model, value)
        except ValidationError as error:
            lines = "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors())
            raise ValueError(f"must be name=number pairs, comma-separated, of {', '.join(model.model_fields)} ({lines})") from None
        return value

    return AfterValidator(check)


def _usual(model: type[BaseModel]) -> str:
    return ", ".join(f"`{name}={field.default}`" for name, field in model.model_fields.items())


BoundList = Annotated[str, NoDecode, _number_list(Bounds)]
RunLimitList = Annotated[str, NoDecode, _number_list(RunLimits)]
HttpAddress = Annotated[str, _address("http", "https", example="https://llm.example.com")]
DatabaseAddress = Annotated[str, _address("postgres", "postgresql", example="postgres://user:password@host:5432/name")]
RedisAddress = Annotated[str, _address("redis", "rediss", "unix", example="redis://:password@host:6379/0")]
CidrList = Annotated[str, NoDecode, AfterValidator(_cidr_list)]
PortList = Annotated[str, NoDecode, AfterValidator(_port_list)]


class Env(BaseSettings):
    """The settings of one process; read once by `backend.config.settings`."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    port: int = Field(8080, ge=1, le=65535, description="Port of the web server.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    public_url: HttpAddress = Field(
        "", description="Address under which users reach the platform, e.g. https://llm.example.com. Empty: http://HOST:PORT."
    )
    tidemill_data: Path = Field(
        ROOT / "data", description="Data folder: database, files, queue and generated secrets of the embedded profile."
    )
    database_url: DatabaseAddress = Field(
        "", description="PostgreSQL address (postgres://user:password@host:5432/name). Empty: SQLite in the data folder."
    )
    database_pool: int = Field(10, ge=1, le=200, description="Most PostgreSQL connections one process holds.")
    redis_url: RedisAddress = Field(
        "", description="Redis or Valkey address (redis://:password@host:6379/0). Empty: the bundled Valkey, started by `make up`."
    )
    qdrant_url: HttpAddress = Field("", description="Qdrant server address. Empty: the engine embedded in the worker.")
    qdrant_api_key: str = Field("", description="Key of the Qdrant server.")
    secret_key: str = Field("", description="Signs sessions and links; at least 40 characters. Embedded profile: generated at first boot.")
    encryption_keys: str = Field(
        "",
        description="Keys of the vault, `k2:<base64>,k1:<base64>` (32 bytes each); the first encrypts, all decrypt. Embedded profile: generated at first boot.",
    )
    redis_password: str = Field("", description="Password of the bundled Valkey. Generated at first boot.")
    debug: bool = Field(False, description="Developer mode: reload and error pages with detail. Never in production.")
    allowed_hosts: str = Field(
        "", description="Comma-separated host names that may be asked for. Empty: those of PUBLIC_URL plus localhost."
    )
    trusted_proxies: int = Field(0, ge=0, le=10, description="Number of reverse proxies in front of the web server.")
    egress_allow_cidrs: CidrList = Field(
        "",
        description="Comma-separated private address ranges that outbound calls may reach, on every port. Not set at all: this machine's own (127.0.0.0/8, ::1) in the embedded profile while HOST is loopback, else none.",
    )
    egress_allow_ports: PortList = Field(
        "", description="Comma-separated ports besides 80 and 443 that outbound calls to public addresses may reach; `*` allows all."
    )
    demo_word_delay_ms: int = Field(15, ge=0, le=1000, description="Pause between two words of the demo model, milliseconds.")
    model_first_token_s: float = Field(30, gt=0, description="Longest wait for the first token of a model, seconds.")
    model_gap_s: float = Field(60, gt=0, description="Longest silence of a model in the middle of a reply, seconds.")
    model_total_s: float = Field(300, gt=0, description="Longest time for one model call with all its retries, seconds.")
    model_retries: int = Field(3, ge=0, le=10, description="How often a call is tried again that failed for a passing reason.")
    run_concurrency: int = Field(200, ge=1, le=2000, description="Runs one worker process executes at a time.")
    document_concurrency: int = Field(8, ge=1, le=64, description="Documents one worker process indexes at a time.")
    run_timeout_s: int = Field(1200, ge=1, description="Longest wall-clock time of a run, seconds.")
    run_max_steps: int = Field(500, ge=1, description="Most node executions of a run, counted anew in each round of a container.")
    flow_limits: BoundList = Field(
        "",
        description="Bounds of flows and runs that differ from the usual ones: `name=number`, comma-separated. Usual: "
        + _usual(Bounds)
        + " (rounds of one container, containers in one another, steps side by side, seconds of one step, bytes of its results, "
        "bytes of a prompt, objects and lists in one another, nodes and connections of a flow).",
    )
    run_limits: RunLimitList = Field(
        "",
        description="Limits of published apps that differ from the usual ones: `name=number`, comma-separated; 0 is no limit. Usual: "
        + _usual(RunLimits)
        + " (runs that one API key or one app may start in a minute and have at work at once; messages of one visitor of an app's page "
        "and runs from one address in a minute). An app's own settings can only lower them.",
    )
    worker_queues: str = Field("runs,documents,default", description="Queues this worker consumes.")
    worker_drain_s: int = Field(10, ge=0, description="On SIGTERM, seconds that running runs may take to end before they are handed over.")
    worker_heartbeat_s: float = Field(2.0, gt=0, description="Seconds between two heartbeats of a worker process.")
    worker_dead_s: float = Field(8.0, gt=0, description="Seconds without a heartbeat after which other workers take over the runs of one.")
    worker_beat: bool = Field(False, description="Do timed work in this worker, in place of a `beat` process. `make up` sets it.")
    run_retention_days: int = Field(0, ge=0, description="Days after which finished runs and their messages are deleted; 0 keeps them.")
    sandbox_full_python: bool = Field(
        False,
        description="Let code nodes use all of Python's standard library, in bubblewrap boxes (Linux; `bwrap` must be installed, and pass a self-test). Without it, code nodes run a safe subset of Python.",
    )
    upload_max_mb: int = Field(15, ge=1, description="Largest uploaded document or other file, MB.")
    upload_image_mb: int = Field(10, ge=1, description="Largest uploaded picture, MB.")
    upload_audio_mb: int = Field(50, ge=1, description="Largest uploaded sound, MB.")
    upload_video_mb: int = Field(100, ge=1, description="Largest uploaded video, MB.")
    uploads_per_day: int = Field(200, ge=1, description="Most files one end user may upload within a day.")
    storage_max_gb: int = Field(5, ge=1, description="Most that the files of one workspace may take, GB.")
    file_link_hours: int = Field(24, ge=1, description="Hours for which a signed address of a file opens it.")
    s3_bucket: str = Field("", description="Bucket of an S3-compatible store for files. Empty: the data folder.")
    s3_endpoint_url: HttpAddress = Field("", description="Address of the S3-compatible store. Empty: that of AWS.")
    s3_region: str = Field("", description="Region of the S3-compatible store.")
    s3_access_key_id: str = Field(
        "", description="Access key of the S3-compatible store. Empty: what the environment of the AWS library gives."
    )
    s3_secret_access_key: str = Field("", description="Secret of that access key.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severity that is logged.")
    email_url: str = Field("", description="Mail server (smtp://user:password@host:587). Empty: mails are written to the log.")
    email_from: str = Field("tidemill@localhost", description="Sender address of mails.")

    @property
    def bounds(self) -> Bounds:
        """What `flow_limits` says, with the usual values for the rest."""
        return _numbers(Bounds, self.flow_limits)

    @property
    def published(self) -> RunLimits:
        """What `run_limits` says, with the usual values for the rest."""
        return _numbers(RunLimits, self.run_limits)


def _file_variants() -> dict[str, str]:
    """Values given as NAME_FILE, keyed by the setting's name."""
    found = {}
    for name in Env.model_fields:
        path = os.environ.get(f"{name.upper()}_FILE")
        if path and name.upper() not in os.environ:
            found[name] = Path(path).read_text().strip()
    return found


def _local_models(env: Env) -> dict[str, str]:
    """Let a platform that only this machine can reach call models on this machine (Ollama, LM Studio), unless it was told otherwise."""
    told = "egress_allow_cidrs" in env.model_fields_set
    only_here = env.host in ("127.0.0.1", "::1", "localhost") and not env.database_url
    return {"egress_allow_cidrs": "127.0.0.0/8,::1/128"} if only_here and not told else {}


def _shown(value: object) -> object:
    """A refused value without the password that an address may hold."""
    return re.sub(r"//([^/@]*):[^/]*@", r"//\1:***@", value) if isinstance(value, str) else value


def load() -> Env:
    """Read the environment.

    Raises SystemExit with one line per bad variable: a process with a wrong setting does not start.
    """
    try:
        env = Env(**_file_variants())  # type: ignore[arg-type]
        return env.model_copy(update={**secrets.complete(env), **_local_models(env)})
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, e['loc'])).upper()}: {e['msg']} (got {_shown(e['input'])!r})" for e in error.errors()]
        raise SystemExit("Tidemill cannot start, these settings are wrong:\n" + "\n".join(lines)) from None
    except (secrets.SecretsError, OSError) as error:
        raise SystemExit(f"Tidemill cannot start: {error}") from None
