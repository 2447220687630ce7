"""Users' programs: what flows in the wild do must work, what hostile ones try must not."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from workers.sandbox import full_python, probe, python_subset, seccomp
from workers.sandbox.code import CodeSandbox
from workers.sandbox.escapes import PROBES
from workers.sandbox.faults import Outcome
from workers.sandbox.full_python import FullPython


class Failed(Exception):
    def __init__(self, code: str, message: str, *, retryable: bool = False, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details or {}


@pytest.fixture
async def sandbox() -> AsyncIterator[CodeSandbox]:
    box = CodeSandbox(Failed, wall_s=4, cpu_s=1)
    yield box
    await box.close()


@pytest.fixture
async def full() -> AsyncIterator[CodeSandbox]:
    box = CodeSandbox(Failed, full_python=True, wall_s=4, cpu_s=1)
    refusal = await box.full_python_refusal()
    if refusal is not None:
        await box.close()
        pytest.skip(f"full Python cannot be used here: {refusal}")
    yield box
    await box.close()


async def fault(box: CodeSandbox, language: str, code: str, variables: dict[str, Any] | None = None) -> Failed:
    with pytest.raises(Failed) as caught:
        await box.run(language, code, variables or {})
    return caught.value


# Kinds of programs that published flows hold, in words of our own.
PYTHON = [
    ("join", "def main(a: str, b: str) -> dict:\n    return {'result': a + b}", {"a": "x", "b": "中"}, {"result": "x中"}),
    (
        "fenced json",
        "import json\nimport re\n\ndef main(text: str) -> dict:\n"
        "    found = re.search(r'```(?:json)?\\s*(.*?)```', text, re.DOTALL)\n"
        "    data = json.loads(found.group(1) if found else text)\n"
        "    return {'titles': [row.get('title', '') for row in data], 'count': len(data)}",
        {"text": 'Here:\n```json\n[{"title": "A"}, {"title": "B"}, {}]\n```'},
        {"titles": ["A", "B", ""], "count": 3},
    ),
    (
        "thinking removed",
        "import re\ndef main(text: str):\n    return {'result': re.sub(r'<think>.*?</think>\\s*', '', text, flags=re.S).strip()}",
        {"text": "<think>hm\nhm</think>\n\nYes."},
        {"result": "Yes."},
    ),
    (
        "guarded",
        "import json\ndef main(body):\n    try:\n        return {'ok': 1, 'id': json.loads(body)['data'][0]['id']}\n"
        "    except (json.JSONDecodeError, KeyError, IndexError) as e:\n        return {'ok': 0, 'id': str(type(e).__name__)}",
        {"body": '{"data": []}'},
        {"ok": 0, "id": "IndexError"},
    ),
    (
        "chunks",
        "from typing import List, Dict, Any\ndef main(text: str, size: int = 4) -> Dict[str, List[str]]:\n"
        "    return {'chunks': [text[i:i+size] for i in range(0, len(text), size)]}",
        {"text": "abcdefghij"},
        {"chunks": ["abcd", "efgh", "ij"]},
    ),
    (
        "retrieved",
        "def main(context: list) -> dict:\n    parts = []\n    for index, item in enumerate(context, 1):\n"
        "        score = item.get('metadata', {}).get('score') or 0\n        parts.append(f\"[{index}] {item['title']}: {score:.2f}\")\n"
        "    return {'text': '\\n'.join(parts), 'n': len(parts)}",
        {"context": [{"title": "T", "metadata": {"score": 0.5}}, {"title": "U"}]},
        {"text": "[1] T: 0.50\n[2] U: 0.00", "n": 2},
    ),
    (
        "dates",
        "from datetime import datetime, timedelta\ndef main(day):\n    d = datetime.strptime(day, '%Y-%m-%d') + timedelta(days=1)\n"
        "    return {'next': d.strftime('%Y/%m/%d'), 'weekday': d.weekday()}",
        {"day": "2024-02-28"},
        {"next": "2024/02/29", "weekday": 3},
    ),
    (
        "files",
        "def main(files):\n    return {'names': [f['name'] for f in files if f.get('type') == 'image'],\n"
        "            'total': sum(f['size'] for f in files)}",
        {"files": [{"type": "image", "name": "a.png", "size": 3}, {"type": "document", "name": "b", "size": 4}]},
        {"names": ["a.png"], "total": 7},
    ),
    (
        "absent",
        "def main(a, b=None):\n    return {'x': a or 'nothing', 'y': b is None}",
        {"a": None},
        {"x": "nothing", "y": True},
    ),
    (
        "signature",
        "import hashlib, base64, time, random, math\nfrom collections import defaultdict, Counter\ndef main(s):\n"
        "    groups = defaultdict(list)\n    for w in s.split():\n        groups[len(w)].append(w)\n"
        "    return {'md5': hashlib.md5(s.encode('utf-8')).hexdigest()[:6], 'b64': base64.b64encode(b'hi').decode(),\n"
        "            'top': Counter(s).most_common(1)[0][0], 'groups': dict(groups), 'up': math.ceil(1.2)}",
        {"s": "aa b aa"},
        {"md5": "e4a733", "b64": "aGk=", "top": "a", "groups": {"2": ["aa", "aa"], "1": ["b"]}, "up": 2},
    ),
    (
        "async",
        "async def helper(x):\n    return x + 1\ndef main(x):\n    import asyncio\n    return {'r': asyncio.run(helper(x))}",
        {"x": 1},
        {"r": 2},
    ),
    (
        "optional module",
        "try:\n    import requests\nexcept ImportError:\n    requests = None\ndef main():\n    return {'r': requests is None}",
        {},
        {"r": True},
    ),
    (
        "del",
        "def main(d, l):\n    n = 'é'; del d['a'], l[0]; x = 1\n    if n in d: del d[n]\n    del x\n    return {'d': d, 'l': l}",
        {"d": {"a": 1, "b": 2, "é": 3}, "l": [1, 2]},
        {"d": {"b": 2}, "l": [2]},
    ),
    (
        "imports that are never used",
        "import json, requests\nimport uuid\nfrom typing import Dict, NamedTuple\ndef main(t) -> Dict:\n    return json.loads(t)",
        {"t": '{"a": 1}'},
        {"a": 1},
    ),
    ("tuple and number keys", "def main():\n    return {'a': (1, 2), 'b': {1: 2}}", {}, {"a": [1, 2], "b": {"1": 2}}),
]
JAVASCRIPT = [
    (
        "plain",
        "function main({text}) {\n    return {\n        result: JSON.parse(text)\n    }\n}",
        {"text": '{"a": 1}'},
        {"result": {"a": 1}},
    ),
    (
        "arrow",
        "const main = ({a, b}) => ({ sum: a + b, when: typeof new Date().toISOString() })",
        {"a": 1, "b": 2.5},
        {"sum": 3.5, "when": "string"},
    ),
    (
        "async",
        "async function main({ rows }) { return { names: rows.map(r => r?.name ?? null) } }",
        {"rows": [{"name": "é"}, {}]},
        {"names": ["é", None]},
    ),
    ("positional", "function main(inputs) { return { keys: Object.keys(inputs).sort() } }", {"b": 1, "a": None}, {"keys": ["a", "b"]}),
    ("not a number", "function main() { return { n: 0 / 0, u: undefined, big: 10n } }", {}, {"n": None, "big": 10}),
]


async def test_programs_as_found_in_flows(sandbox: CodeSandbox) -> None:
    wrong = {}
    for language, table in (("python3", PYTHON), ("javascript", JAVASCRIPT)):
        for name, code, variables, expected in table:
            value = (await sandbox.run(language, code, variables)).value
            if value != expected:
                wrong[f"{language} {name}"] = value
    assert not wrong


async def test_full_python_agrees_with_the_default(full: CodeSandbox) -> None:
    assert full._full is not None
    for name, code, variables, expected in PYTHON:
        program = python_subset.inspect(code).program
        assert (await full._full.run(program, variables)).value == expected, name


async def test_what_is_printed_comes_back(sandbox: CodeSandbox) -> None:
    assert (await sandbox.run("python3", "print('a')\ndef main():\n    print('b', 1)\n    return {}", {})).stdout == "a\nb 1\n"
    assert (await sandbox.run("javascript", "function main() { console.log('a', {b: 1}); return {} }", {})).stdout == 'a {"b":1}\n'


async def test_an_error_names_its_line_and_keeps_what_was_printed(sandbox: CodeSandbox) -> None:
    error = await fault(sandbox, "python3", "def half(x):\n    return 1 / x\n\ndef main():\n    print('before')\n    return half(0)")
    assert (error.code, error.details["line"], error.details["stdout"]) == ("code_failed", 2, "before\n")
    assert "ZeroDivisionError" in str(error)
    assert "line 6, in main" in error.details["traceback"]
    assert "_json" not in error.details["traceback"]
    error = await fault(sandbox, "javascript", "function half() {\n  throw new TypeError('no')\n}\nfunction main() { return half() }")
    assert (error.code, error.details["line"]) == ("code_failed", 2)
    assert "TypeError: no" in str(error)
    assert "at half (code.js:2)" in error.details["traceback"]


@pytest.mark.parametrize(
    ("code", "expected", "line", "named"),
    [
        ("def main(:\n    pass", "code_syntax", 1, "line 1"),
        ("x = 1", "code_no_main", None, "main"),
        (
            "import json\nimport urllib.request\ndef main():\n    return {'a': urllib.request.urlopen('b')}",
            "code_module_missing",
            2,
            "urllib.request",
        ),
        ("import string\ndef main():\n    return string.Formatter()", "code_unsupported", 3, "string.Formatter"),
        (
            "from urllib.parse import quote, uses_relative\ndef main():\n    return {'a': uses_relative}",
            "code_unsupported",
            1,
            "uses_relative",
        ),
        ("import urllib.parse\ndef main():\n    return urllib.parse.uses_relative", "code_unsupported", 3, "uses_relative"),
        ("def main():\n    import json, pandas as pd\n    return pd.x", "code_module_missing", 2, "pandas"),
        ("from collections import OrderedDict\ndef main():\n    return OrderedDict()", "code_unsupported", 1, "OrderedDict"),
        ("def main():\n    d = [1, 2]\n    del d[0:1]\n    return d", "code_unsupported", 3, "del"),
        ("def f():\n    yield 1\ndef main():\n    return {}", "code_unsupported", 2, "yield"),
        ("class E(Exception):\n    pass\ndef main():\n    return {}", "code_unsupported", 1, "inherits"),
        ("def main(a):\n    return {}", "code_failed", 1, "missing 1 required positional argument"),
        ("def main():\n    return {'a': {1, 2}}", "code_failed", None, "not JSON serializable"),
        ("def main():\n    return {'a': float('nan')}", "code_result_invalid", None, "NaN"),
    ],
)
async def test_what_cannot_run_is_refused_by_name(sandbox: CodeSandbox, code: str, expected: str, line: int | None, named: str) -> None:
    error = await fault(sandbox, "python3", code)
    assert (error.code, error.details.get("line")) == (expected, line)
    assert named in str(error)


async def test_refusal_comes_before_anything_runs(sandbox: CodeSandbox) -> None:
    error = await fault(sandbox, "python3", "print('ran')\ndef main():\n    import enum\n    return enum.Enum")
    assert (error.code, error.details) == ("code_module_missing", {"line": 3})


@pytest.mark.parametrize(
    ("code", "expected", "line"),
    [
        ("function main( {", "code_syntax", 1),
        ("let x = 1", "code_no_main", None),
        ("\nconst fs = require('fs')\nfunction main() {}", "code_module_missing", 2),
        ("import axios from 'axios'\nfunction main() {}", "code_module_missing", 1),
        ("function main() { return new Promise(() => {}) }", "code_failed", None),
        ("function main() { return main() }", "code_failed", None),
    ],
)
async def test_javascript_that_cannot_run(sandbox: CodeSandbox, code: str, expected: str, line: int | None) -> None:
    error = await fault(sandbox, "javascript", code)
    assert (error.code, error.details.get("line")) == (expected, line)


async def test_an_unknown_language_is_refused(sandbox: CodeSandbox) -> None:
    assert (await fault(sandbox, "ruby", "x")).code == "code_language_unknown"


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("python3", "def main():\n    while True:\n        pass", "code_timeout"),
        ("python3", "import time\ndef main():\n    while True:\n        time.sleep(1)", "code_timeout"),
        ("python3", "def main():\n    a = []\n    while True:\n        a.append('x' * 1000)", "code_memory"),
        ("python3", "def main():\n    return 'x' * 10**10", "code_memory"),
        ("python3", "def main():\n    return ('x' * 99999).replace('x', 'y' * 99999)", "code_memory"),
        ("python3", "def main():\n    return main()", "code_failed"),
        ("python3", "def main():\n    while True:\n        print('x' * 100)", "code_output_too_long"),
        ("python3", "def main():\n    return {'a': 'x' * 11_000_000}", "code_output_too_long"),
        ("javascript", "function main() { while (true) {} }", "code_timeout"),
        ("javascript", "function main() { return /(a+)+$/.test('a'.repeat(40) + 'b') }", "code_timeout"),
        ("javascript", "function main() { const a = []; while (true) a.push('x'.repeat(1000) + a.length) }", "code_memory"),
        ("javascript", "function main() { while (true) console.log('x'.repeat(1000)) }", "code_output_too_long"),
    ],
)
async def test_bombs_end_and_the_next_program_runs(sandbox: CodeSandbox, language: str, code: str, expected: str) -> None:
    assert (await fault(sandbox, language, code)).code == expected
    after = {"python3": "def main():\n    return {'a': 1}", "javascript": "function main() { return {a: 1} }"}
    assert (await sandbox.run(language, after[language], {})).value == {"a": 1}


@pytest.mark.parametrize(
    "attempt",
    [
        "open('/etc/passwd').read()",
        "().__class__.__bases__[0].__subclasses__()",
        "main.__globals__",
        "__import__('os').system('id')",
        "eval(\"__import__('os')\")",
        "exec('import socket')",
        "getattr((), '__class__')",
        "__import__('os').environ['PATH']",
        "[x for x in (1).__class__.__mro__]",
    ],
)
async def test_python_has_no_way_out(sandbox: CodeSandbox, attempt: str) -> None:
    await fault(sandbox, "python3", f"def main():\n    return {{'a': str({attempt})}}")


async def test_modules_that_exist_give_nothing_away(sandbox: CodeSandbox) -> None:
    for attempt in ("os.listdir('/')", "os.getenv('PATH') + ''", "os.remove('/tmp/x')", "pathlib.Path('/etc/passwd').read_text()"):
        await fault(sandbox, "python3", f"import os, pathlib\ndef main():\n    return {{'a': {attempt}}}")


async def test_javascript_sees_no_host(sandbox: CodeSandbox) -> None:
    names = ["std", "os", "process", "require", "fetch", "XMLHttpRequest", "Deno", "scriptArgs", "load", "read"]
    code = f"function main() {{ return {{ seen: {json.dumps(names)}.filter(n => typeof globalThis[n] !== 'undefined') }} }}"
    assert (await sandbox.run("javascript", code, {})).value == {"seen": []}


async def test_one_program_leaves_nothing_for_the_next(sandbox: CodeSandbox) -> None:
    await sandbox.run("python3", "secret = 1\ndef main():\n    return {}", {})
    assert (await fault(sandbox, "python3", "def main():\n    return {'a': secret}")).code == "code_failed"
    await sandbox.run("javascript", "globalThis.secret = 1; Array.prototype.map = null; function main() { return {} }", {})
    value = (await sandbox.run("javascript", "function main() { return {a: typeof secret, b: typeof [].map} }", {})).value
    assert value == {"a": "undefined", "b": "function"}


async def test_full_python_runs_what_the_default_leaves_out(full: CodeSandbox) -> None:
    code = (
        "import csv, io, statistics, string, urllib.parse, uuid\nfrom collections import OrderedDict\n"
        "class Bad(ValueError):\n    pass\n\ndef each(rows):\n    yield from rows\n\n"
        "def main(text):\n    rows = list(csv.DictReader(io.StringIO(text)))\n    print(len(rows))\n    try:\n        raise Bad('b')\n"
        "    except Bad as error:\n        bad = str(error)\n"
        "    return {'q': urllib.parse.quote('ä b'), 'm': statistics.mean(int(r['n']) for r in each(rows)),\n"
        "            'l': len(str(uuid.uuid4())), 'b': bad}"
    )
    assert await full.run("python3", code, {"text": "n\n1\n3\n"}) == Outcome(
        {"q": "%C3%A4%20b", "m": 2, "l": 36, "b": "b"}, "2\n", full_python.NAME
    )


async def test_full_python_takes_over_what_only_a_run_can_tell(full: CodeSandbox) -> None:
    code = "import re\ndef up(m):\n    return m.group(0).upper()\ndef main(f=up):\n    return {'a': re.compile('a').sub(f, 'aba')}"
    outcome = await full.run("python3", code, {})
    assert (outcome.value, outcome.sandbox) == ({"a": "AbA"}, full_python.NAME)
    assert (await full.run("python3", "def main():\n    return {}", {})).sandbox == "python-subset"


async def test_full_python_still_refuses_what_is_not_installed(full: CodeSandbox) -> None:
    assert (await fault(full, "python3", "import pandas\ndef main():\n    return pandas.x")).code == "code_module_missing"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("while True: pass", "code_killed"),
        ("return ['x' * 10**6 + str(i) for i in range(10**6)]", "code_memory"),
        ("while True: print('x' * 1000)", "code_output_too_long"),
        ("import enum, time; time.sleep(30)", "code_timeout"),
        ("import os; os._exit(0)", "code_killed"),
        ("import os, enum; os.fork()", "code_failed"),
        ("import socket; socket.create_connection(('127.0.0.1', 80), timeout=1)", "code_failed"),
        ("import os, enum\n    while True: os.write(3, b'x' * 100000)", "code_killed"),
        ("import sys, enum; sys.exit(3)", "code_failed"),
    ],
)
async def test_bombs_in_full_python(full: CodeSandbox, body: str, expected: str) -> None:
    assert full._full is not None
    with pytest.raises(Exception) as caught:
        await full._full.run(f"import enum\ndef main():\n    {body}", {})
    assert caught.value.code == expected  # type: ignore[attr-defined]


async def test_a_box_that_leaks_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    leaking = "def main():\n    return {'tried': 1, 'escaped': ['reaches_network']}"
    monkeypatch.setattr(full_python, "PROBES", leaking)
    box = FullPython(wall_s=4)
    refusal = await box.refusal()
    assert refusal is not None
    with pytest.raises(Exception) as caught:
        await box.run("def main():\n    return {}", {})
    assert caught.value.code == "sandbox_unavailable"  # type: ignore[attr-defined]


async def test_without_bubblewrap_nothing_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_python.shutil, "which", lambda name: None)
    box = CodeSandbox(Failed, full_python=True)
    assert "not installed" in str(await box.full_python_refusal())
    assert (await fault(box, "python3", "import enum\ndef main():\n    return enum.Enum")).code == "code_module_missing"
    await box.close()


def test_the_self_test_finds_ways_out_where_there_is_no_box() -> None:
    """The probes themselves: run bare, they must find that they are not boxed in."""
    assert PROBES.count("\ndef ") == 12
    for name in ("reads_secrets", "sees_environment", "sees_processes"):
        assert f"def {name}()" in PROBES


def test_the_filter_is_well_formed() -> None:
    code = seccomp.program()
    if code is None:
        pytest.skip("no numbers for this machine")
    lines = [(code[i] + 256 * code[i + 1], code[i + 2], code[i + 3]) for i in range(0, len(code), 8)]
    deny, allow = len(lines) - 2, len(lines) - 1
    assert {lines[deny][0], lines[allow][0]} == {0x06}
    for index, (operation, if_true, if_false) in enumerate(lines):
        if operation == 0x15 and 4 <= index < deny - 3:
            assert (index + 1 + if_true, if_false) == (deny, 0)
    assert 1 + 1 + lines[1][2] == deny


@pytest.mark.parametrize("code", ["(" * 5000, "-" * 100_000 + "1", "x = " + "[" * 3000 + "]" * 3000, "\x00", "x=1" + "+1" * 50_000])
def test_looking_through_hostile_programs_is_harmless(code: str) -> None:
    assert isinstance(python_subset.inspect(code), python_subset.Inspection)


def test_names_of_the_programs_own_are_not_mistaken() -> None:
    assert not python_subset.inspect(
        "def dir(x):\n    return x\ndef main(input):\n    vars = 1\n    return {'a': dir(input), 'b': vars}"
    ).findings


def test_the_probe_tells_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    assert probe.report(full_python=False) == probe.Report(("Python", "JavaScript"), ())
    monkeypatch.setattr(probe, "_last", None)
    monkeypatch.setattr(probe.shutil, "which", lambda name: None)
    report = probe.report(full_python=True)
    assert report.working == ("Python", "JavaScript")
    assert "bubblewrap" in report.missing[0]
