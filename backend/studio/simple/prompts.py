"""From the prompt settings of a simple app to those of an LLM node."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from backend.studio.simple.config import Line, SimpleConfig

CONTEXT, HISTORIES, QUERY, SYSTEM_QUERY = "{{#context#}}", "{{#histories#}}", "{{#query#}}", "{{#sys.query#}}"
FRAME = (
    "The text between <context> and </context> was looked up for this question. Rest your answer on it where it helps, and say so "
    "when it does not answer the question instead of making something up.\n\n"
    f"<context>\n{CONTEXT}\n</context>\n\n"
)
_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]{0,99})\s*\}\}")


class Prompts:
    """Writes the prompt of one app. `variables` are the names that `{{name}}` may stand for; others stay as they are."""

    def __init__(self, config: SimpleConfig, variables: Iterable[str], start_id: str, *, chats: bool) -> None:
        self._config = config
        self._variables = frozenset(variables)
        self._start_id = start_id
        self._chats = chats

    def settings(self) -> dict[str, Any]:
        """Return `prompt_template` and `memory` of the LLM node."""
        completes = self._config.model.mode == "completion"
        if self._advanced():
            return self._advanced_text() if completes else self._advanced_chat()
        return self._simple_text() if completes else self._simple_chat()

    @property
    def framed(self) -> bool:
        """True when the prompt does not say where the context goes, so that it needs words around it."""
        texts = [line.text for line in self._lines()] + [self._config.completion_prompt_config.prompt.text]
        return not any(CONTEXT in text for text in (texts if self._advanced() else [self._config.pre_prompt]))

    def _advanced(self) -> bool:
        """Advanced settings count once they have text: files keep an empty set of them beside a simple prompt."""
        config = self._config
        if config.prompt_type != "advanced":
            return False
        return any(line.text.strip() for line in self._lines()) or bool(config.completion_prompt_config.prompt.text.strip())

    def _lines(self) -> tuple[Line, ...]:
        return self._config.chat_prompt_config.prompt

    def _text(self, text: str) -> str:
        """Point `{{name}}` and `{{#query#}}` to where a flow has them."""
        named = _PLACE.sub(lambda found: f"{{{{#{self._start_id}.{found[1]}#}}}}" if found[1] in self._variables else found[0], text)
        return named.replace(QUERY, SYSTEM_QUERY)

    def _with_context(self, text: str) -> str:
        """Put what was looked up before the prompt, unless the prompt says itself where it goes."""
        return text if CONTEXT in text or not self._config.dataset_ids else CONTEXT + text

    def _memory(self, question: str = SYSTEM_QUERY) -> dict[str, Any] | None:
        roles = self._config.completion_prompt_config.conversation_histories_role
        prefix = {"user": roles.user_prefix or "Human", "assistant": roles.assistant_prefix or "Assistant"}
        memory = {"role_prefix": prefix, "window": {"enabled": False}, "query_prompt_template": question}
        return memory if self._chats else None

    def _simple_chat(self) -> dict[str, Any]:
        prompt = _row("system", self._with_context(self._text(self._config.pre_prompt)))
        if self._chats:
            return {"prompt_template": [prompt], "memory": self._memory()}
        # Without a question the prompt itself is what the model is asked.
        return {"prompt_template": [{**prompt, "role_if_alone": "user"}, _row("user", SYSTEM_QUERY)], "memory": None}

    def _simple_text(self) -> dict[str, Any]:
        text = self._with_context(self._text(self._config.pre_prompt))
        memory = self._memory()
        if memory is None:
            return _single(f"{text}\n\n{SYSTEM_QUERY}", None)
        prefix = memory["role_prefix"]
        return _single(f"{text}\n\n{HISTORIES}\n{prefix['user']}: {SYSTEM_QUERY}\n{prefix['assistant']}: ", memory)

    def _advanced_chat(self) -> dict[str, Any]:
        lines = [line for line in self._lines() if line.text.strip()]
        if not lines:  # the model was changed from a completion to a chat model, the prompt was not
            lines = [Line(role="system", text=self._config.completion_prompt_config.prompt.text)]
        question = SYSTEM_QUERY
        asks = any(QUERY in line.text for line in lines)
        if self._chats and lines[-1].role == "user" and QUERY in lines[-1].text:
            # What is configured as the last message stands behind the history.
            question = self._text(lines.pop().text.replace(CONTEXT, ""))
        rows = [_row(line.role, self._text(line.text.replace(HISTORIES, ""))) for line in lines]
        if not any(CONTEXT in row["text"] for row in rows):
            rows.insert(0, _row("system", self._with_context("")))
        if not self._chats and not asks:
            rows.append(_row("user", SYSTEM_QUERY))
        rows = [row for row in rows if row["text"]]
        if not self._chats and rows[0]["role"] == "system":
            rows[0]["role_if_alone"] = "user"
        return {"prompt_template": rows, "memory": self._memory(question)}

    def _advanced_text(self) -> dict[str, Any]:
        text = self._config.completion_prompt_config.prompt.text
        if not text.strip():  # the model was changed from a chat to a completion model, the prompt was not
            text = "\n\n".join(line.text for line in self._lines() if line.text.strip())
        asks = QUERY in text
        text = self._with_context(self._text(text))
        return _single(text if asks or not self._chats else f"{text}\n\n{SYSTEM_QUERY}", self._memory())


def _row(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "text": text, "edition_type": "basic"}


def _single(text: str, memory: dict[str, Any] | None) -> dict[str, Any]:
    return {"prompt_template": {"text": text, "edition_type": "basic"}, "memory": memory}
