"""Templates that turn a text into a better or shorter one."""

from __future__ import annotations

from backend.studio.gallery.build import Template, choice, end, flow, join, llm, select_input, start, template, text_input
from backend.studio.models import Mode

_ARTICLE = (
    "Tide mills use the rise and fall of the sea to grind grain. At high tide water flows through a gate into a pond; when the "
    "sea falls, the "
    "gate closes and the stored water drives a wheel. Such mills ran for about six hours after each high tide, day and night, "
    "whatever the wind. "
    "The oldest known tide mill in Ireland dates from the year 619. In the eighteenth century there were several hundred along "
    "the Atlantic coast. "
    "Steam made most of them useless within a few decades. A handful have been restored and still grind flour for visitors."
)

TRANSLATE = Template(
    id="translate-polish",
    mode=Mode.WORKFLOW,
    icon="🌐",
    icon_background="#DBEAFE",
    name={"en": "Translate and polish", "zh-Hans": "翻译与润色"},
    description={
        "en": "Translates, criticises its own draft, then writes the final version: reflection in three steps.",
        "zh-Hans": "先翻译，再审视自己的初稿，最后写出定稿：三步反思。",
    },
    category="writing",
    document=flow(
        [
            start(
                text_input("text", "Text", long=True),
                select_input("language", "Into which language?", ["Chinese", "English", "German", "French", "Spanish", "Japanese"]),
            ),
            llm(
                "draft",
                "Draft",
                (1, 0),
                system="Translate the text into {{#start.language#}}. Keep names, numbers and line breaks. Reply with the "
                "translation alone.",
                user="<text>{{#start.text#}}</text>",
            ),
            llm(
                "critique",
                "Critique",
                (2, 0.7),
                system="Compare the draft in {{#start.language#}} with the original. List what is wrong, stiff or missing, one "
                "point per line.",
                user="Original:\n{{#start.text#}}\n\nDraft:\n{{#draft.text#}}",
            ),
            llm(
                "final",
                "Final version",
                (3, 0),
                system="Translate the text into {{#start.language#}}. Start from the draft and mend what the critique names. "
                "Reply with the final "
                "translation alone.\n\nDraft: {{#draft.text#}}\n\nCritique: {{#critique.text#}}",
                user="<text>{{#start.text#}}</text>",
            ),
            end((4, 0), translation=("final", "text"), draft=("draft", "text"), critique=("critique", "text")),
        ],
        "start>draft draft>critique critique>final final>end",
    ),
    sample_inputs={"text": "Hello, thank you for your order. Delivery takes three days.", "language": "Chinese"},
)

_SUMMARISE = "Summarise the text {{#start.audience#}} in the language of the text. "

SUMMARY = Template(
    id="summarise",
    mode=Mode.WORKFLOW,
    icon="📚",
    icon_background="#FEF3C7",
    name={"en": "Summarise a long text", "zh-Hans": "长文摘要"},
    description={
        "en": "One sentence, key points or a page: a branch per length, joined again at the end.",
        "zh-Hans": "一句话、要点或一页纸：按长度分支，最后汇合。",
    },
    category="writing",
    document=flow(
        [
            start(
                text_input("text", "Text", long=True),
                select_input("length", "How long?", ["one sentence", "key points", "one page"]),
                text_input("audience", "For whom?", required=False, default="for a busy reader"),
            ),
            choice("by_length", "How long?", (1, 0), ["start", "length"], "is", {"short": "one sentence", "points": "key points"}),
            llm("short", "One sentence", (2, -0.8), system=_SUMMARISE + "Use a single sentence.", user="<text>{{#start.text#}}</text>"),
            llm(
                "points", "Key points", (2, 0), system=_SUMMARISE + "Use at most seven bullet points.", user="<text>{{#start.text#}}</text>"
            ),
            llm(
                "page",
                "One page",
                (2, 0.8),
                system=_SUMMARISE + "Write one page with a heading per topic.",
                user="<text>{{#start.text#}}</text>",
            ),
            join("summary", "Whichever ran", (3, 0), ["short", "text"], ["points", "text"], ["page", "text"]),
            end((4, 0), summary=("summary", "output")),
        ],
        "start>by_length by_length:short>short by_length:points>points by_length:false>page short>summary points>summary "
        "page>summary summary>end",
    ),
    sample_inputs={"text": _ARTICLE, "length": "key points", "audience": "for a busy reader"},
)

