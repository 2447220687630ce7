"""Templates in which people decide, the conversation remembers, or files are read."""

from __future__ import annotations

from backend.studio.gallery.build import Template, answer, end, flow, join, llm, node, start, template, text_input
from backend.studio.gallery.steps import assign, classifier, code, extractor, parameter, remembered
from backend.studio.models import Mode

APPROVE = Template(
    id="approve-a-reply",
    mode=Mode.WORKFLOW,
    icon="✍️",
    icon_background="#FCE7F3",
    name={"en": "A person approves", "zh-Hans": "人工审批回复"},
    description={
        "en": "Drafts a reply, waits until somebody approves, corrects or refuses it, and goes on from there.",
        "zh-Hans": "起草回复，等待人员批准、修改或拒绝，然后继续执行。",
    },
    category="support",
    document=flow(
        [
            start(text_input("mail", "Mail from a customer", long=True)),
            llm("draft", "Draft", (1, 0), system="Draft a friendly reply to the customer's mail.", user="{{#start.mail#}}"),
            node(
                "ask",
                "human-input",
                "Ask a person",
                (2, 0),
                form_content="A customer wrote:\n\n> {{#start.mail#}}\n\nThe draft:\n\n{{#draft.text#}}\n\n"
                "Your correction, if any:\n\n{{#$output.correction#}}",
                inputs=[
                    {
                        "type": "paragraph",
                        "output_variable_name": "correction",
                        "default": {"type": "constant", "selector": [], "value": ""},
                    }
                ],
                user_actions=[
                    {"id": "approve", "title": "Send as it is", "button_style": "primary"},
                    {"id": "correct", "title": "Send my correction", "button_style": "default"},
                    {"id": "refuse", "title": "Do not answer", "button_style": "ghost"},
                ],
                timeout=3,
                timeout_unit="day",
                delivery_methods=[{"id": "webapp", "type": "webapp", "enabled": True}],
            ),
            template("as_is", "As drafted", (3, -0.6), "{{ said }}", said=("draft", "text")),
            template("corrected", "As corrected", (3, 0.1), "{{ said }}", said=("ask", "correction")),
            template("unanswered", "Not answered", (3, 0.8), "No reply is sent."),
            join("reply", "Whichever", (4, 0), ["as_is", "output"], ["corrected", "output"], ["unanswered", "output"]),
            end((5, 0), reply=("reply", "output")),
        ],
        "start>draft draft>ask ask:approve>as_is ask:correct>corrected ask:refuse>unanswered ask:__timeout>unanswered "
        "as_is>reply corrected>reply unanswered>reply reply>end",
    ),
    sample_inputs={"mail": "Hello, my parcel has not come yet. Where is it?"},
)

DESK = Template(
    id="front-desk",
    mode=Mode.CHATFLOW,
    icon="🛎️",
    icon_background="#FEF3C7",
    name={"en": "Front desk", "zh-Hans": "前台接待"},
    description={
        "en": "A classifier sends each question its way: orders, complaints, small talk.",
        "zh-Hans": "分类器为每个问题选择去向：订单、投诉或闲聊。",
    },
    category="routing",
    document=flow(
        [
            start(),
            classifier(
                "topic",
                "What is it about?",
                (1, 0),
                ("sys", "query"),
                {"orders": "Orders, delivery, prices", "complaint": "Complaints, refunds, broken goods", "talk": "Anything else"},
            ),
            llm(
                "orders", "Orders", (2, -0.8), system="You answer questions about orders and delivery. Ask for the order number.", memory=10
            ),
            llm(
                "complaint", "Complaints", (2, 0), system="You take complaints seriously. Say sorry once, then offer a way out.", memory=10
            ),
            llm("talk", "Small talk", (2, 0.8), system="You chat kindly, in one or two sentences.", memory=10),
            join("reply", "Whoever answered", (3, 0), ["orders", "text"], ["complaint", "text"], ["talk", "text"]),
            answer("say", "Answer", (4, 0), "{{#reply.output#}}"),
        ],
        "start>topic topic:orders>orders topic:complaint>complaint topic:talk>talk orders>reply complaint>reply talk>reply reply>say",
        opening="Welcome! What may I do for you?",
        suggestions=["When will my order arrive?", "My lamp is broken."],
    ),
    sample_query="My lamp arrived broken, I want a refund.",
)

_MISSING = """\
def main(date: str, people: str, name: str) -> dict:
    wanted = {"the day": date, "the number of people": people, "a name": name}
    missing = [label for label, value in wanted.items() if not value]
    return {"missing": ", ".join(missing), "complete": "no" if missing else "yes"}
"""


