"""Questions on this repository's own pages, in English and Chinese, with the page that answers each."""

from __future__ import annotations

# (English, Chinese, page)
QUESTIONS: tuple[tuple[str, str, str], ...] = (
    (
        "How does a worker that lost its claim get refused when it writes events?",
        "失去任务所有权的工作进程写入事件时如何被拒绝？",
        "0001-stream-ids-fence-workers.md",
    ),
    (
        "Why is the flow document kept as text in the database?",
        "为什么流程文档以文本形式保存在数据库中？",
        "0002-flows-are-stored-as-text.md",
    ),
    ("Run a step once for every item of a list", "对列表中的每一项执行一次步骤", "iteration.md"),
    ("Repeat steps until a condition becomes true", "重复执行步骤直到满足条件", "loop.md"),
    ("How do I leave a loop early?", "如何提前跳出循环？", "loop-end.md"),
    ("Sort an array and keep only its first items", "对数组排序并只保留前几项", "list-operator.md"),
    (
        "Take structured values such as a date out of a sentence with a model",
        "用模型从一句话中提取日期等结构化参数",
        "parameter-extractor.md",
    ),
    ("Let a model decide which of several topics a question belongs to", "让模型判断问题属于哪个类别", "question-classifier.md"),
    ("Ask a person to approve before the run goes on", "在运行继续之前请人审批", "human-input.md"),
    ("Get the text out of an uploaded PDF", "从上传的 PDF 文件中提取文字", "document-extractor.md"),
    ("Write a value into a conversation variable", "向会话变量写入值", "assigner.md"),
    ("Send a POST request with a bearer token", "发送带有 Bearer 令牌的 POST 请求", "http-request.md"),
    ("Which Python modules may a program in a flow import?", "流程中的代码可以导入哪些 Python 模块？", "code.md"),
    ("Go one way or another depending on a value", "根据变量的值选择不同的分支", "if-else.md"),
    ("Combine the outputs of branches of which only one ran", "合并只有一个分支执行的输出", "variable-aggregator.md"),
    ("Fill a text with variables by Jinja", "用 Jinja 模板填充变量生成文本", "template-transform.md"),
    ("Search passages in the workspace's datasets and cite them", "在知识库中检索段落并引用", "knowledge-retrieval.md"),
    ("Which environment variable sets the address of the Qdrant server?", "哪个环境变量设置 Qdrant 服务器的地址？", "settings.md"),
    ("How do I make a backup and restore it?", "如何备份和恢复数据？", "operations.md"),
    ("What has to be done to add a new node type?", "新增一种节点类型需要做什么？", "CONTRIBUTING.md"),
    ("Which room may import which other room?", "哪些模块可以导入哪些模块？", "ARCHITECTURE.md"),
    ("What runs after a crash of a worker: how is a run resumed?", "工作进程崩溃后运行如何恢复？", "ARCHITECTURE.md"),
    ("Stream a reply of a model with a system prompt", "用系统提示词流式输出模型的回复", "llm.md"),
    ("What inputs does a form at the beginning of a flow have?", "流程开始的表单有哪些输入字段？", "start.md"),
)
