"""Templates that turn a text into data and act on it."""

from __future__ import annotations

from backend.studio.gallery.build import (
    Template,
    choice,
    end,
    flow,
    join,
    list_of,
    llm,
    number_input,
    object_schema,
    start,
    template,
    text_input,
    text_of,
)
from backend.studio.models import Mode

EXTRACT = Template(
    id="extract-data",
    mode=Mode.WORKFLOW,
    icon="🧲",
    icon_background="#CCFBF1",
    name={"en": "Extract data from a text", "zh-Hans": "从文本提取数据"},
    description={
        "en": "Fills a fixed shape from any text (structured output) and shows it as a table.",
        "zh-Hans": "把任意文本填入固定结构（结构化输出），并以表格呈现。",
    },
    category="data",
    document=flow(
        [
            start(text_input("text", "Text", long=True)),
            llm(
                "extract",
                "Extract",
                (1, 0),
                system="Extract the data from the text. Leave a field empty when the text does not tell.",
                user="<text>{{#start.text#}}</text>",
                schema=object_schema(
                    person_name=text_of("Name of the person who writes"),
                    company=text_of("Name of the company"),
                    email=text_of("E-mail address"),
                    date=text_of("Date that is mentioned, as YYYY-MM-DD"),
                    amount={"type": "number", "description": "Amount of money"},
                    topics=list_of({"type": "string"}, "What it is about, one word each"),
                ),
            ),
            template(
                "table",
                "As a table",
                (2, 0),
                "| Field | Value |\n| --- | --- |\n{% for name in data %}{% if data[name] is string %}| {{ name }} | {{ data[name] }} |\n"
                "{% elif data[name] is number %}| {{ name }} | {{ data[name] }} |\n{% else %}| {{ name }} | {{ data[name]|join(', ') }} |\n"
                "{% endif %}{% endfor %}",
                data=("extract", "structured_output"),
            ),
            end((3, 0), data=("extract", "structured_output"), table=("table", "output")),
        ],
        "start>extract extract>table table>end",
    ),
    sample_inputs={
        "text": "Dear team, this is Maria Lopez of Harbour Foods. On 2026-03-14 we paid 249.50 euros for the oak lamps, but the "
        "invoice never "
        "arrived. Please send it to maria.lopez@harbour.example. Thank you!"
    },
)

_REPLY = "Write a polite reply to the mail, at most five sentences, in its language. "

MAIL = Template(
    id="route-mail",
    mode=Mode.WORKFLOW,
    icon="📮",
    icon_background="#FFEDD5",
    name={"en": "Classify and route mail", "zh-Hans": "邮件分类与分派"},
    description={
        "en": "Sorts a mail by topic and urgency, drafts a reply in the right tone, and names the team it belongs to.",
        "zh-Hans": "按主题和紧急程度分类邮件，用合适的语气起草回复，并指明负责团队。",
    },
    category="routing",
    document=flow(
        [
            start(text_input("subject", "Subject"), text_input("mail", "Mail", long=True)),
            llm(
                "sort",
                "Sort",
                (1, 0),
                system="Classify the mail.",
                user="<text>{{#start.subject#}}\n\n{{#start.mail#}}</text>",
                schema=object_schema(
                    category={
                        "type": "string",
                        "enum": ["billing", "technical", "sales", "other"],
                        "description": "What the mail is about",
                    },
                    urgency={"type": "string", "enum": ["low", "normal", "high"], "description": "How soon somebody has to look at it"},
                    reason=text_of("Why, in one sentence"),
                ),
                retry_config={"retry_enabled": True, "max_retries": 3, "retry_interval": 1000},
            ),
            choice(
                "route",
                "Which team?",
                (2, 0),
                ["sort", "structured_output", "category"],
                "is",
                {"billing": "billing", "technical": "technical", "sales": "sales"},
            ),
            llm("billing", "Reply of billing", (3, -1.35), system=_REPLY + "Say that billing checks the invoice.", user="{{#start.mail#}}"),
            llm("technical", "Reply of support", (3, -0.45), system=_REPLY + "Ask for the version and the steps.", user="{{#start.mail#}}"),
            llm("sales", "Reply of sales", (3, 0.45), system=_REPLY + "Offer a call this week.", user="{{#start.mail#}}"),
            llm("other", "Other", (3, 1.35), system=_REPLY + "Say that the right person is being found.", user="{{#start.mail#}}"),
            join("reply", "Draft", (4, 0), ["billing", "text"], ["technical", "text"], ["sales", "text"], ["other", "text"]),
            end(
                (5, 0),
                team=("sort", "structured_output", "category"),
                urgency=("sort", "structured_output", "urgency"),
                draft=("reply", "output"),
            ),
        ],
        "start>sort sort>route route:billing>billing route:technical>technical route:sales>sales route:false>other "
        "billing>reply technical>reply sales>reply other>reply reply>end",
    ),
    sample_inputs={
        "subject": "Charged twice",
        "mail": "Hello, my card was charged twice for invoice 4711. Please refund one of the payments. Regards, Tom Becker",
    },
)

