"""Modules that stand in for those the default Python lacks: each expression gives what Python's own module gives."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from workers.engine.errors import NodeError
from workers.sandbox import python_subset, stand_ins
from workers.sandbox.code import CodeSandbox

SAME = {
    "string": ["string.ascii_letters", "string.digits + string.punctuation", "string.capwords('a bc  d')", "string.whitespace"],
    "urllib.parse": [
        "urllib.parse.quote('a b/ä?&=天~')",
        "urllib.parse.quote('a/b', safe='')",
        "urllib.parse.quote_plus('a b&c/天')",
        "urllib.parse.unquote('a%20b%E5%A4%A9%zz%4')",
        "urllib.parse.unquote_plus('a+b%2B')",
        "urllib.parse.urlencode({'q': 'a b', 'n': 1, 'u': '天'})",
        "urllib.parse.urlencode([('a', [1, 2])], doseq=True)",
        "urllib.parse.parse_qs('a=1&a=2&b=&c=x%20y')",
        "urllib.parse.parse_qsl('a=1&b=&c=x+y', keep_blank_values=True)",
        "list(urllib.parse.urlparse('https://u:p@Host.org:81/a/b;x?q=1#f'))",
        "[getattr(urllib.parse.urlparse('https://u:p@Host.org:81/a'), n) for n in ('hostname', 'port', 'username', 'password')]",
        "list(urllib.parse.urlparse('/only/a/path'))",
        "urllib.parse.urlparse('http://a/b?c#d').geturl()",
        "urllib.parse.urlunparse(('https', 'a.b', 'c', '', 'd=1', ''))",
        "[urllib.parse.urljoin('http://a/b/c/d?x', u) for u in ('e', '/e', '../e', './', '//h/i', 'https://z/', '?y=1', '')]",
    ],
    "html": [
        "html.escape('<a href=\"x\">&\\'</a>')",
        "html.escape('\"', quote=False)",
        "html.unescape('&lt;&amp;&#39;&#x4e2d;&nbsp;&mdash;&none;')",
    ],
    "statistics": [
        "[statistics.mean([1, 2, 3]), statistics.mean([1, 2]), statistics.fmean([1, 2])]",
        "[statistics.median([3, 1, 2]), statistics.median([4, 1, 2, 3]), statistics.median_low([1, 2]), statistics.median_high([1, 2])]",
        "[statistics.mode('aabb'), statistics.multimode('aabb')]",
        "[round(x, 9) for x in (statistics.stdev([1, 2, 4]), statistics.pstdev([1, 2, 4]), statistics.variance([1.5, 2]))]",
    ],
    "operator": [
        "sorted([{'a': 2}, {'a': 1}], key=operator.itemgetter('a'))",
        "list(map(operator.itemgetter(1, 0), ['ab', 'cd']))",
        "[operator.add(1, 2), operator.mul(2, 3), operator.contains([1], 1)]",
    ],
    "calendar": [
        "[calendar.monthrange(2024, 2), calendar.monthrange(2023, 12), calendar.isleap(1900), calendar.leapdays(1999, 2025)]",
        "[calendar.month_name[3], calendar.month_abbr[12], calendar.day_name[0], calendar.weekday(2024, 5, 6)]",
        "calendar.timegm((2024, 5, 6, 7, 8, 9))",
    ],
    "textwrap": [
        "textwrap.dedent('  a\\n    b\\n\\n  c')",
        "textwrap.indent('a\\n\\nb', '> ')",
        "textwrap.fill('the quick brown fox jumps over the lazy dog', 12)",
        "textwrap.wrap('abcdefghijkl mn', width=5)",
        "textwrap.shorten('one two three four', width=12)",
    ],
    "uuid": [
        "str(uuid.uuid5(uuid.NAMESPACE_URL, 'https://a.b/天'))",
        "uuid.uuid3(uuid.NAMESPACE_DNS, 'a.b').hex",
        "[len(str(uuid.uuid4())), str(uuid.uuid4())[14], uuid.uuid4() == uuid.uuid4()]",
        "str(uuid.UUID('{6BA7B8109DAD11D180B400C04FD430C8}'))",
    ],
    "ast": [
        "ast.literal_eval(\"{'a': [1, -2.5, 'x\\\\'y', True, None], 'b': (1,), 'c': {}}\")",
        'ast.literal_eval(\'["天", "\\\\u4e2d\\\\n", 1e3, (2), ()]\')',
        "sorted(ast.literal_eval('{1, 2}'))",
    ],
    "hmac": [
        "hmac.new(b'key', '天'.encode(), 'sha256').hexdigest()",
        "hmac.new(b'k' * 100, b'm', 'md5').hexdigest()",
        "hmac.compare_digest('a', 'a')",
    ],
    "io": ["[line for line in io.StringIO('a\\nb\\nc')]", "(lambda f: [f.write('ab'), f.seek(1), f.read(), f.getvalue()])(io.StringIO())"],
}


@pytest.fixture
async def sandbox() -> AsyncIterator[CodeSandbox]:
    made = CodeSandbox(NodeError)
    yield made
    await made.close()


async def value(sandbox: CodeSandbox, code: str, **variables: Any) -> Any:
    return (await sandbox.run("python3", code, variables)).value


def plain(given: Any) -> Any:
    """As JSON hands it back."""
    if isinstance(given, (list, tuple)):
        return [plain(one) for one in given]
    return {key: plain(one) for key, one in given.items()} if isinstance(given, dict) else given


@pytest.mark.parametrize("module", SAME)
async def test_a_stand_in_gives_what_the_module_gives(sandbox: CodeSandbox, module: str) -> None:
    rows = ",\n".join(SAME[module])
    found = await value(sandbox, f"import {module}\n\ndef main():\n    return {{'rows': [{rows}]}}")
    names = {module.partition(".")[0]: importlib.import_module(module.partition(".")[0]), "urllib": __import__("urllib.parse")}
    importlib.import_module(module)
    expected = [plain(eval(row, names)) for row in SAME[module]]  # noqa: S307 - the table above
    assert dict(zip(SAME[module], found["rows"], strict=True)) == dict(zip(SAME[module], expected, strict=True))


async def test_imports_of_every_form(sandbox: CodeSandbox) -> None:
    code = (
        "import json, uuid as u, string\nfrom urllib.parse import (\n    quote,\n    urlencode as encode,\n)\nimport urllib.parse as up\n"
        "import csv, io\n\ndef main(t):\n    import html; from operator import itemgetter\n"
        "    rows = list(csv.DictReader(io.StringIO(t)))\n    out = io.StringIO()\n    csv.writer(out).writerow(['x', 'a,b'])\n"
        "    return {'a': quote('ä'), 'b': encode({'c': 1}), 'c': up.unquote('%41'), 'd': len(u.uuid4().hex), 'e': html.escape('<'),\n"
        "            'f': max(rows, key=itemgetter('n'))['n'], 'g': string.digits[:2], 'h': json.dumps(1), 'i': out.getvalue()}"
    )
    found = await value(sandbox, code, t="n\n1\n3\n")
    assert found == {"a": "%C3%A4", "b": "c=1", "c": "A", "d": 32, "e": "&lt;", "f": "3", "g": "01", "h": "1", "i": 'x,"a,b"\r\n'}


async def test_sub_with_a_function(sandbox: CodeSandbox) -> None:
    code = (
        "import re\ndef up(m):\n    return m.group(1).upper()\ndef main(t):\n"
        "    return {'a': re.sub(r'\\d+', lambda m: str(int(m.group()) * 2), t), 'b': re.sub('<(.)>', up, t, count=1),\n"
        "            'c': re.sub('A', lambda m: '-', t, flags=re.IGNORECASE), 'd': re.sub('x', 'y', t)}"
    )
    given = "a1 <b> <c> 22 x"
    assert await value(sandbox, code, t=given) == {
        "a": "a2 <b> <c> 44 x",
        "b": "a1 B <c> 22 x",
        "c": "-1 <b> <c> 22 x",
        "d": "a1 <b> <c> 22 y",
    }


async def test_an_error_after_a_stand_in_names_the_programs_line(sandbox: CodeSandbox) -> None:
    code = "import uuid\nfrom urllib.parse import (\n    quote,\n)\ndef main():\n    quote('a')\n    return 1 / 0"
    with pytest.raises(NodeError) as failed:
        await value(sandbox, code)
    assert (failed.value.code, failed.value.details["line"]) == ("code_failed", 7)
    assert 'File "code.py", line 7' in failed.value.details["traceback"]


async def test_zones_that_never_change_their_clocks(sandbox: CodeSandbox) -> None:
    code = (
        "from datetime import datetime\nfrom zoneinfo import ZoneInfo\n"
        "def main(zone):\n    return {'t': datetime.fromtimestamp(0, ZoneInfo(zone)).isoformat()}"
    )
    assert await value(sandbox, code, zone="Asia/Shanghai") == {"t": "1970-01-01T08:00:00+08:00"}
    with pytest.raises(NodeError) as refused:
        await value(sandbox, code, zone="Europe/Berlin")
    assert refused.value.code in {"code_unsupported", "code_failed"}


async def test_times_from_seconds(sandbox: CodeSandbox) -> None:
    code = (
        "import datetime\nfrom datetime import timezone, timedelta\ndef main(s):\n"
        "    east = timezone(timedelta(hours=8))\n"
        "    return {'a': str(datetime.datetime.fromtimestamp(s)), 'b': datetime.datetime.fromtimestamp(s, tz=east).isoformat(),\n"
        "            'c': datetime.datetime.utcfromtimestamp(s).strftime('%Y-%m-%d')}"
    )
    assert await value(sandbox, code, s=1.5) == {
        "a": "1970-01-01 00:00:01.500000",
        "b": "1970-01-01T08:00:01.500000+08:00",
        "c": "1970-01-01",
    }


async def test_a_logger_may_be_there(sandbox: CodeSandbox) -> None:
    code = (
        "import logging\nlog = logging.getLogger(__name__)\ndef main():\n    log.info('x %s', 1)\n    log.error('bad %d', 2)\n    return {}"
    )
    outcome = await sandbox.run("python3", code, {})
    assert "bad 2" in outcome.stdout


def test_names_that_only_look_like_modules_are_left_alone() -> None:
    code = "def main(html, io, string):\n    return {'a': html.strip(), 'b': io.name, 'c': string.anything}"
    inspected = python_subset.inspect(code)
    assert (inspected.findings, inspected.adapted, inspected.prelude) == ((), code, "")


def test_no_stand_in_hides_a_module_that_the_default_has() -> None:
    assert not python_subset.MODULES & set(stand_ins.NAMES)


NODE = [
    ("btoa('abc') + atob('YWJj')", "YWJjabc"),
    ("Buffer.from('héllo 😀').toString('base64')", "aMOpbGxvIPCfmIA="),
    ("Buffer.from('aMOpbGxvIPCfmIA=', 'base64').toString()", "héllo 😀"),
    ("Buffer.from('-_-_', 'base64url').toString('hex') + Buffer.byteLength('é')", "fbffbf2"),
    ("new TextDecoder().decode(new TextEncoder().encode('天😀'))", "天😀"),
    ("new URLSearchParams({ a: 'x y&*~()', b: '天' }).toString()", "a=x+y%26*%7E%28%29&b=%E5%A4%A9"),
    ("[...new URLSearchParams('?a=1&a=%E5%A4%A9+x&b')]", [["a", "1"], ["a", "天 x"], ["b", ""]]),
    ("new URL('/x/../y z?a=1#h', 'https://u:p@H.org:443/q/w').href", "https://u:p@h.org/y%20z?a=1#h"),
    (
        "(() => { const u = new URL('http://a.b:81/c?d=1'); u.searchParams.set('d', '2 3'); return [u.host, u.origin, `${u}`] })()",
        ["a.b:81", "http://a.b:81", "http://a.b:81/c?d=2+3"],
    ),
    ("(() => { try { return new URL('no url').href } catch (error) { return error.message } })()", "Invalid URL"),
    ("structuredClone({ a: [1, { b: new Date(0) }] })", {"a": [1, {"b": "1970-01-01T00:00:00.000Z"}]}),
    (
        "[(1234567.891).toLocaleString(), (-1234.5).toLocaleString('en-US', { minimumFractionDigits: 2 }), (5).toLocaleString()]",
        ["1,234,567.891", "-1,234.50", "5"],
    ),
    ("[[1, 2].at(-1), [1, 2, 3].findLast((x) => x < 3), [2, 1].toSorted(), Object.hasOwn({ a: 1 }, 'a')]", [2, 2, [1, 2], True]),
    ("Object.groupBy([1, 2, 3], (x) => (x % 2 ? 'odd' : 'even'))", {"odd": [1, 3], "even": [2]}),
    ("[crypto.randomUUID().length, crypto.randomUUID()[14]]", [36, "4"]),
]


async def test_what_programs_for_node_expect(sandbox: CodeSandbox) -> None:
    rows = ",\n".join(expression for expression, _ in NODE)
    found = (await sandbox.run("javascript", f"function main() {{ return {{ rows: [{rows}] }} }}\nmodule.exports = {{ main }}", {})).value
    expected = dict(NODE)
    assert dict(zip(expected, found["rows"], strict=True)) == expected


async def test_what_is_put_off_comes_in_the_order_of_its_delay(sandbox: CodeSandbox) -> None:
    code = (
        "const wait = (ms) => new Promise((done) => setTimeout(done, ms))\n"
        "async function main() {\n  const out = []\n  clearTimeout(setTimeout(() => out.push('never'), 1))\n"
        "  await Promise.all([wait(20).then(() => out.push('late')), wait(10).then(() => out.push('early'))])\n  return { out }\n}"
    )
    assert (await sandbox.run("javascript", code, {})).value == {"out": ["early", "late"]}
