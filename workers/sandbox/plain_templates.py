"""Templates that only show values: parsed here, evaluated here, without ever compiling them to code.

Most templates of a flow are text with a few names, a filter, perhaps a condition or a loop over a list.
For those a trip to a child process would be waste. A template counts as plain when every node of its
syntax tree is on the list below; attribute access, item access, filters and tests then go through
Jinja2's own sandboxed environment, so the result is the same to the letter. Whatever is not plain, turns
out to touch a Python method, fails, or costs more than a fixed budget raises `NotPlain`: the caller lets
the child process decide.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_TEMPLATE_CHARS = 100_000
MAX_DEPTH = 60
BUDGET = 2_000_000
STEP_COST = 20

_FILTERS = frozenset(
    {"abs", "capitalize", "count", "d", "default", "first", "float", "int", "join"}
    | {"last", "length", "lower", "string", "title", "tojson", "trim", "upper"}
)
_TESTS = frozenset({"boolean", "defined", "false", "mapping", "none", "number", "sequence", "string", "true", "undefined"})
_LOOP_FIELDS = frozenset({"first", "index", "index0", "last", "length", "revindex", "revindex0"})
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}
_VALUES = (str, int, float, type(None), list, dict, jinja2.Undefined)
_FAILURES = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, jinja2.TemplateError)

_environment = ImmutableSandboxedEnvironment()


class NotPlain(Exception):
    """The template needs the child process."""


class BadTemplate(Exception):
    """The template's text is not a template. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@lru_cache(maxsize=256)
def parse(template: str) -> nodes.Template | None:
    """Parse a template; None when it is right but not plain. Raises BadTemplate."""
    if len(template) > MAX_TEMPLATE_CHARS:
        raise BadTemplate(f"The template has {len(template)} characters; {MAX_TEMPLATE_CHARS} are allowed.", 1)
    try:
        tree = _environment.parse(template)
        return tree if all(_is_plain(node, 0, in_loop=False) for node in tree.body) else None
    except jinja2.TemplateSyntaxError as error:
        raise BadTemplate(error.message or "This is not a template.", error.lineno) from None
    except (ValueError, OverflowError) as error:
        raise BadTemplate(str(error), 1) from None
    except RecursionError:
        raise BadTemplate("The template is nested too deeply.", 1) from None


def render(tree: nodes.Template, variables: Mapping[str, Any]) -> str:
    """Evaluate a plain template. Raises NotPlain when the values make it unfit for this process."""
    evaluation = _Evaluation()
    try:
        evaluation.block(tree.body, dict(variables))
    except _FAILURES:
        raise NotPlain from None
    return "".join(evaluation.parts)


def _is_plain(node: nodes.Node, depth: int, *, in_loop: bool) -> bool:
    if depth > MAX_DEPTH:
        return False

    def plain(*children: nodes.Node | None) -> bool:
        return all(child is None or _is_plain(child, depth + 1, in_loop=in_loop) for child in children)

    match node:
        case nodes.TemplateData() | nodes.Const():
            return True
        case nodes.Name():
            return not (in_loop and node.name == "loop")
        case nodes.Output():
            return plain(*node.nodes)
        case nodes.Getattr(node=nodes.Name(name="loop")) if in_loop:
            return node.attr in _LOOP_FIELDS
        case nodes.Getattr():
            return not node.attr.startswith("_") and plain(node.node)
        case nodes.Getitem(arg=nodes.Const(value=key)):
            return not str(key).startswith("_") and plain(node.node)
        case nodes.Not():
            return plain(node.node)
        case nodes.Filter() | nodes.Test():
            return _is_plain_call(node) and plain(node.node)
        case nodes.Compare():
            return all(operand.op in _COMPARE for operand in node.ops) and plain(node.expr, *(operand.expr for operand in node.ops))
        case nodes.And() | nodes.Or():
            return plain(node.left, node.right)
        case nodes.CondExpr():
            return plain(node.test, node.expr1, node.expr2)
        case nodes.If():
            return plain(node.test, *node.body, *node.elif_, *node.else_)
        case nodes.For():
            return _is_plain_loop(node) and plain(node.iter) and all(_is_plain(child, depth + 1, in_loop=True) for child in node.body)
    return False