QUIZ = Template(
    id="quiz-maker",
    mode=Mode.WORKFLOW,
    icon="🧩",
    icon_background="#F3E8FF",
    name={"en": "Quiz maker", "zh-Hans": "测验生成"},
    description={
        "en": "Makes multiple-choice questions from a text as data, and a printable sheet from the data.",
        "zh-Hans": "根据文本生成选择题数据，并排成可打印的试卷。",
    },
    category="data",
    document=flow(
        [
            start(text_input("text", "Text", long=True), number_input("count", "How many questions?", 3)),
            llm(
                "make",
                "Make questions",
                (1, 0),
                system="Make {{#start.count#}} multiple-choice questions about the text, each with four options of which one is right.",
                user="<text>{{#start.text#}}</text>",
                schema=object_schema(
                    title=text_of("A title for the quiz"),
                    questions=list_of(
                        object_schema(
                            question=text_of("The question"),
                            options={**list_of({"type": "string"}, "Four options"), "minItems": 4, "maxItems": 4},
                            answer=text_of("The right option"),
                        ),
                        "The questions",
                    ),
                ),
            ),
            template(
                "sheet",
                "Lay out the sheet",
                (2, 0),
                "# {{ quiz.title }}\n{% for item in quiz.questions %}\n**{{ loop.index }}. {{ item.question }}**\n"
                "{% for option in item.options %}\n- [ ] {{ option }}{% endfor %}\n{% endfor %}",
                quiz=("make", "structured_output"),
            ),
            end((3, 0), sheet=("sheet", "output"), quiz=("make", "structured_output")),
        ],
        "start>make make>sheet sheet>end",
    ),
    sample_inputs={
        "text": "The moon pulls on the oceans and causes two high tides a day. The sun helps: when both pull in one line, the "
        "tide is a spring tide.",
        "count": 3,
    },
)

