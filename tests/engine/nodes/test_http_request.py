from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest

from tests.engine.builders import Bench, Ran, Web, ask, chain, document, edge, end, node, picture, start
from workers.engine import plan as plans
from workers.engine.errors import NodeError
from workers.engine.events import NodeStarted
from workers.engine.nodes.http_request import HttpRequestNode
from workers.engine.nodes.http_request.config import HttpRequestConfig
from workers.engine.ports import HttpRequest, HttpResponse
from workers.engine.state import fold

INPUTS = {"q": 'say "hi"\nthere', "n": 5, "o": {"a": [1]}, "name": "X-From"}


def call(**data: Any) -> dict[str, Any]:
    return node("http", "http-request", **{"method": "get", "url": "https://api.example.test/v1", **data})


def flow(drawn: dict[str, Any], **outputs: str) -> dict[str, Any]:
    asked = start(ask("q", "paragraph"), ask("n", "number"), ask("o", "json_object"), ask("name"))
    return document([asked, drawn, end(**{"body": "http.body", **outputs})], chain("start", "http", "end"))


async def ran(*answers: HttpResponse | NodeError, bench: Bench | None = None, **data: Any) -> tuple[Ran, list[HttpRequest]]:
    bench = bench or Bench(mode="workflow")
    bench.http = Web(*answers)
    bench.system = {"files": [picture("p1"), picture("p2")], "user_id": "u"}
    bench.environment = {"KEY": "secret-key"}
    flow_ = flow(call(**data))
    flow_["environment_variables"] = [{"name": "KEY", "value_type": "secret", "value": ""}]
    return await bench.run(flow_, INPUTS), bench.http.requests


async def sent(**data: Any) -> HttpRequest:
    done, requests = await ran(**data)
    assert done.finished.status == "succeeded", done.finished.error
    return requests[0]


def headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers}


def reply(body: bytes = b"ok", status: int = 200, url: str = "https://api.example.test/v1", **more: str) -> HttpResponse:
    return HttpResponse(status, {name.replace("_", "-"): value for name, value in more.items()}, body, url)


@pytest.mark.parametrize("method", ["get", "GET", "Post", "PUT", "patch", "DELETE", "head", "OPTIONS"])
async def test_methods_in_any_case(method: str) -> None:
    assert (await sent(method=method)).method == method.upper()


@pytest.mark.parametrize(
    ("url", "params", "address"),
    [
        (" https://a.test/x ", "", "https://a.test/x"),
        ("https://a.test/{{#start.n#}}", "k:v", "https://a.test/5?k=v"),
        ("https://a.test/?a=1#top", "b: {{#start.n#}}\n\n c:\nd\n:e", "https://a.test/?a=1&b=5&c=&d=#top"),
        ("https://a.test", "q:{{#start.q#}}\nt: 10:30", "https://a.test?q=say%20%22hi%22%0Athere&t=10%3A30"),
        ("https://a.test", "{{#start.name#}}:1", "https://a.test?X-From=1"),
        ("https://a.test", "tag:a\ntag:b", "https://a.test?tag=a&tag=b"),
    ],
)
async def test_address_and_parameters(url: str, params: str, address: str) -> None:
    assert (await sent(url=url, params=params)).url == address


async def test_headers_with_variables() -> None:
    found = headers(await sent(headers="Accept: text/html\nX-Time: 10:30\n{{#start.name#}}: {{#start.q#}}\nContent-Length: 5\n"))
    assert found == {"accept": "text/html", "x-time": "10:30", "x-from": 'say "hi" there'}


async def test_a_variable_that_holds_several_headers() -> None:
    drawn = call(headers="{{#tpl.output#}}")
    template = node("tpl", "template-transform", variables=[], template="A: 1\nB: 2")
    bench = Bench(mode="workflow")
    await bench.run(document([start(), template, drawn, end(x="http.body")], chain("start", "tpl", "http", "end")))
    assert headers(bench.http.requests[0]) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("config", "header", "value"),
    [
        ({"type": "bearer", "api_key": "k1"}, "authorization", "Bearer k1"),
        ({"type": "bearer", "api_key": "{{#env.KEY#}}"}, "authorization", "Bearer secret-key"),
        ({"type": "basic", "api_key": "user:pass"}, "authorization", "Basic " + base64.b64encode(b"user:pass").decode()),
        ({"type": "basic", "api_key": "dXNlcg=="}, "authorization", "Basic dXNlcg=="),
        ({"type": "custom", "api_key": "k2", "header": "X-Api"}, "x-api", "k2"),
        ({"type": "custom", "api_key": "k2"}, "authorization", "k2"),
        ({"type": "bearer", "api_key": "k3", "header": "X-Token"}, "x-token", "Bearer k3"),
    ],
)
async def test_authorization(config: dict[str, Any], header: str, value: str) -> None:
    request = await sent(authorization={"type": "api-key", "config": config}, headers="Authorization: mine" if header != "x-api" else "")
    assert headers(request)[header] == value
    assert header in request.secret_headers


