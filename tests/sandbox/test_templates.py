"""Templates: the same text as Jinja2 for plain ones, a dead child for hostile ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workers.sandbox import plain_templates
from workers.sandbox.templates import TemplatePool

VALUES: dict[str, Any] = {
    "name": "Ada",
    "empty": "",
    "n": 3,
    "pi": 3.25,
    "yes": True,
    "no": False,
    "nothing": None,
    "user": {"name": "Bob", "tags": ["x", "y"], "0": "zero", "address": {"city": "Kassel"}},
    "rows": [{"title": "A", "score": 0.5}, {"title": "B", "score": 1}],
    "words": ["red", "green", "blue"],
    "html": "<b>&'\"</b>",
    "中文": "你好",
}

PLAIN = [
    "",
    "text only\n",
    "two lines\nand an end\n\n",
    "{{ name }}",
    "Hello {{name}}, {{ user.name }} of {{ user['address'].city }}!",
    "{{ missing }}|{{ user.missing }}|{{ nothing }}|{{ yes }}|{{ pi }}|{{ rows }}",
    "{{ words[1] }} {{ name[0] }} {{ words[7] }} {{ user[0] }} {{ user['0'] }}",
    "{{ missing|default('d') }} {{ empty|default('d') }} {{ empty|default('d', true) }} {{ nothing|d('x', boolean=True) }}",
    "{{ name|upper|lower|title|capitalize }} {{ '  a '|trim }} {{ words|length }} {{ words|count }} {{ words|join(', ') }}",
    "{{ rows|join(',', attribute='title') }} {{ words|first }} {{ words|last }} {{ rows|tojson }} {{ html|tojson }}",
    "{{ rows|tojson(indent=2) }}",
    "{{ 0 if false else '12'|int }} {{ 'x'|int(7) }} {{ '1.5'|float }} {{ n|string|length }} {{ 'abc'|first }}",
    "{% if yes %}a{% elif no %}b{% else %}c{% endif %}{% if missing %}x{% else %}y{% endif %}",
    "{% if n > 2 and name == 'Ada' or not yes %}in{% endif %}{% if 1 < n <= 3 %}chain{% endif %}{% if 'red' in words %}red{% endif %}",
    "{% if name is defined and missing is undefined and nothing is none and n is number %}tests{% endif %}",
    "{% for row in rows %}{{ loop.index }}/{{ loop.length }} {{ row.title }}{% if not loop.last %}; {% endif %}{% endfor %}",
    "{% for w in words %}{% for c in words %}{{ loop.index0 }}{{ w }}{{ c }} {% endfor %}{{ loop.revindex }}{% endfor %}{{ w }}",
    "{% for key in user %}{{ key }},{% endfor %}{% for x in missing %}never{% endfor %}",
    "{%- for w in words -%}  {{ w }}  {%- endfor -%}  tail",
    "{# a comment #}{% raw %}{{ raw }}{% endraw %}{{ 中文 }}",
    "{{ 'a' if yes else 'b' }}{{ 'a' if no }}{{ name or 'x' }}{{ empty or 'x' }}{{ name and n }}",
    "{{ words[0]|upper }}{{ user.tags|join }}",
    "{{ user.tags[1] }} {{ rows[1].score }} {{ 5 }} {{ 'lit' }} {{ none }}",
]
NOT_PLAIN = [
    "{{ user.items() }}",
    "{% set x = 1 %}{{ x }}",
    "{{ n + 1 }}",
    "{{ words|map('upper')|list }}",
    "{% for k, v in user.items() %}{{ k }}{% endfor %}",
    "{% for w in words if w != 'red' %}{{ w }}{% else %}none{% endfor %}",
    "{{ range(3)|list }}",
    "{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(1) }}",
    "{{ words[::-1] }} {{ words[-1] }}",
    "{{ '%s-%s'|format(n, name) }} {{ name ~ n }}",
    "{{ user.name.upper() }} {{ name.replace('A', 'B') }}",
]


def by_jinja(template: str, values: dict[str, Any]) -> str:
    return ImmutableSandboxedEnvironment().from_string(template).render(values)


class Failed(Exception):
    def __init__(self, code: str, message: str, *, retryable: bool = False, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details or {}


@pytest.fixture
async def pool() -> AsyncIterator[TemplatePool]:
    pool = TemplatePool(Failed)
    yield pool
    await pool.close()


def in_process(template: str, values: dict[str, Any]) -> str:
    tree = plain_templates.parse(template)
    assert tree is not None, "should be plain"
    return plain_templates.render(tree, values)


@pytest.mark.parametrize("template", PLAIN)
def test_plain_templates_give_what_jinja_gives(template: str) -> None:
    assert in_process(template, VALUES) == by_jinja(template, VALUES)


async def test_other_templates_give_what_jinja_gives(pool: TemplatePool) -> None:
    for template in NOT_PLAIN:
        assert plain_templates.parse(template) is None or "items" in template or "." in template
        assert await pool.render(template, VALUES) == by_jinja(template, VALUES), template


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "items", "0", "title"]), inner, max_size=4),
    max_leaves=8,
)
_paths = st.lists(st.sampled_from([".a", ".b", ".items", "['a']", "[0]", "['0']", "[1]", ".title", "['title']"]), max_size=3).map("".join)
_filters = st.lists(
    st.sampled_from(
        [
            "|upper",
            "|trim",
            "|default('z')",
            "|default('z', true)",
            "|length",
            "|join('+')",
            "|first",
            "|last",
            "|tojson",
            "|int",
            "|string",
        ]
    ),
    max_size=2,
).map("".join)
_expressions = st.builds("{}{}{}".format, st.sampled_from(["v", "w", "missing"]), _paths, _filters)
_pieces = st.one_of(
    st.sampled_from(["text ", "\n", " {# note #}"]),
    _expressions.map("{{{{ {} }}}}".format),
    st.builds("{{% if {} %}}{{{{ {} }}}}{{% else %}}no{{% endif %}}".format, _expressions, _expressions),
    st.builds("{{% for v in {} %}}{{{{ loop.index }}}}{{{{ {} }}}}{{% endfor %}}".format, _expressions, _expressions),
)


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(template=st.lists(_pieces, max_size=5).map("".join), v=_json, w=_json)
def test_any_plain_template_equals_jinja_or_is_left_to_the_child(template: str, v: Any, w: Any) -> None:
    tree = plain_templates.parse(template)
    if tree is None:
        return
    try:
        text = plain_templates.render(tree, {"v": v, "w": w})
    except plain_templates.NotPlain:
        return
    assert text == by_jinja(template, {"v": v, "w": w})


@pytest.mark.parametrize(
    "template",
    [
        "{{ name.__class__ }}",
        "{{ user.items }}",
        "{{ name.format }}",
        "{{ user['keys'] }}",
        "{{ cycler }}",
        "{{ loop }}" * 2 + "{% for x in words %}{{ loop }}{% endfor %}",
    ],
)
def test_methods_and_insides_of_values_never_stay_in_this_process(template: str) -> None:
    tree = plain_templates.parse(template)
    if tree is not None:
        with pytest.raises(plain_templates.NotPlain):
            plain_templates.render(tree, VALUES)


def test_plain_work_is_bounded() -> None:
    big = {"rows": [[0] * 500] * 500, "text": "x" * 300_000}
    for template in ("{% for a in rows %}{% for b in a %}{{ b }}{% endfor %}{% endfor %}", "{{ text|upper|length }}" * 20):
        tree = plain_templates.parse(template)
        assert tree is not None
        with pytest.raises(plain_templates.NotPlain):
            plain_templates.render(tree, big)


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("{{ name", 1),
        ("a\n{% if x %}", 2),
        ("a\nb\n{{ x | }}", 3),
        ("{% endfor %}", 1),
        ("{{ " + "9" * 5000 + " }}", 1),
        ("{{ " + "(" * 40_000 + " }}", 1),
        ("x" * 100_001, 1),
    ],
)
async def test_syntax_errors_name_the_line(pool: TemplatePool, template: str, line: int) -> None:
    with pytest.raises(Failed) as caught:
        await pool.render(template, {})
    assert (caught.value.code, caught.value.details) == ("template_syntax", {"line": line})


@pytest.mark.parametrize(
    ("template", "code", "details"),
    [
        ("ok\n{{ missing.attribute }}", "template_failed", {"line": 2}),
        ("{{ 1 / 0 }}", "template_failed", {"line": 1}),
        ("{{ x|nofilter }}", "template_syntax", {"line": 1}),
        ("{{ ''.__class__.__mro__ }}", "template_failed", {"line": 1}),
        ("{{ ''['__class__']['__base__'].__subclasses__() }}", "template_failed", {"line": 1}),
        ("{{ cycler.__init__.__globals__.os }}", "template_failed", {"line": 1}),
        ("{{ '%c' * 5 }}{{ lipsum.__globals__['os'].popen('id').read() }}", "template_failed", {"line": 1}),
        ("{{ words.append('x') }}", "template_failed", {"line": 1}),
        ("{% include '/etc/passwd' %}", "template_failed", {"line": 1}),
        ("{{ 'x' * 10**9 }}", "template_failed", {}),
        ("{% for i in range(99999) %}{{ 'abcdefghijklmnop' * i }}{% endfor %}", "template_too_long", {}),
        ("{{ 'x' * 1000001 }}", "template_too_long", {}),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "template_timeout", {}),
        ("{{ 10 ** (10 ** 7) }}", "template_timeout", {}),
    ],
)
async def test_hostile_and_failing_templates_end(pool: TemplatePool, template: str, code: str, details: dict[str, Any]) -> None:
    with pytest.raises(Failed) as caught:
        await pool.render(template, VALUES)
    assert (caught.value.code, caught.value.details) == (code, details)
    assert await pool.render("{{ n * 2 }}", VALUES) == "6"


async def test_long_plain_text_is_refused(pool: TemplatePool) -> None:
    with pytest.raises(Failed) as caught:
        await pool.render("{{ a }}{{ a }}", {"a": "x" * 600_000})
    assert caught.value.code == "template_too_long"


async def test_children_are_reused_bounded_and_replaced_after_a_failure(pool: TemplatePool) -> None:
    await asyncio.gather(*(pool.render(f"{{{{ n + {i} }}}}", {"n": 1}) for i in range(12)))
    before = {child.pid for child in pool._idle}
    assert 1 <= len(before) <= 2
    await pool.render("{{ n + 1 }}", {"n": 1})
    assert {child.pid for child in pool._idle} == before
    victim = pool._idle[-1]
    with pytest.raises(Failed):
        await pool.render("{{ 1 / 0 }}", {})
    await victim.wait()
    assert victim.returncode == -9
    assert victim.pid not in {child.pid for child in pool._idle}


async def test_a_cancelled_rendering_leaves_no_child_behind() -> None:
    pool = TemplatePool(Failed, wall_s=60)
    await pool.render("{{ 1 + 1 }}", {})
    child = pool._idle[0]
    task = asyncio.create_task(pool.render("{{ 10 ** (10 ** 8) }}", {}))
    while pool._idle:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await child.wait() == -9
    await pool.close()


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


async def test_a_child_sees_no_environment_and_keeps_nothing(pool: TemplatePool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEMILL_SECRET_PROBE", "hidden")
    assert await pool.render("{% set kept = 1 %}{{ kept + 1 }}", {}) == "2"
    child = pool._idle[0]
    assert b"PROBE" not in environment_of(child.pid)
    assert await pool.render("{{ (kept is defined) ~ '' }}", {}) == "False"
    assert pool._idle[0] is child


async def test_close_ends_the_children() -> None:
    pool = TemplatePool(Failed)
    await pool.render("{{ 1 + 1 }}", {})
    child = pool._idle[0]
    await pool.close()
    assert child.returncode == -9
    with pytest.raises(Failed):
        await pool.render("{{ 1 + 1 }}", {})


def test_parse_knows_templates_by_text() -> None:
    assert plain_templates.parse("{{ a }}") is plain_templates.parse("{{ a }}")
    assert isinstance(plain_templates.parse("{{ a }}"), jinja2.nodes.Template)