def _kept(id: str, name: str, at: tuple[float, float]) -> list[dict[str, object]]:
    """A branch that remembers a value of the extractor if it is there."""
    return [
        node(
            f"has_{name}",
            "if-else",
            f"A {id}?",
            at,
            cases=[
                {
                    "case_id": "yes",
                    "logical_operator": "and",
                    "conditions": [
                        {
                            "id": f"c_{name}",
                            "varType": "string",
                            "variable_selector": ["read", name],
                            "comparison_operator": "not empty",
                            "value": "",
                        }
                    ],
                }
            ],
        ),
        assign(f"keep_{name}", f"Remember the {id}", (at[0] + 1, at[1]), (("conversation", name), "over-write", ["read", name])),
    ]


BOOKING = Template(
    id="booking",
    mode=Mode.CHATFLOW,
    icon="🍽️",
    icon_background="#DCFCE7",
    name={"en": "Booking a table", "zh-Hans": "餐厅订位"},
    description={
        "en": "Takes day, people and name out of what is said, remembers them, and asks for what is missing.",
        "zh-Hans": "从对话中提取日期、人数和姓名并记住，再询问缺少的内容。",
    },
    category="assistant",
    document=flow(
        [
            start(),
            extractor(
                "read",
                "What is new?",
                (1, 0),
                ("sys", "query"),
                [
                    parameter("date", "the day of the visit"),
                    parameter("people", "for how many people, as digits"),
                    parameter("name", "the guest's name"),
                ],
                "Leave empty what is not said.",
            ),
            *_kept("day", "date", (2, -0.8)),
            *_kept("number", "people", (2, 0)),
            *_kept("name", "name", (2, 0.8)),
            code(
                "check",
                "What is missing?",
                (4, 0),
                _MISSING,
                {"missing": "string", "complete": "string"},
                date=("conversation", "date"),
                people=("conversation", "people"),
                name=("conversation", "name"),
            ),
            node(
                "done",
                "if-else",
                "Complete?",
                (5, 0),
                cases=[
                    {
                        "case_id": "yes",
                        "logical_operator": "and",
                        "conditions": [
                            {
                                "id": "c_done",
                                "varType": "string",
                                "variable_selector": ["check", "complete"],
                                "comparison_operator": "is",
                                "value": "yes",
                            }
                        ],
                    }
                ],
            ),
            llm(
                "confirm",
                "Confirm",
                (6, -0.4),
                system="You take table reservations. Confirm in one sentence: {{#conversation.people#}} people, {{#conversation.date#}}, "
                "for {{#conversation.name#}}.",
                user="{{#sys.query#}}",
            ),
            answer("booked", "Booked", (7, -0.4), "{{#confirm.text#}}"),
            llm(
                "ask",
                "Ask for the rest",
                (6, 0.4),
                system="You take table reservations. Ask kindly, in one sentence, for: {{#check.missing#}}.",
                memory=6,
            ),
            answer("say", "Ask", (7, 0.4), "{{#ask.text#}}"),
        ],
        "start>read read>has_date read>has_people read>has_name has_date:yes>keep_date has_people:yes>keep_people has_name:yes>keep_name "
        "has_date:false>check has_people:false>check has_name:false>check keep_date>check keep_people>check keep_name>check "
        "check>done done:yes>confirm confirm>booked done:false>ask ask>say",
        opening="When would you like to come, and with how many?",
        suggestions=["A table for four on Friday, please."],
        remembered=[
            remembered("date", "string", "", "the day of the visit"),
            remembered("people", "string", "", "how many come"),
            remembered("name", "string", "", "who books"),
        ],
    ),
    sample_query="A table for four on Friday, please.",
)