@pytest.mark.parametrize("authorization", [None, {"type": "no-auth", "config": None}, {"type": "no-auth"}, {"type": "", "config": {}}])
async def test_no_authorization(authorization: Any) -> None:
    assert headers(await sent(authorization=authorization)) == {}


@pytest.mark.parametrize(
    ("body", "content", "kind"),
    [
        ({"type": "none", "data": []}, None, None),
        (None, None, None),
        ({"type": "none", "data": ""}, None, None),
        ({"type": "raw-text", "data": [{"type": "text", "value": "n={{#start.n#}}"}]}, b"n=5", "text/plain; charset=utf-8"),
        ({"type": "raw-text", "data": "old {{#start.n#}}"}, b"old 5", "text/plain; charset=utf-8"),
        ({"type": "json", "data": [{"type": "text", "value": '{"n": {{#start.n#}}}'}]}, b'{"n": 5}', "application/json"),
        ({"type": "json", "data": '{"o": {{#start.o#}}}'}, b'{"o": {"a":[1]}}', "application/json"),
        ({"type": "json", "data": '{"q": "{{#start.q#}}"}'}, b'{"q": "say \\"hi\\"\\nthere"}', "application/json"),
        ({"type": "json", "data": "{'n': {{#start.n#}},}"}, b'{"n":5}', "application/json"),
        ({"type": "json", "data": ""}, b"", "application/json"),
        (
            {
                "type": "x-www-form-urlencoded",
                "data": [{"key": "a", "type": "text", "value": "{{#start.n#}}"}, {"key": "b c", "value": "&"}],
            },
            b"a=5&b+c=%26",
            "application/x-www-form-urlencoded",
        ),
        ({"type": "x-www-form-urlencoded", "data": "a:1\nb:2"}, b"a=1&b=2", "application/x-www-form-urlencoded"),
        ({"type": "binary", "data": [{"type": "file", "file": ["sys", "files"]}]}, b"p1", "image/png"),
    ],
)
async def test_bodies(body: Any, content: bytes | None, kind: str | None) -> None:
    request = await sent(method="post", body=body)
    assert request.body == content
    assert headers(request).get("content-type") == kind


async def test_a_form_with_texts_and_files() -> None:
    rows = [
        {"key": "t{{#start.n#}}", "type": "text", "value": "v{{#start.n#}}"},
        {"key": 'a"b', "type": "file", "file": ["sys", "files"]},
        {"key": "", "type": "text", "value": "dropped"},
    ]
    request = await sent(method="post", body={"type": "form-data", "data": rows}, headers="Content-Type: multipart/form-data")
    kind = headers(request)["content-type"]
    boundary = kind.removeprefix("multipart/form-data; boundary=")
    assert request.body is not None
    parts = request.body.decode().split(f"--{boundary}")
    assert parts[1] == '\r\nContent-Disposition: form-data; name="t5"\r\n\r\nv5\r\n'
    assert parts[2] == '\r\nContent-Disposition: form-data; name="a%22b"; filename="p1.png"\r\nContent-Type: image/png\r\n\r\np1\r\n'
    assert parts[3].endswith("\r\n\r\np2\r\n")
    assert parts[4] == "--\r\n"


async def test_a_content_type_of_the_builder_stays() -> None:
    request = await sent(method="post", headers="content-type: application/vnd.api+json", body={"type": "json", "data": "{}"})
    assert headers(request)["content-type"] == "application/vnd.api+json"


async def test_timeouts_and_certificates() -> None:
    usual = await sent()
    assert (usual.connect_s, usual.read_s, usual.write_s, usual.verify_tls) == (10, 60, 20, True)
    timeout = {"connect": 3, "read": "120", "write": None, "max_read_timeout": 0}
    own = await sent(timeout=timeout, ssl_verify=False)
    assert (own.connect_s, own.read_s, own.write_s, own.verify_tls) == (3, 120, 20, False)


@pytest.mark.parametrize(
    ("timeout", "connect_s", "read_s"),
    [
        ({"max_connect_timeout": 0, "max_read_timeout": 0, "max_write_timeout": 0}, 10, 60),
        ({"max_connect_timeout": 5, "max_read_timeout": 90, "max_write_timeout": 0}, 5, 90),
        ({"connect": 10, "max_connect_timeout": 300, "read": 30, "max_read_timeout": 600}, 10, 30),
        (30, 10, 30),
        ({"read": 3600}, 10, 600),
        ({"connect": ""}, 10, 60),
    ],
)
async def test_timeouts_as_files_write_them(timeout: Any, connect_s: float, read_s: float) -> None:
    request = await sent(timeout=timeout)
    assert (request.connect_s, request.read_s) == (connect_s, read_s)