RESEARCH = Template(
    id="research-steps",
    mode=Mode.WORKFLOW,
    icon="🔭",
    icon_background="#E0E7FF",
    name={"en": "Research in steps", "zh-Hans": "分步研究"},
    description={
        "en": "Three questions are worked on at the same time; a report brings the answers together.",
        "zh-Hans": "三个问题同时展开，最后汇成一份报告。",
    },
    category="research",
    document=flow(
        [
            start(text_input("topic", "Topic"), text_input("notes", "What you know already", long=True, required=False)),
            llm(
                "background",
                "Background",
                (1, -0.9),
                system="Explain the background of the topic: what it is, since when, who is involved.\n\nContext: {{#start.notes#}}",
                user="{{#start.topic#}}",
            ),
            llm(
                "arguments",
                "For and against",
                (1, 0),
                system="Give the three strongest arguments for and against, each in one sentence.\n\nContext: {{#start.notes#}}",
                user="{{#start.topic#}}",
            ),
            llm(
                "questions",
                "Open questions",
                (1, 0.9),
                system="List what is not known yet and how one could find out.\n\nContext: {{#start.notes#}}",
                user="{{#start.topic#}}",
            ),
            template(
                "dossier",
                "Bring together",
                (2, 0),
                "# {{ topic }}\n\n## Background\n\n{{ background }}\n\n## For and against\n\n{{ arguments }}\n\n## Open "
                "questions\n\n{{ questions }}\n",
                topic=("start", "topic"),
                background=("background", "text"),
                arguments=("arguments", "text"),
                questions=("questions", "text"),
            ),
            llm(
                "report",
                "Short report",
                (3, 0),
                system="Summarise the material for a decision: what is certain, what is not, what to do next.",
                user="<text>{{#dossier.output#}}</text>",
            ),
            end((4, 0), report=("report", "text"), dossier=("dossier", "output")),
        ],
        "start>background start>arguments start>questions background>dossier arguments>dossier questions>dossier dossier>report report>end",
    ),
    sample_inputs={"topic": "How did tide mills work?", "notes": _ARTICLE},
)

_BRIEF = "\n\n<context>{{#brief.output#}}</context>"

COPY = Template(
    id="product-copy",
    mode=Mode.WORKFLOW,
    icon="🛍️",
    icon_background="#FFE4E6",
    name={"en": "Product copy", "zh-Hans": "商品文案"},
    description={
        "en": "Headline, description and social post, written at the same time from one set of facts.",
        "zh-Hans": "根据同一组信息同时写出标题、介绍和社交帖子。",
    },
    category="writing",
    document=flow(
        [
            start(
                text_input("product", "Product"),
                text_input("facts", "Facts about it", long=True),
                select_input("tone", "Tone", ["warm", "factual", "playful"]),
            ),
            template(
                "brief",
                "Brief",
                (1, 0),
                "Product: {{ product }}\nTone: {{ tone }}\nFacts: {{ facts|trim }}",
                product=("start", "product"),
                facts=("start", "facts"),
                tone=("start", "tone"),
            ),
            llm("headline", "Headline", (2, -0.9), system="Write one headline of at most ten words." + _BRIEF, user="{{#start.product#}}"),
            llm(
                "body",
                "Description",
                (2, 0),
                system="Write a product page text of about 120 words. Invent no facts." + _BRIEF,
                user="{{#start.product#}}",
            ),
            llm(
                "social",
                "Social post",
                (2, 0.9),
                system="Write a post of at most 280 characters with one hashtag." + _BRIEF,
                user="{{#start.product#}}",
            ),
            end((3, 0), headline=("headline", "text"), description=("body", "text"), post=("social", "text")),
        ],
        "start>brief brief>headline brief>body brief>social headline>end body>end social>end",
    ),
    sample_inputs={
        "product": "Tide lamp",
        "facts": "A reading lamp of oiled oak. The light follows the time of day. Runs for 40 hours on one charge.",
        "tone": "warm",
    },
)
