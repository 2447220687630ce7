"""Templates that hold a conversation."""

from __future__ import annotations

from backend.studio.gallery.build import Template, answer, choice, flow, join, llm, node, select_input, start
from backend.studio.models import Mode

_HANDBOOK = """\
Orders placed before 14:00 on a working day leave our warehouse the same day.
Standard delivery takes two to four working days, express delivery one.
Shipping is free for orders over 50 euros; below that it costs 4.90 euros.
Goods may be returned within 30 days, unused and in their box; the refund arrives within 7 days.
Damaged goods are replaced free of charge: a photo of the damage is all we need.
The warranty on electrical devices is two years from the date of purchase.
Invoices are sent by e-mail when the goods leave; they can be downloaded again in the customer account.
A person can be reached from Monday to Friday, 9:00 to 17:00, at help@shop.example.
"""

SUPPORT = Template(
    id="support-bot",
    mode=Mode.CHATFLOW,
    icon="🛟",
    icon_background="#E0F2FE",
    name={"en": "Support bot", "zh-Hans": "客服助手"},
    description={
        "en": "Answers questions from a handbook, remembers the conversation, and hands over to a person when the model fails.",
        "zh-Hans": "根据手册回答问题，记住对话内容，模型出错时转交人工。",
    },
    category="support",
    document=flow(
        [
            start(),
            llm(
                "reply",
                "Answer from the handbook",
                (1, 0),
                system="You are the friendly support of an online shop. Answer from the context alone, in the customer's "
                "language, in at most "
                "three sentences. If the context does not tell, say so and offer the e-mail address of the team.\n\n"
                f"<context>\n{_HANDBOOK}</context>",
                memory=10,
                error_strategy="fail-branch",
                retry_config={"retry_enabled": True, "max_retries": 2, "retry_interval": 1000},
            ),
            answer("say", "Answer", (2, 0), "{{#reply.text#}}"),
            answer("sorry", "Hand over", (2, 1), "Sorry, I cannot answer right now. A person will help you: help@shop.example."),
        ],
        "start>reply reply>say reply:fail-branch>sorry",
        opening="Hello! Ask me about delivery, returns or invoices.",
        suggestions=["How long does delivery take?", "Can I return goods?", "Where is my invoice?"],
    ),
    sample_query="How long does standard delivery take?",
)

PERSONA = Template(
    id="persona-chat",
    mode=Mode.CHATFLOW,
    icon="🎭",
    icon_background="#FCE7F3",
    name={"en": "Persona chat", "zh-Hans": "角色对话"},
    description={
        "en": "A conversation with a character you choose; the whole talk is remembered.",
        "zh-Hans": "与所选角色对话，并记住整个谈话。",
    },
    category="assistant",
    document=flow(
        [
            start(
                select_input("persona", "Who should answer?", ["A patient teacher", "A strict editor", "A ship's captain", "A tour guide"])
            ),
            llm(
                "talk",
                "Talk in character",
                (1, 0),
                system="You are {{#start.persona#}}. Stay in character, speak in the user's language, be kind, and end with a question.",
                memory=20,
            ),
            answer("say", "Answer", (2, 0), "{{#talk.text#}}"),
        ],
        "start>talk talk>say",
        opening="Choose who you want to talk to, then say hello.",
    ),
    sample_inputs={"persona": "A patient teacher"},
    sample_query="Why is the sea salty?",
)

_IS_SQL = [
    {
        "id": f"is_{word.lower()}",
        "varType": "string",
        "variable_selector": ["sys", "query"],
        "comparison_operator": "contains",
        "value": word,
    }
    for word in ("select", "SELECT", "insert", "INSERT", "update", "UPDATE", "delete", "DELETE")
]

SQL = Template(
    id="sql-explainer",
    mode=Mode.CHATFLOW,
    icon="🗃️",
    icon_background="#EDE9FE",
    name={"en": "SQL explainer", "zh-Hans": "SQL 讲解"},
    description={
        "en": "Explains a statement and looks for risks at the same time; anything that is not SQL gets a hint.",
        "zh-Hans": "同时讲解语句并检查风险；不是 SQL 时给出提示。",
    },
    category="assistant",
    document=flow(
        [
            start(),
            node(
                "is_sql",
                "if-else",
                "Is it SQL?",
                (1, 0),
                cases=[{"case_id": "sql", "logical_operator": "or", "conditions": _IS_SQL}],
            ),
            llm(
                "explain",
                "Explain",
                (2, -0.5),
                system="Explain the SQL statement step by step to somebody who knows tables but little SQL.",
                user="{{#sys.query#}}",
            ),
            llm(
                "risks",
                "Look for risks",
                (2, 0.5),
                system="Name what could go wrong with the SQL statement: missing conditions, slow scans, injection, locks. At "
                "most three points.",
                user="{{#sys.query#}}",
            ),
            answer("say", "Answer", (3, 0), "**What it does**\n\n{{#explain.text#}}\n\n**What to watch**\n\n{{#risks.text#}}"),
            answer("hint", "Ask for SQL", (2, 1.6), "This does not look like SQL. Paste a statement that begins with SELECT, for example."),
        ],
        "start>is_sql is_sql:sql>explain is_sql:sql>risks explain>say risks>say is_sql:false>hint",
        opening="Paste an SQL statement.",
        suggestions=["SELECT name, count(*) FROM orders GROUP BY name HAVING count(*) > 3"],
    ),
    sample_query="SELECT name, count(*) FROM orders GROUP BY name HAVING count(*) > 3",
)

TRIAGE = Template(
    id="help-desk",
    mode=Mode.CHATFLOW,
    icon="🚦",
    icon_background="#DCFCE7",
    name={"en": "Help desk with two experts", "zh-Hans": "双专家服务台"},
    description={
        "en": "Finds out what a question is about, lets the right expert answer, and remembers the conversation.",
        "zh-Hans": "判断问题类型，由合适的专家回答，并记住对话。",
    },
    category="routing",
    document=flow(
        [
            start(),
            llm(
                "topic",
                "Find the topic",
                (1, 0),
                system="Classify the question. Categories: billing, technical, other\nReply with the category alone.",
                user="{{#sys.query#}}",
            ),
            choice("route", "Which expert?", (2, 0), ["topic", "text"], "contains", {"billing": "billing", "technical": "technical"}),
            llm(
                "billing_expert",
                "Billing expert",
                (3, -0.8),
                system="You answer questions about invoices, payments and refunds. Be exact and short.",
                memory=10,
            ),
            llm(
                "technical_expert",
                "Technical expert",
                (3, 0),
                system="You solve technical problems. Ask for what you need to know, then give numbered steps.",
                memory=10,
            ),
            llm("generalist", "Generalist", (3, 0.8), system="You are a helpful, brief assistant.", memory=10),
            join("reply", "Whoever answered", (4, 0), ["billing_expert", "text"], ["technical_expert", "text"], ["generalist", "text"]),
            answer("say", "Answer", (5, 0), "{{#reply.output#}}"),
        ],
        "start>topic topic>route route:billing>billing_expert route:technical>technical_expert route:false>generalist "
        "billing_expert>reply technical_expert>reply generalist>reply reply>say",
        opening="What can we do for you?",
        suggestions=["I was charged twice.", "The app crashes when I log in."],
    ),
    sample_query="I was charged twice for my invoice, can I get a refund?",
)
