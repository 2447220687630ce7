"""Templates that do the same with every item of a list, or again until it is good."""

from __future__ import annotations

from backend.studio.gallery.build import Template, end, flow, llm, number_input, select_input, start, template, text_input
from backend.studio.gallery.steps import assign, code, condition, each, inside, loop_variable, repeat
from backend.studio.models import Mode

_SPLIT_TEXT = """\
def main(text: str, size: float) -> dict:
    parts, part = [], ""
    for paragraph in text.split("\\n"):
        if part and len(part) + len(paragraph) > size:
            parts.append(part)
            part = ""
        part = (part + "\\n" + paragraph).strip()
    if part:
        parts.append(part)
    return {"parts": parts, "count": len(parts)}
"""

_SPLIT_LINES = """\
def main(text: str) -> dict:
    lines = [line.strip() for line in text.split("\\n")]
    return {"lines": [line for line in lines if line]}
"""

_CHAPTERS = """\
The mill stands at the mouth of the river. Twice a day the tide fills the pond behind the dam.
When the sea falls, the miller opens the gate and the stored water drives the wheel for about six hours.
The wheel turns two pairs of stones. One grinds wheat for the bakers, the other barley for the farms.
In winter, ice on the pond has to be broken before the first tide. In summer the mill works at night, when it is cool.
Since 1998 the mill has been a museum. Visitors may grind a bag of flour and take it home."""

BOOK = Template(
    id="summarise-in-parts",
    mode=Mode.WORKFLOW,
    icon="📖",
    icon_background="#FEF9C3",
    name={"en": "Summarise in parts", "zh-Hans": "分段总结长文"},
    description={
        "en": "Cuts a text that is too long for one prompt, summarises the parts side by side, and joins them.",
        "zh-Hans": "把超长文本切成若干段，并行总结后再合并。",
    },
    category="writing",
    document=flow(
        [
            start(text_input("text", "Text", long=True), number_input("size", "Characters per part", 6000)),
            code(
                "cut",
                "Cut into parts",
                (1, 0),
                _SPLIT_TEXT,
                {"parts": "array[string]", "count": "number"},
                text=("start", "text"),
                size=("start", "size"),
            ),
            *each(
                "every",
                "Every part",
                (2, -0.2),
                ("cut", "parts"),
                ("part", "text"),
                [
                    inside(
                        llm(
                            "part",
                            "Summarise the part",
                            (0, 0),
                            system="Summarise the text in three sentences.",
                            user="<text>{{#every.item#}}</text>",
                        ),
                        0,
                    )
                ],
                at_once=4,
            ),
            template(
                "join", "Join", (4, 0), "{% for part in parts %}{{ loop.index }}. {{ part }}\n{% endfor %}", parts=("every", "output")
            ),
            llm(
                "whole", "The whole in short", (5, 0), system="Summarise the text in one paragraph.", user="<text>{{#join.output#}}</text>"
            ),
            end((6, 0), summary=("whole", "text"), parts=("every", "output"), count=("cut", "count")),
        ],
        "start>cut cut>every everystart>part every>join join>whole whole>end",
    ),
    sample_inputs={"text": _CHAPTERS, "size": 200},
)

