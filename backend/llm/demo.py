"""The demo model: no key, no network, the same answer to the same prompt, and always labelled as what it is.

It recognises what is asked (call a tool, fill a schema, classify, translate, summarise, extract, answer from
context) by keywords and answers from the prompt's own words, so that templates and first flows can be seen working.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings

from backend.llm import demo_text as words
from backend.llm.requests import estimate_tokens, prompt_text
from workers.engine.events import Usage
from workers.engine.ports import ChatDelta, ChatMessage, ChatRequest, TextPart, ToolCall

LABEL = {"en": "[demo] ", "zh": "[演示] "}
PIECES = re.compile(r"\s*[^\s\u2e80-\uffff]+|\s*[\u2e80-\uffff]{1,2}|\s+")

TRANSLATE = re.compile(r"\btranslat|翻译|译成|译为", re.I)
SUMMARISE = re.compile(r"\bsummar|\btl;?dr\b|\bkey points\b|总结|摘要|概括|要点", re.I)
CLASSIFY = re.compile(r"\bclassif|\bcategori[sz]e|\bwhich (category|label|class|intent)|\bsentiment\b|分类|归类|情感|意图", re.I)
EXTRACT = re.compile(r"\bextract|\bpull out\b|提取|抽取", re.I)
LABELS = re.compile(
    r"(?:categor(?:y|ies)|labels?|classes|one of(?: the following)?|intents?|类别|分类|标签|选项)[^:：\n]{0,60}[:：]\s*"
    r"([^\n]+(?:\n\s*(?:[-*•]|\d+[.)、])[^\n]+)*)",
    re.I,
)
CONTEXT = re.compile(
    r"<context>(.*?)</context>|(?:^|\n)\s*(?:context|knowledge|reference|documents?|上下文|资料|知识|参考)[^:：\n]{0,40}[:：]\s*(.+)",
    re.I | re.S,
)
GREETING = re.compile(r"^\s*(hi|hello|hey|good (morning|evening|afternoon)|你好|您好|嗨)[\s!.,。！，]*$", re.I)


@dataclass(frozen=True, slots=True)
class _Prompt:
    """The parts of a request that decide the answer."""

    system: str
    user: str
    language: str

    @property
    def instruction(self) -> str:
        """Where the task is named: the system text and the beginning of the user's."""
        return f"{self.system}\n{self.user[:300]}"

    @property
    def material(self) -> str:
        """What the task is about: the user's text, without a leading instruction."""
        for mark in (r"<(?:text|input|article|content|document)>(.*?)</", r"\"\"\"(.+?)\"\"\"", r"```\w*\n(.+?)```"):
            found = re.search(mark, self.user, re.S)
            if found:
                return found.group(1).strip()
        head, separator, tail = self.user.partition("\n")
        if separator and tail.strip() and _names_task(head):
            return tail.strip()
        lead, colon, rest = re.sub("：", ":", self.user, count=1).partition(":")
        return rest.strip() if colon and rest.strip() and _names_task(lead) else self.user.strip()


def _names_task(text: str) -> bool:
    return any(pattern.search(text) for pattern in (TRANSLATE, SUMMARISE, CLASSIFY, EXTRACT))


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text if isinstance(part, TextPart) else "(picture)" for part in message.content)


def _read(request: ChatRequest) -> _Prompt:
    system = "\n".join(_text(m) for m in request.messages if m.role == "system")
    asked = [_text(m) for m in request.messages if m.role == "user"]
    user = asked[-1] if asked else ""
    return _Prompt(system, user, words.language_of(user or system))


async def stream(request: ChatRequest) -> AsyncGenerator[ChatDelta, None]:
    """Answer word by word, DEMO_WORD_DELAY_MS apart."""
    prompt = _read(request)
    calls = _tool_calls(request, prompt)
    text = "" if calls else _answer(request, prompt)
    pieces = PIECES.findall(text)
    limit = request.params.get("max_tokens")
    finish = "tool_calls" if calls else "stop"
    if isinstance(limit, int) and 0 < limit < len(pieces):
        pieces, finish = pieces[:limit], "length"
    delay = settings.ENV.demo_word_delay_ms / 1000
    for piece in pieces:
        await asyncio.sleep(delay)
        yield ChatDelta(text=piece)
    prompt_tokens = estimate_tokens(prompt_text(request))
    completion = len(pieces) or sum(estimate_tokens(call.arguments) for call in calls)
    usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=completion, total_tokens=prompt_tokens + completion)
    yield ChatDelta(tool_calls=calls, finish_reason=finish, usage=usage)


