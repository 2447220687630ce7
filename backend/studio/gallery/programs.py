"""Templates in which programs and requests do what models should not."""

from __future__ import annotations

from backend.studio.gallery.build import Template, end, flow, join, llm, node, number_input, start, text_input
from backend.studio.gallery.steps import code
from backend.studio.models import Mode

_SALES = """\
month,region,units,price
January,North,120,9.5
January,South,80,9.5
February,North,150,9.9
February,South,60,9.9
March,North,90,10.5"""

_FIGURES = """\
import csv

def main(text: str) -> dict:
    rows = [row for row in csv.reader(text.strip().split("\\n")) if row]
    head, body = rows[0], rows[1:]
    lines = []
    for column in range(len(head)):
        numbers = []
        for row in body:
            try:
                numbers.append(float(row[column]))
            except (ValueError, IndexError):
                pass
        if len(numbers) == len(body) and numbers:
            mean = sum(numbers) / len(numbers)
            lines.append("| " + head[column] + " | " + str(min(numbers)) + " | " + str(round(mean, 2)) + " | " + str(max(numbers))
                         + " | " + str(round(sum(numbers), 2)) + " |")
    table = "| column | least | mean | most | sum |\\n|---|--:|--:|--:|--:|\\n" + "\\n".join(lines)
    return {"table": table, "rows": len(body)}
"""

FIGURES = Template(
    id="table-report",
    mode=Mode.WORKFLOW,
    icon="📈",
    icon_background="#DCFCE7",
    name={"en": "Report on a table", "zh-Hans": "表格分析报告"},
    description={
        "en": "A Python program computes the figures of a CSV table, a model only puts them into words.",
        "zh-Hans": "由 Python 程序计算 CSV 表格的数据，模型只负责文字说明。",
    },
    category="data",
    document=flow(
        [
            start(
                text_input("table", "Table as CSV, first line names the columns", long=True),
                text_input("question", "Question", required=False),
            ),
            code("figures", "Compute", (1, 0), _FIGURES, {"table": "string", "rows": "number"}, text=("start", "table")),
            llm(
                "words",
                "Put into words",
                (2, 0),
                system="Write a short report on the figures: what stands out, and the answer to the question if there is one.\n\n"
                "<context>{{#figures.table#}}</context>",
                user="{{#start.question#}} ({{#figures.rows#}} rows)",
            ),
            end((3, 0), figures=("figures", "table"), report=("words", "text"), rows=("figures", "rows")),
        ],
        "start>figures figures>words words>end",
    ),
    sample_inputs={"table": _SALES, "question": "What is the mean of the units?"},
)

_TASKS = """\
function main({text}) {
  const tasks = text.split("\\n").filter((line) => line.trim()).map((line) => {
    const found = line.match(/^(.*?)\\s*[(\\[](\\d+)[)\\]]\\s*$/);
    return {title: (found ? found[1] : line).trim(), points: found ? Number(found[2]) : 0};
  });
  return {tasks, total: tasks.reduce((sum, task) => sum + task.points, 0)};
}
"""

TASKS = Template(
    id="top-tasks",
    mode=Mode.WORKFLOW,
    icon="🥇",
    icon_background="#FEF3C7",
    name={"en": "The three biggest tasks", "zh-Hans": "最重要的三件事"},
    description={
        "en": "JavaScript reads a list with points, a list step filters, sorts and keeps three, a model plans the week.",
        "zh-Hans": "用 JavaScript 读取带分值的清单，列表步骤筛选、排序并取前三，模型据此安排一周。",
    },
    category="assistant",
    document=flow(
        [
            start(text_input("list", "One task per line, points in brackets", long=True)),
            code(
                "read", "Read the list", (1, 0), _TASKS, {"tasks": "array[object]", "total": "number"}, "javascript", text=("start", "list")
            ),
            node(
                "top",
                "list-operator",
                "Sort, keep three",
                (2, 0),
                variable=["read", "tasks"],
                var_type="array[object]",
                item_var_type="object",
                filter_by={"enabled": True, "conditions": [{"key": "points", "comparison_operator": ">", "value": "0"}]},
                extract_by={"enabled": False, "serial": "1"},
                order_by={"enabled": True, "key": "points", "value": "desc"},
                limit={"enabled": True, "size": 3},
            ),
            llm(
                "plan", "Plan the week", (3, 0), system="Plan a working week around the tasks, the biggest first.", user="{{#top.result#}}"
            ),
            end((4, 0), tasks=("top", "result"), plan=("plan", "text"), points=("read", "total")),
        ],
        "start>read read>top top>plan plan>end",
    ),
    sample_inputs={"list": "Write the report (8)\nAnswer mail (1)\nCall the bank (3)\nPrepare the talk (5)\nWater the plants"},
)