async def test_other_ways_to_write_settings() -> None:
    request = await sent(
        authorization={"type": "bearer", "config": {"api_key": "k"}}, headers={"X-A": 1}, params=[{"key": "a", "value": 2}]
    )
    assert headers(request) == {"x-a": "1", "authorization": "Bearer k"}
    assert request.url.endswith("?a=2")


async def test_calls_that_change_something_carry_the_same_key_on_every_attempt() -> None:
    retry = {"retry_enabled": True, "max_retries": 2, "retry_interval": 0}
    done, requests = await ran(reply(status=503), reply(), method="post", retry_config=retry)
    assert done.finished.status == "succeeded"
    assert [headers(request)["idempotency-key"] for request in requests] == ["run-1:http:"] * 2
    assert "idempotency-key" not in headers(await sent(method="get"))
    assert headers(await sent(method="post", headers="Idempotency-Key: mine"))["idempotency-key"] == "mine"


@pytest.mark.parametrize(
    ("method", "after_crash", "repeatable"),
    [("get", "fail", True), ("post", "repeat", True), ("post", "fail", False), ("delete", "fail", False)],
)
def test_what_may_be_sent_again_after_a_crash(method: str, after_crash: str, repeatable: bool) -> None:
    config = HttpRequestConfig.model_validate({"type": "http-request", "method": method, "after_crash": after_crash})
    assert HttpRequestNode("n", config).repeatable() is repeatable


@pytest.mark.parametrize(
    ("data", "calls", "error"),
    [
        ({"method": "post", "after_crash": "repeat"}, 2, None),
        ({"method": "post", "after_crash": "fail"}, 1, "outcome_unknown"),
        ({"method": "get", "after_crash": "fail"}, 2, None),
    ],
)
async def test_a_worker_that_was_lost_during_the_call(data: dict[str, Any], calls: int, error: str | None) -> None:
    bench = Bench(mode="workflow")
    first = await bench.run(flow(call(**data)), INPUTS)
    begun = next(index for index, event in enumerate(first.events) if isinstance(event, NodeStarted) and event.node_id == "http")
    second = await bench.run(flow(call(**data)), INPUTS, state=fold(first.events[: begun + 1]))
    assert len(bench.http.requests) == calls
    assert (second.finished.error.code if second.finished.error is not None else None) == error
    keys = {headers(request).get("idempotency-key") for request in bench.http.requests}
    assert keys == ({None} if data["method"] == "get" else {"run-1:http:"})


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (reply(b'{"a": 1}', content_type="application/json"), '{"a": 1}'),
        (reply("é".encode("latin-1"), content_type="text/html; charset=iso-8859-1"), "é"),
        (reply(b"\xef\xbb\xbfx", content_type="text/csv"), "x"),
        (reply(b"a\x00b", content_type="text/plain"), "ab"),
        (reply(b"plain", content_type="application/octet-stream"), "plain"),
        (reply(b"<a/>", content_type="application/atom+xml"), "<a/>"),
        (reply(b"x"), "x"),
        (reply(b""), ""),
        (reply(b"x", content_type="text/plain; charset=klingon"), "x"),
    ],
)
async def test_text_answers(answer: HttpResponse, body: str) -> None:
    done, _ = await ran(answer)
    outputs = done.node("http").outputs
    assert outputs == {"status_code": 200, "body": body, "headers": dict(answer.headers), "files": []}
    assert done.finished.outputs == {"body": body}


@pytest.mark.parametrize(
    ("answer", "name", "kind"),
    [
        (reply(b"\x89PNG", content_type="image/png", url="https://a.test/i/cat.png?x=1"), "cat.png", "image/png"),
        (reply(b"%PDF\x00\xff", content_type="application/pdf", url="https://a.test/doc"), "doc.pdf", "application/pdf"),
        (reply(b"a,b", content_type="text/csv", content_disposition='attachment; filename="r.csv"'), "r.csv", "text/csv"),
        (reply(b"a", content_type="text/csv", content_disposition="attachment; filename*=UTF-8''%E4%B8%AD.csv"), "中.csv", "text/csv"),
        (reply(b"a\xff\x00", content_disposition='attachment; filename="../../etc/x.bin"'), "x.bin", "application/octet-stream"),
    ],
)
async def test_files_are_kept(answer: HttpResponse, name: str, kind: str) -> None:
    bench = Bench(mode="workflow")
    done, _ = await ran(answer, bench=bench)
    assert bench.files.kept == [(answer.body, name, kind)]
    assert done.node("http").outputs["body"] == ""
    assert done.node("http").outputs["files"][0]["name"] == name


