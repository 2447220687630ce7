"""Settings of an HTTP node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from workers.engine.node import Chosen, NodeConfig, Part, form

Method = Literal["get", "post", "put", "patch", "delete", "head", "options"]
BodyType = Literal["none", "form-data", "x-www-form-urlencoded", "raw-text", "json", "binary"]
_FORMS = frozenset({"form-data", "x-www-form-urlencoded"})
CONNECT_S, READ_S, WRITE_S = 10.0, 60.0, 20.0
MAX_TIMEOUT_S = 600.0


class AuthorizationConfig(Part):
    """How the key is sent: `type` is basic | bearer | custom. `header` is `Authorization` unless it is given."""

    type: str = "bearer"
    api_key: str = ""
    header: str = ""


class Authorization(Part):
    """A key for the address, or none."""

    type: Literal["no-auth", "api-key"] = "no-auth"
    config: AuthorizationConfig = AuthorizationConfig()

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, raw: Any) -> Any:
        """Some files name the way the key is sent as the type."""
        if not isinstance(raw, Mapping):
            return raw
        kind, config = raw.get("type") or "no-auth", raw.get("config") or {}
        if kind in {"basic", "bearer", "custom"} and isinstance(config, Mapping):
            kind, config = "api-key", {**config, "type": kind}
        return {**raw, "type": kind, "config": config}


class BodyRow(Part):
    """A field of a form, or with one row the whole body. Files come from the variable in `file`."""

    key: str = ""
    type: Literal["text", "file"] = "text"
    value: str = ""
    file: Chosen = ()

    @field_validator("type", mode="before")
    @classmethod
    def _text_or_file(cls, value: Any) -> Any:
        return "file" if value == "file" else "text"

    @field_validator("value", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value


class Body(Part):
    """What is sent. Old files have one text: the body, or the fields of a form as `key:value` lines."""

    type: BodyType = "none"
    data: tuple[BodyRow, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_text(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        kind, data = raw.get("type") or "none", raw.get("data")
        if isinstance(data, Mapping):
            data = [data]
        elif isinstance(data, str):
            data = [{"key": key, "value": value} for key, value in lines(data)] if kind in _FORMS else [{"value": data}]
        return {**raw, "type": kind, "data": data or []}


class Timeout(Part):
    """Seconds to wait for the connection, for the next piece of the answer, and while sending; 0 for the usual time."""

    connect: float = Field(0, ge=0)
    read: float = Field(0, ge=0)
    write: float = Field(0, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _other_forms(cls, raw: Any) -> Any:
        """Most files have only `max_connect_timeout` and so on; some one number for all."""
        if isinstance(raw, (int, float)):
            return {"read": raw}
        if not isinstance(raw, Mapping):
            return raw
        return {**raw, **{name: raw.get(name) or raw.get(f"max_{name}_timeout") or 0 for name in ("connect", "read", "write")}}


class HttpRequestConfig(NodeConfig):
    """Settings of an HTTP node."""

    method: Method = Field("get", title="Method", json_schema_extra=form("请求方法", "select"))
    url: str = Field("", title="Address", json_schema_extra=form("请求地址", "prompt"))
    authorization: Authorization = Field(Authorization(), title="Authorization", json_schema_extra=form("鉴权", "http-authorization"))
    params: str = Field(
        "",
        title="Parameters",
        description="One `key: value` a line; they are added to the address.",
        json_schema_extra=form("查询参数", "http-lines", zh_description="每行一个 `键: 值`,附加到请求地址。"),
    )
    headers: str = Field(
        "",
        title="Headers",
        description="One `key: value` a line.",
        json_schema_extra=form("请求头", "http-lines", zh_description="每行一个 `键: 值`。"),
    )
    body: Body = Field(Body(), title="Body", json_schema_extra=form("请求体", "http-body"))
    timeout: Timeout = Field(Timeout(), title="Timeouts", json_schema_extra=form("超时设置", "http-timeout"))
    ssl_verify: bool = Field(True, title="Check certificates", json_schema_extra=form("校验证书", "switch"))
    after_crash: Literal["repeat", "fail"] = Field(
        "repeat",
        title="When the worker is lost during the call",
        description="Send again with the same Idempotency-Key, or fail since nobody knows whether it arrived. Reading calls are repeated.",
        json_schema_extra=form(
            "调用期间工作进程丢失时",
            "select",
            zh_description="使用相同的 Idempotency-Key 重新发送，或因结果未知而失败。只读请求总是重新发送。",
        ),
    )

    @field_validator("method", mode="before")
    @classmethod
    def _any_case(cls, value: Any) -> Any:
        return value.strip().lower() if isinstance(value, str) else value

    @field_validator("params", "headers", mode="before")
    @classmethod
    def _as_lines(cls, value: Any) -> Any:
        """Some builders write a mapping or a list of rows instead of lines."""
        if isinstance(value, Mapping):
            return "\n".join(f"{key}: {item}" for key, item in value.items())
        if isinstance(value, list):
            return "\n".join(f"{row.get('key', '')}: {row.get('value', '')}" for row in value if isinstance(row, Mapping))
        return value


def lines(text: str) -> list[tuple[str, str]]:
    """Read `key:value` lines; a line without a colon has an empty value, lines without a key are left out."""
    rows = []
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key.strip():
            rows.append((key.strip(), value.strip()))
    return rows