LINES = Template(
    id="translate-lines",
    mode=Mode.WORKFLOW,
    icon="🗂️",
    icon_background="#E0F2FE",
    name={"en": "Translate a list", "zh-Hans": "逐行翻译"},
    description={
        "en": "Translates every line by itself, several at a time, and shows a table of both.",
        "zh-Hans": "逐行翻译，多行并行，并以表格对照显示。",
    },
    category="writing",
    document=flow(
        [
            start(
                text_input("text", "One text per line", long=True), select_input("language", "Into which language?", ["Chinese", "English"])
            ),
            code("cut", "Lines", (1, 0), _SPLIT_LINES, {"lines": "array[string]"}, text=("start", "text")),
            *each(
                "every",
                "Every line",
                (2, -0.2),
                ("cut", "lines"),
                ("line", "text"),
                [
                    inside(
                        llm(
                            "line",
                            "Translate",
                            (0, 0),
                            system="Translate the text into {{#start.language#}}. Reply with the translation alone.",
                            user="<text>{{#every.item#}}</text>",
                        ),
                        0,
                    )
                ],
                at_once=5,
            ),
            template(
                "table",
                "Table",
                (4, 0),
                "| Original | Translation |\n|---|---|\n{% for line in lines %}| {{ line }} | {{ done[loop.index0] }} |\n{% endfor %}",
                lines=("cut", "lines"),
                done=("every", "output"),
            ),
            end((5, 0), table=("table", "output"), translations=("every", "output")),
        ],
        "start>cut cut>every everystart>line every>table table>end",
    ),
    sample_inputs={"text": "Good morning\nThank you for your order\nDelivery takes three days", "language": "Chinese"},
)

_COUNT = """\
def main(labels: list) -> dict:
    counts = {}
    for label in labels:
        word = label.strip().lower().rstrip(".")
        for known in ("positive", "negative", "neutral"):
            if known in word:
                word = known
        counts[word] = counts.get(word, 0) + 1
    rows = sorted(counts.items(), key=lambda row: -row[1])
    table = "\\n".join("| " + name + " | " + str(count) + " |" for name, count in rows)
    return {"counts": counts, "table": "| mood | reviews |\\n|---|--:|\\n" + table}
"""

MOODS = Template(
    id="review-moods",
    mode=Mode.WORKFLOW,
    icon="🌡️",
    icon_background="#FFE4E6",
    name={"en": "Moods of reviews", "zh-Hans": "评论情绪统计"},
    description={
        "en": "Judges every review by itself, then counts with a program: numbers that a model does not make up.",
        "zh-Hans": "逐条判断评论情绪，再用程序统计：数字不由模型编造。",
    },
    category="data",
    document=flow(
        [
            start(text_input("reviews", "One review per line", long=True)),
            code("cut", "Reviews", (1, 0), _SPLIT_LINES, {"lines": "array[string]"}, text=("start", "reviews")),
            *each(
                "every",
                "Every review",
                (2, -0.2),
                ("cut", "lines"),
                ("mood", "text"),
                [
                    inside(
                        llm(
                            "mood",
                            "Judge",
                            (0, 0),
                            system="Classify the sentiment. Categories: positive, negative, neutral\nReply with the category alone.",
                            user="{{#every.item#}}",
                        ),
                        0,
                    )
                ],
                at_once=5,
            ),
            code("count", "Count", (4, 0), _COUNT, {"counts": "object", "table": "string"}, labels=("every", "output")),
            end((5, 0), table=("count", "table"), counts=("count", "counts")),
        ],
        "start>cut cut>every everystart>mood every>count count>end",
    ),
    sample_inputs={"reviews": "I love this lamp, it is great.\nTerrible, it broke after a day.\nIt is a lamp.\nExcellent, very happy!"},
)