COACH = Template(
    id="interview-coach",
    mode=Mode.CHATFLOW,
    icon="🎙️",
    icon_background="#E0E7FF",
    name={"en": "Interview coach", "zh-Hans": "面试教练"},
    description={
        "en": "Counts the answers of a practice interview; after the third it gives feedback on all of them.",
        "zh-Hans": "模拟面试并统计回答次数，第三次回答后给出整体反馈。",
    },
    category="education",
    document=flow(
        [
            start(text_input("job", "Which job?", default="baker")),
            assign(
                "count",
                "Count and keep",
                (1, 0),
                (("conversation", "count"), "+=", 1),
                (("conversation", "answers"), "append", ["sys", "query"]),
            ),
            node(
                "enough",
                "if-else",
                "Three answers?",
                (2, 0),
                cases=[
                    {
                        "case_id": "yes",
                        "logical_operator": "and",
                        "conditions": [
                            {
                                "id": "c_enough",
                                "varType": "number",
                                "variable_selector": ["conversation", "count"],
                                "comparison_operator": "≥",
                                "value": "3",
                            }
                        ],
                    }
                ],
            ),
            llm(
                "feedback",
                "Feedback",
                (3, -0.4),
                system="Give feedback on the answers of an applicant for the job: {{#start.job#}}. What was good, what could be better?",
                user="{{#conversation.answers#}}",
            ),
            llm(
                "next",
                "Next question",
                (3, 0.4),
                system="You interview an applicant for the job: {{#start.job#}}. Ask one question.",
                memory=10,
            ),
            answer("tell", "Tell", (4, -0.4), "{{#feedback.text#}}"),
            answer("say", "Ask", (4, 0.4), "{{#next.text#}}"),
        ],
        "start>count count>enough enough:yes>feedback enough:false>next feedback>tell next>say",
        opening="Tell me about yourself and why you want the job.",
        remembered=[remembered("count", "number", 0, "answers so far"), remembered("answers", "array[string]", [], "the answers")],
    ),
    sample_inputs={"job": "baker"},
    sample_query="I get up early and I like the smell of bread.",
)

FILES = Template(
    id="ask-a-file",
    mode=Mode.CHATFLOW,
    icon="📎",
    icon_background="#E0F2FE",
    name={"en": "Ask about a file", "zh-Hans": "文件问答"},
    description={
        "en": "Reads documents that are sent with a question and answers from them; without one it asks for a file.",
        "zh-Hans": "读取随问题发送的文档并据此回答；没有文件时会请用户上传。",
    },
    category="assistant",
    document=flow(
        [
            start(),
            node(
                "any",
                "if-else",
                "Is there a file?",
                (1, 0),
                cases=[
                    {
                        "case_id": "yes",
                        "logical_operator": "and",
                        "conditions": [
                            {
                                "id": "c_any",
                                "varType": "array[file]",
                                "variable_selector": ["sys", "files"],
                                "comparison_operator": "not empty",
                                "value": "",
                            }
                        ],
                    }
                ],
            ),
            node("read", "document-extractor", "Read it", (2, -0.4), variable_selector=["sys", "files"], is_array_file=True),
            template("context", "Put together", (3, -0.4), "{{ texts | join('\n\n') }}", texts=("read", "text")),
            llm(
                "reply",
                "Answer from it",
                (4, -0.4),
                system="Answer from the context alone, and quote the sentence you rely on.\n\n<context>{{#context.output#}}</context>",
                memory=10,
            ),
            llm(
                "ask",
                "Ask for a file",
                (2, 0.5),
                system="You answer questions about files. Ask for one, in one sentence.",
                user="{{#sys.query#}}",
            ),
            answer("say", "Answer", (5, -0.4), "{{#reply.text#}}"),
            answer("please", "Ask", (3, 0.5), "{{#ask.text#}}"),
        ],
        "start>any any:yes>read read>context context>reply reply>say any:false>ask ask>please",
        opening="Send me a document (PDF, Word, Excel, text …) and ask.",
        uploads=True,
    ),
    sample_query="What does the contract say about notice?",
)

LIST = Template(
    id="shopping-list",
    mode=Mode.CHATFLOW,
    icon="🛒",
    icon_background="#FEF9C3",
    name={"en": "Shopping list", "zh-Hans": "购物清单"},
    description={
        "en": "A list that a conversation keeps: every message adds to it.",
        "zh-Hans": "由对话维护的清单：每条消息都会追加内容。",
    },
    category="assistant",
    document=flow(
        [
            start(),
            extractor("read", "What to buy?", (1, 0), ("sys", "query"), [parameter("item", "what to buy", required=True)]),
            assign("add", "Put it on the list", (2, 0), (("conversation", "list"), "append", ["read", "item"])),
            template("show", "The list", (3, 0), "{% for item in list %}- {{ item }}\n{% endfor %}", list=("conversation", "list")),
            llm("comment", "A word on it", (4, 0), system="Say one friendly sentence about the shopping list.", user="{{#show.output#}}"),
            answer("say", "Answer", (5, 0), "{{#show.output#}}\n{{#comment.text#}}"),
        ],
        "start>read read>add add>show show>comment comment>say",
        opening="Tell me what you need.",
        suggestions=["Two litres of milk", "Bread"],
        remembered=[remembered("list", "array[string]", [], "what to buy")],
    ),
    sample_query="Two litres of milk",
)