PAGE = Template(
    id="page-brief",
    mode=Mode.WORKFLOW,
    icon="📰",
    icon_background="#DBEAFE",
    name={"en": "Brief of a web address", "zh-Hans": "网页摘要"},
    description={
        "en": "Fetches an address and sums up what it says; an address that does not answer is told, not guessed at.",
        "zh-Hans": "读取网址并总结内容；地址无法访问时如实说明，不会猜测。",
    },
    category="research",
    document=flow(
        [
            start(text_input("url", "Address"), number_input("sentences", "How many sentences?", 4)),
            node(
                "fetch",
                "http-request",
                "Fetch",
                (1, 0),
                method="get",
                url="{{#start.url#}}",
                authorization={"type": "no-auth", "config": None},
                headers="",
                params="",
                body={"type": "none", "data": []},
                ssl_verify=True,
                variables=[],
                timeout={"max_connect_timeout": 10, "max_read_timeout": 20, "max_write_timeout": 20},
                retry_config={"retry_enabled": False, "max_retries": 1, "retry_interval": 1000},
                error_strategy="fail-branch",
            ),
            llm(
                "brief",
                "Sum up",
                (2, 0),
                system="Summarise the page in {{#start.sentences#}} sentences. Leave out menus and markup.",
                user="<text>{{#fetch.body#}}</text>",
            ),
            node(
                "sorry",
                "template-transform",
                "Say why not",
                (2, 0.8),
                variables=[
                    {"variable": "url", "value_selector": ["start", "url"]},
                    {"variable": "why", "value_selector": ["fetch", "error_message"]},
                ],
                template="{{ url }} could not be read: {{ why }}",
            ),
            join("result", "Either", (3, 0), ["brief", "text"], ["sorry", "output"]),
            end((4, 0), brief=("result", "output")),
        ],
        "start>fetch fetch>brief fetch:fail-branch>sorry brief>result sorry>result result>end",
    ),
    sample_inputs={"url": "https://example.org", "sentences": 4},
)

_COMPARE = "You answer in two sentences, {style}."

COMPARE = Template(
    id="two-answers",
    mode=Mode.WORKFLOW,
    icon="⚖️",
    icon_background="#E0E7FF",
    name={"en": "Two answers and a judge", "zh-Hans": "双答案与评审"},
    description={
        "en": "Two prompts answer at the same time, a third compares; put another model into either to compare models.",
        "zh-Hans": "两个提示词同时作答，第三个负责比较；换上不同模型即可对比模型。",
    },
    category="research",
    document=flow(
        [
            start(text_input("question", "Question", long=True)),
            llm("first", "First", (1, -0.5), system=_COMPARE.format(style="plainly and with an example"), user="{{#start.question#}}"),
            llm("second", "Second", (1, 0.5), system=_COMPARE.format(style="exactly and with numbers"), user="{{#start.question#}}"),
            llm(
                "judge",
                "Compare",
                (2, 0),
                system="Compare the two answers to the question: which is better, and why?",
                user="Question: {{#start.question#}}\n\nFirst: {{#first.text#}}\n\nSecond: {{#second.text#}}",
            ),
            end((3, 0), verdict=("judge", "text"), first=("first", "text"), second=("second", "text")),
        ],
        "start>first start>second first>judge second>judge judge>end",
    ),
    sample_inputs={"question": "Why do tides differ from day to day?"},
)