MINUTES = Template(
    id="meeting-minutes",
    mode=Mode.WORKFLOW,
    icon="📝",
    icon_background="#ECFCCB",
    name={"en": "Meeting minutes", "zh-Hans": "会议纪要"},
    description={
        "en": "Summary and action items are worked out side by side from rough notes, then set as minutes.",
        "zh-Hans": "从粗略笔记并行整理摘要和待办事项，再排成纪要。",
    },
    category="data",
    document=flow(
        [
            start(text_input("meeting", "Meeting"), text_input("notes", "Notes", long=True)),
            llm(
                "summary",
                "Summary",
                (1, -0.5),
                system="Summarise the notes of the meeting in a few sentences. Add nothing.",
                user="<text>{{#start.notes#}}</text>",
            ),
            llm(
                "actions",
                "Action items",
                (1, 0.5),
                system="Find what was decided and who has to do what by when.",
                user="<text>{{#start.notes#}}</text>",
                schema=object_schema(
                    decisions=list_of({"type": "string"}, "What was decided"),
                    tasks=list_of(
                        object_schema(
                            task=text_of("What to do"), owner_name=text_of("Name of the person"), due_date=text_of("Date, or empty")
                        ),
                        "Who does what",
                    ),
                ),
            ),
            template(
                "minutes",
                "Minutes",
                (2, 0),
                "# {{ meeting }}\n\n{{ summary }}\n\n## Decisions\n{% for item in found.decisions %}\n- {{ item }}{% endfor "
                "%}\n\n## Tasks\n"
                "{% for item in found.tasks %}\n- [ ] {{ item.task }} ({{ item.owner_name }}{% if item.due_date %}, {{ "
                "item.due_date }}{% endif %})"
                "{% endfor %}\n",
                meeting=("start", "meeting"),
                summary=("summary", "text"),
                found=("actions", "structured_output"),
            ),
            end((3, 0), minutes=("minutes", "output"), actions=("actions", "structured_output")),
        ],
        "start>summary start>actions summary>minutes actions>minutes minutes>end",
    ),
    sample_inputs={
        "meeting": "Harbour festival, second planning meeting",
        "notes": "Everybody agreed to open the gates at ten. Anna Berg orders the tents until 2026-05-04. The budget was raised "
        "to 4,000 euros. "
        "Parking stays a problem. Next meeting in two weeks.",
    },
)

REVIEW = Template(
    id="reviewer",
    mode=Mode.WORKFLOW,
    icon="🔍",
    icon_background="#FEE2E2",
    name={"en": "Reviewer", "zh-Hans": "评审助手"},
    description={
        "en": "Scores a text; what passes gets a praise, what does not gets a list of changes. Goes on when scoring fails.",
        "zh-Hans": "为文本打分：通过则给予肯定，否则列出修改建议。评分出错时仍会继续。",
    },
    category="writing",
    document=flow(
        [
            start(
                text_input("text", "Text", long=True),
                text_input("goal", "What should it achieve?", required=False, default="inform clearly"),
            ),
            llm(
                "score",
                "Score",
                (1, 0),
                system="Score how well the text reaches this goal: {{#start.goal#}}. 1 is poor, 10 excellent.",
                user="<text>{{#start.text#}}</text>",
                schema=object_schema(
                    score={"type": "integer", "minimum": 1, "maximum": 10, "description": "1 to 10"},
                    strength=text_of("What is best about it"),
                    weakness=text_of("What is weakest about it"),
                ),
                error_strategy="fail-branch",
            ),
            choice("passed", "Good enough?", (2, 0), ["score", "structured_output", "score"], "≥", {"pass": "7"}),
            llm("praise", "Praise", (3, -0.8), system="Say in two sentences what makes this text good.", user="{{#start.text#}}"),
            llm(
                "changes",
                "Ask for changes",
                (3, 0),
                system="List up to five concrete changes, most important first.",
                user="{{#start.text#}}",
            ),
            template(
                "unscored",
                "No score",
                (3, 0.8),
                "The text could not be scored ({{ reason }}). Please have a person look at it.",
                reason=("score", "error_message"),
            ),
            join("verdict", "Verdict", (4, 0), ["praise", "text"], ["changes", "text"], ["unscored", "output"]),
            end((5, 0), verdict=("verdict", "output"), score=("score", "structured_output")),
        ],
        "start>score score>passed score:fail-branch>unscored passed:pass>praise passed:false>changes "
        "praise>verdict changes>verdict unscored>verdict verdict>end",
    ),
    sample_inputs={
        "text": "Our mill opens on Sunday at 10. Bring children: they may turn the stone themselves. Entry is free, flour costs "
        "3 euros a bag.",
        "goal": "invite families",
    },
)