@pytest.mark.parametrize("status", [301, 400, 404, 500, 503])
async def test_a_status_does_not_fail_the_node_by_itself(status: int) -> None:
    done, requests = await ran(reply(b"no", status))
    assert done.node("http").outputs["status_code"] == status
    assert done.node("http").outputs["body"] == "no"
    assert len(requests) == 1


@pytest.mark.parametrize(("status", "calls"), [(404, 1), (429, 3), (500, 3), (503, 3)])
async def test_with_retries_a_status_is_a_failure(status: int, calls: int) -> None:
    retry = {"retry_enabled": True, "max_retries": 2, "retry_interval": 0}
    done, requests = await ran(*[reply(b"sorry", status)] * 3, retry_config=retry)
    assert done.finished.error is not None
    assert (done.finished.error.code, done.finished.error.details["status_code"]) == ("http_status", status)
    assert "sorry" in done.finished.error.message
    assert len(requests) == calls


async def test_a_status_takes_the_fail_branch_and_default_values_stand_in() -> None:
    drawn = call(error_strategy="fail-branch")
    bench = Bench(mode="workflow", http=Web(reply(b"no", 404)))
    edges = [*chain("start", "http", "end"), edge("http", "failed", "fail-branch")]
    done = await bench.run(document([start(), drawn, end(), end("failed", why="http.error_type")], edges))
    assert done.finished.outputs == {"why": "http_status"}
    rows = [{"key": "body", "type": "string", "value": "fallback"}, {"key": "status_code", "type": "number", "value": "0"}]
    done, _ = await ran(reply(b"no", 500), error_strategy="default-value", default_value=rows)
    assert done.finished.outputs == {"body": "fallback"}
    assert done.finished.status == "partial_succeeded"


async def test_the_strategy_none_is_no_strategy() -> None:
    done, _ = await ran(reply(b"no", 500), error_strategy="none")
    assert done.finished.status == "succeeded"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"url": "ftp://a.test"}, "invalid_url"),
        ({"url": "{{#start.q#}}"}, "invalid_url"),
        ({"url": "http://[::1"}, "invalid_url"),
        ({"headers": "bad name: x"}, "header_invalid"),
        ({"body": {"type": "json", "data": "no json at all"}}, "body_invalid"),
        ({"body": {"type": "binary", "data": [{"file": ["start", "n"]}]}}, "file_missing"),
    ],
)
async def test_requests_that_cannot_be_made(data: dict[str, Any], code: str) -> None:
    done, requests = await ran(**data)
    assert done.finished.error is not None
    assert done.finished.error.code == code
    assert requests == []


async def test_an_answer_that_is_too_long() -> None:
    done, _ = await ran(reply(b"x" * 1_000_001, content_type="text/plain"))
    assert done.finished.error is not None
    assert done.finished.error.code == "response_too_large"
    assert done.finished.error.details == {"current": 1_000_001, "allowed": 1_000_000}


async def test_the_history_holds_no_secrets() -> None:
    authorization = {"type": "api-key", "config": {"type": "custom", "header": "X-Key", "api_key": "{{#env.KEY#}}"}}
    done, requests = await ran(
        method="post",
        url="https://a.test/secret-key",
        authorization=authorization,
        headers="X-Other: {{#env.KEY#}}\nX-Open: yes",
        body={"type": "raw-text", "data": "secret-key"},
    )
    assert requests[0].url == "https://a.test/secret-key"
    kept = done.node("http").process
    assert b"secret-key" not in orjson.dumps(kept)
    assert kept["request"]["headers"]["X-Open"] == "yes"
    assert {"x-key", "x-other"} <= requests[0].secret_headers


def test_what_is_missing_is_told() -> None:
    drawn = call(
        url="", authorization={"type": "api-key", "config": {"type": "bearer"}}, body={"type": "binary", "data": []}, headers="A: {{#x.y#}}"
    )
    problems = plans.compile(flow(drawn), "workflow").problems
    assert {(problem.code, problem.field, problem.severity) for problem in problems} == {
        ("url_missing", "url", "error"),
        ("api_key_missing", "authorization.config.api_key", "warning"),
        ("file_missing", "body.data.0.file", "error"),
        ("reference_missing", "headers", "warning"),
    }
    wrong = plans.compile(flow(call(method="fetch")), "workflow").problems
    assert next((problem.code, problem.field) for problem in wrong) == ("node_invalid", "method")


async def test_a_call_that_failed_tells_what_was_sent() -> None:
    done, _ = await ran(NodeError("http_timeout", "Too slow."), method="post", headers="X-Name: {{#start.name#}}\nX-Key: {{#env.KEY#}}")
    told = done.node("http")
    assert (told.status, told.process["request"]["method"]) == ("failed", "POST")
    assert told.process["request"]["headers"]["X-Name"] == "X-From"
    assert "secret-key" not in str(told.process)
