"""Templates without a drawing: a prompt and its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.studio.gallery.build import Template
from backend.studio.models import Mode
from backend.studio.simple import blank_config


def _settings(mode: str, prompt: str, form: Sequence[Mapping[str, Any]] = (), **features: Any) -> dict[str, Any]:
    config = blank_config(mode)
    config["model_config"] |= {"pre_prompt": prompt, "user_input_form": [dict(row) for row in form], **features}
    return config


def _field(kind: str, variable: str, label: str, **more: Any) -> dict[str, Any]:
    return {kind: {"variable": variable, "label": label, "required": True, "default": "", **more}}


PRODUCT = Template(
    id="product-text",
    mode=Mode.COMPLETION,
    icon="🏷️",
    icon_background="#FFE4E6",
    name={"en": "Product text", "zh-Hans": "商品介绍"},
    description={
        "en": "A form and a prompt, nothing drawn: writes the text for a shop from a few facts.",
        "zh-Hans": "只需表单与提示词，无需画流程：根据要点撰写商品文案。",
    },
    category="writing",
    document=_settings(
        Mode.COMPLETION,
        "Write a product text of about eighty words for {{audience}}. End with three bullet points.\n\n"
        "Product: {{product}}\n\nFacts:\n{{facts}}",
        [
            _field("text-input", "product", "Product", max_length=100),
            _field("paragraph", "facts", "Facts, one per line"),
            _field("select", "audience", "For whom?", options=["families", "professionals", "collectors"], default="families"),
        ],
        more_like_this={"enabled": True},
    ),
    sample_inputs={"product": "Storm lantern", "facts": "burns for 20 hours\nsteel and glass\nmade in Porto", "audience": "families"},
)

TUTOR = Template(
    id="language-tutor",
    mode=Mode.CHAT,
    icon="🦉",
    icon_background="#DBEAFE",
    name={"en": "Language tutor", "zh-Hans": "语言家教"},
    description={
        "en": "A chat from one prompt: talks in the language you learn, mends mistakes, suggests what to say next.",
        "zh-Hans": "一段提示词即可对话：用所学语言交谈、纠正错误，并建议下一句。",
    },
    category="education",
    document=_settings(
        Mode.CHAT,
        "You teach {{language}} to a learner of level {{level}}. Talk in {{language}}, in short sentences. Mend mistakes kindly, in "
        "brackets, and end with a question.",
        [
            _field("text-input", "language", "Which language?", max_length=40, default="Polish"),
            _field("select", "level", "Your level", options=["beginner", "intermediate", "advanced"], default="beginner"),
        ],
        opening_statement="Hello! Say something in the language you learn.",
        suggested_questions=["How do I introduce myself?", "Let us order in a café."],
        suggested_questions_after_answer={"enabled": True},
    ),
    sample_inputs={"language": "Polish", "level": "beginner"},
    sample_query="How do I introduce myself?",
)