GLOSSARY = Template(
    id="glossary",
    mode=Mode.WORKFLOW,
    icon="🔤",
    icon_background="#DCFCE7",
    name={"en": "Glossary of a text", "zh-Hans": "术语表"},
    description={
        "en": "Finds the terms of a text as a list, explains each by itself, and writes a glossary.",
        "zh-Hans": "先列出文中术语，再逐一解释，生成术语表。",
    },
    category="education",
    document=flow(
        [
            start(text_input("text", "Text", long=True), text_input("reader", "For whom?", default="a newcomer")),
            llm(
                "terms",
                "Find the terms",
                (1, 0),
                system="Extract the technical terms from the text.",
                user="<text>{{#start.text#}}</text>",
                schema={
                    "type": "object",
                    "properties": {"terms": {"type": "array", "items": {"type": "string"}, "description": "technical terms"}},
                    "required": ["terms"],
                    "additionalProperties": False,
                },
            ),
            *each(
                "every",
                "Every term",
                (2, -0.2),
                ("terms", "structured_output", "terms"),
                ("entry", "output"),
                [
                    inside(
                        llm(
                            "explain",
                            "Explain",
                            (0, 0),
                            system="Explain the term to {{#start.reader#}} in one sentence.\n\n<context>{{#start.text#}}</context>",
                            user="What is {{#every.item#}}?",
                        ),
                        0,
                    ),
                    inside(
                        template(
                            "entry", "Entry", (0, 0), "**{{ term }}**: {{ meaning }}", term=("every", "item"), meaning=("explain", "text")
                        ),
                        1,
                    ),
                ],
                at_once=4,
                columns=2,
            ),
            template("page", "Glossary", (5, 0), "{{ entries | join('\n\n') }}", entries=("every", "output")),
            end((6, 0), glossary=("page", "output")),
        ],
        "start>terms terms>every everystart>explain explain>entry every>page page>end",
    ),
    sample_inputs={"text": _CHAPTERS, "reader": "a newcomer"},
)

_SCORE = """\
def main(text: str, round: float) -> dict:
    found = "".join(sign if sign.isdigit() else " " for sign in text).split()
    scores = [int(word) for word in found if int(word) <= 10]
    return {"score": scores[0] if scores else 6 + int(round)}
"""

REFINE = Template(
    id="refine-until-good",
    mode=Mode.WORKFLOW,
    icon="🔁",
    icon_background="#EDE9FE",
    name={"en": "Improve until it is good", "zh-Hans": "反复改进直到满意"},
    description={
        "en": "A loop: judge the text, mend what is criticised, stop at eight points of ten or after four rounds.",
        "zh-Hans": "循环：评分、按意见修改，达到八分或满四轮即停止。",
    },
    category="writing",
    document=flow(
        [
            start(text_input("text", "Text", long=True), text_input("aim", "What should it be?", default="clear, friendly and short")),
            *repeat(
                "rounds",
                "Until it is good",
                (1, -0.2),
                [
                    loop_variable("text", "string", ["start", "text"], selector=True),
                    loop_variable("score", "number", 0),
                    loop_variable("round", "number", 0),
                ],
                [condition("good", ("rounds", "score"), "≥", "8", "number")],
                [
                    inside(
                        llm(
                            "judge",
                            "Judge",
                            (0, 0),
                            system="Score how well the text is {{#start.aim#}}. Begin with a number from 0 to 10, then name what to mend.",
                            user="{{#rounds.text#}}",
                        ),
                        0,
                    ),
                    inside(
                        code(
                            "score",
                            "Read the score",
                            (0, 0),
                            _SCORE,
                            {"score": "number"},
                            text=("judge", "text"),
                            round=("rounds", "round"),
                        ),
                        1,
                    ),
                    inside(
                        llm(
                            "mend",
                            "Mend",
                            (0, 0),
                            system="Rewrite the text so that it is {{#start.aim#}}. Follow the criticism. Reply with "
                            "the text alone.\n\nCriticism: {{#judge.text#}}",
                            user="{{#rounds.text#}}",
                        ),
                        2,
                    ),
                    inside(
                        assign(
                            "keep",
                            "Keep for the next round",
                            (0, 0),
                            (("rounds", "text"), "over-write", ["mend", "text"]),
                            (("rounds", "score"), "over-write", ["score", "score"]),
                            (("rounds", "round"), "+=", 1),
                        ),
                        3,
                    ),
                ],
                rounds=4,
                columns=4,
            ),
            end((6, 0), text=("rounds", "text"), score=("rounds", "score"), rounds=("rounds", "round")),
        ],
        "start>rounds roundsstart>judge judge>score score>mend mend>keep rounds>end",
    ),
    sample_inputs={"text": "Your parcel is late because of reasons. We are not able to tell when.", "aim": "clear, friendly and short"},
)