def _tool_calls(request: ChatRequest, prompt: _Prompt) -> tuple[ToolCall, ...]:
    """Call the tool whose name and description share most with the question, once."""
    if not request.tools or request.messages[-1].role == "tool" or request.params.get("tool_choice") == "none":
        return ()
    functions: list[Mapping[str, Any]] = [tool.get("function", tool) for tool in request.tools]
    scored = [(words.overlap(prompt.user, f"{words.spaced(f['name'])} {f.get('description', '')}"), -n) for n, f in enumerate(functions)]
    score, position = max(scored)
    if score == 0 and request.params.get("tool_choice") != "required" and len(functions) > 1:
        return ()
    chosen = functions[-position]
    arguments = words.fill_schema(chosen.get("parameters") or {}, prompt.user)
    return (ToolCall("call_demo_1", str(chosen["name"]), orjson.dumps(arguments).decode()),)


def _answer(request: ChatRequest, prompt: _Prompt) -> str:
    schema = _schema_of(request)
    if schema is not None:
        return orjson.dumps(words.fill_schema(schema, prompt.material or prompt.system)).decode()
    label = LABEL[prompt.language]
    last = request.messages[-1] if request.messages else None
    if last is not None and last.role == "tool":
        said = " ".join(_text(last).split())[:500]
        return label + (f"工具返回的结果是：{said}" if prompt.language == "zh" else f"The tool returned: {said}")
    if CLASSIFY.search(prompt.instruction):
        options = _options(prompt)
        if options:
            return words.best_label(options, prompt.material)
    if TRANSLATE.search(prompt.instruction):
        return label + words.translate(prompt.material, _target(prompt))
    if SUMMARISE.search(prompt.instruction):
        kept = words.summary(prompt.material)
        return label + (f"摘要：{kept}" if prompt.language == "zh" else f"Summary: {kept}")
    if EXTRACT.search(prompt.instruction):
        return label + words.extraction(prompt.material, prompt.language)
    return label + _from_context(prompt)


def _schema_of(request: ChatRequest) -> Mapping[str, Any] | None:
    if request.response_schema is not None:
        return request.response_schema
    wanted = request.params.get("response_format")
    if isinstance(wanted, Mapping) and wanted.get("type") == "json_schema":
        inner = wanted.get("json_schema") or {}
        found = inner.get("schema", inner)
        return found if isinstance(found, Mapping) else {}
    kind = wanted.get("type") if isinstance(wanted, Mapping) else wanted
    return {"type": "object", "properties": {"answer": {"type": "string"}}} if kind in ("json_object", "json_schema") else None


def _options(prompt: _Prompt) -> list[str]:
    """The labels that a classification prompt offers."""
    found = LABELS.search(prompt.system) or LABELS.search(prompt.user)
    if not found:
        return []
    parts = re.split(r"\s*(?:[,，、;；|/\n]|\bor\b|\band\b|或|和)\s*", re.split(r"[.。](?:[^\S\n]|$)", found.group(1).strip())[0])
    options = [re.sub(r"^(?:[-*•]|\d+[.)、])\s*|[\"'`“”‘’\[\]]", "", part).strip() for part in parts]
    return [option for option in options if option and len(option) <= 60]


def _target(prompt: _Prompt) -> str:
    """The language a translation is wanted in."""
    if re.search(
        r"(?:to|into|in)\s+(?:simplified\s+)?(?:chinese|mandarin)|(?:成|为|到)\s*(?:简体)?中文|译成汉语", prompt.instruction, re.I
    ):
        return "zh"
    if re.search(r"(?:to|into|in)\s+english|(?:成|为|到)\s*英[文语]", prompt.instruction, re.I):
        return "en"
    return "en" if words.language_of(prompt.material) == "zh" else "zh"


def _from_context(prompt: _Prompt) -> str:
    """Quote what fits the question best, from the context or the system text; else say plainly that this is the demo model."""
    chinese = prompt.language == "zh"
    if GREETING.match(prompt.user):
        return "你好！我是演示模型，只会给出固定的回答。" if chinese else "Hello! I am the demo model and give canned answers."
    source, question = prompt.system, prompt.user
    # Prompts may name the tags before they use them: the longest is the context.
    found = [one or two for text in (prompt.system, prompt.user) for one, two in CONTEXT.findall(text)]
    if found:
        source = max(found, key=len)
        asked = re.findall(r"(?:question|query|问题|提问)\s*[:：]\s*(.+)", prompt.user, re.I)
        question = asked[-1] if asked else prompt.user.replace(source, " ")
        for line in asked:
            source = source.replace(line, " ")
    best = words.best_sentence(source, question)
    if best:
        return f"根据所给资料：“{best}”" if chinese else f"According to the given context: “{best}”"
    asked_for = " ".join(prompt.user.split())
    asked_for = asked_for if len(asked_for) <= 120 else asked_for[:119] + "…"
    if found:
        return f"所给资料中没有与“{asked_for}”相符的内容。" if chinese else f"The given context says nothing about “{asked_for}”."
    if chinese:
        return f"您问的是：“{asked_for}”。这是演示模型的固定回答；在“模型”页面添加供应商后即可得到真实回答。"
    return f"You asked: “{asked_for}”. This is a canned answer of the demo model; add a provider under Models for real ones."