def _is_plain_call(node: nodes.Filter | nodes.Test) -> bool:
    """Only listed names with literal arguments. A filter block has no value of its own and is not plain."""
    known = _FILTERS if isinstance(node, nodes.Filter) else _TESTS
    literal = all(isinstance(arg, nodes.Const) for arg in node.args) and all(isinstance(pair.value, nodes.Const) for pair in node.kwargs)
    return node.node is not None and node.name in known and literal and node.dyn_args is None and node.dyn_kwargs is None


def _is_plain_loop(node: nodes.For) -> bool:
    target = node.target
    named = isinstance(target, nodes.Name) and target.name != "loop"
    return named and node.test is None and not node.recursive and not node.else_


class _Evaluation:
    """One rendering: the text so far and what may still be spent."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.budget = BUDGET

    def spend(self, amount: int) -> None:
        self.budget -= amount
        if self.budget < 0:
            raise NotPlain

    def block(self, body: list[nodes.Node], scope: dict[str, Any]) -> None:
        for node in body:
            self.spend(STEP_COST)
            match node:
                case nodes.Output():
                    for child in node.nodes:
                        self.write(child.data if isinstance(child, nodes.TemplateData) else str(self.value(child, scope)))
                case nodes.If():
                    self.condition(node, scope)
                case nodes.For():
                    self.loop(node, scope)

    def write(self, text: str) -> None:
        self.spend(len(text) + STEP_COST)
        self.parts.append(text)

    def condition(self, node: nodes.If, scope: dict[str, Any]) -> None:
        for branch in (node, *node.elif_):
            if self.value(branch.test, scope):
                return self.block(branch.body, scope)
        return self.block(node.else_, scope)

    def loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        items = self.value(node.iter, scope)
        if not isinstance(items, (list, dict, jinja2.Undefined)) or not isinstance(node.target, nodes.Name):
            raise NotPlain
        values = list(items)
        count = len(values)
        for index, item in enumerate(values):
            self.spend(STEP_COST)
            loop = {
                "index0": index,
                "index": index + 1,
                "revindex": count - index,
                "revindex0": count - index - 1,
                "first": index == 0,
                "last": index == count - 1,
                "length": count,
            }
            self.block(node.body, {**scope, "loop": loop, node.target.name: item})

    def value(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        self.spend(STEP_COST)
        result = self._value(node, scope)
        if not isinstance(result, _VALUES):
            raise NotPlain
        return result

    def _value(self, node: nodes.Node, scope: dict[str, Any]) -> Any:
        match node:
            case nodes.Const():
                return node.value
            case nodes.Name():
                return self.name(node.name, scope)
            case nodes.Getattr():
                return _environment.getattr(self.value(node.node, scope), node.attr)
            case nodes.Getitem(arg=nodes.Const(value=key)):
                return _environment.getitem(self.value(node.node, scope), key)
            case nodes.Filter() | nodes.Test():
                return self.call(node, scope)
            case nodes.Compare():
                return self.compare(node, scope)
            case nodes.Not():
                return not self.value(node.node, scope)
            case nodes.And():
                return self.value(node.left, scope) and self.value(node.right, scope)
            case nodes.Or():
                return self.value(node.left, scope) or self.value(node.right, scope)
            case nodes.CondExpr():
                if self.value(node.test, scope):
                    return self.value(node.expr1, scope)
                return self.value(node.expr2, scope) if node.expr2 is not None else _environment.undefined()
        raise NotPlain

    def name(self, name: str, scope: dict[str, Any]) -> Any:
        if name in scope:
            return scope[name]
        if name in _environment.globals:
            raise NotPlain
        return _environment.undefined(name=name)

    def call(self, node: nodes.Filter | nodes.Test, scope: dict[str, Any]) -> Any:
        subject = self.value(node.node, scope) if node.node is not None else None
        if isinstance(subject, str):
            self.spend(len(subject))
        args = [arg.value for arg in node.args if isinstance(arg, nodes.Const)]
        kwargs = {str(pair.key): pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        if isinstance(node, nodes.Test):
            return _environment.call_test(node.name, subject, args, kwargs)
        result = _environment.call_filter(node.name, subject, args, kwargs)
        if isinstance(result, str):
            self.spend(len(result))
        return result

    def compare(self, node: nodes.Compare, scope: dict[str, Any]) -> Any:
        left = self.value(node.expr, scope)
        result: Any = True
        for operand in node.ops:
            right = self.value(operand.expr, scope)
            if isinstance(right, str):
                self.spend(len(right))
            result = _COMPARE[operand.op](left, right)
            if not result:
                return result
            left = right
        return result
