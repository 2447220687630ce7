import type { NodeType } from "@/api/types";

export const GROUPS = ["model", "logic", "data", "knowledge", "tools", "triggers", "human"] as const;

/** What people call a step when they do not know its name, in every language at once. */
const WORDS: Record<string, string> = {
  start: "input begin form trigger 开始 输入 表单",
  end: "output result return finish 结束 输出 结果 返回",
  answer: "reply respond message say chat 回复 回答 直接回复 消息",
  llm: "model gpt chat ai prompt generate summarize translate write 大模型 模型 提示词 生成 总结 翻译 写作 对话",
  "if-else": "condition branch switch decide check route 条件 分支 判断 如果 否则",
  "template-transform": "text jinja format join concat 模板 文本 拼接 格式",
  "variable-aggregator": "merge join collect branches combine first 聚合 合并 汇总 变量",
  code: "python javascript script function 代码 脚本 函数",
  "http-request": "api rest webhook fetch url curl request 接口 请求 网络 发送邮件 send mail",
  "knowledge-retrieval": "rag search documents dataset vector 知识库 检索 搜索 文档",
  "question-classifier": "intent route category classify 意图 分类 问题 路由",
  "parameter-extractor": "extract structured fields json entities 抽取参数 提取 参数 结构化",
  iteration: "loop each map list batch 迭代 循环 批量 列表",
  loop: "repeat while until 循环 重复",
  assigner: "set variable memory store 赋值 变量 记忆",
  "document-extractor": "file pdf word text read 文档 文件 提取 读取",
  "list-operator": "filter sort first last array 列表 过滤 排序 数组",
  agent: "tools autonomous react 智能体 代理 工具",
  "human-input": "approve review form person wait 人工 审批 确认 表单",
};

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Lower is better; null when nothing matches. Every word must be found somewhere. */
function rank(type: NodeType, words: string[]): number | null {
  const titles = Object.values(type.title).map(fold);
  const more = fold(`${type.type} ${WORDS[type.type] ?? ""}`);
  const descriptions = fold(Object.values(type.description).join(" "));
  let total = 0;
  for (const word of words) {
    if (titles.some((title) => title.startsWith(word))) total += 0;
    else if (titles.some((title) => title.includes(word))) total += 1;
    else if (more.includes(word)) total += 2;
    else if (descriptions.includes(word)) total += 3;
    else return null;
  }
  return total;
}

const groupRank = (type: NodeType): number => GROUPS.indexOf(type.group);

/** Types in the order of the palette: by group, and while searching the best match first. */
export function searchTypes(types: readonly NodeType[], query: string): NodeType[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) return types.toSorted((a, b) => groupRank(a) - groupRank(b));
  return types
    .map((type) => ({ type, score: rank(type, words) }))
    .filter((found): found is { type: NodeType; score: number } => found.score !== null)
    .toSorted((a, b) => a.score - b.score || groupRank(a.type) - groupRank(b.type))
    .map(({ type }) => type);
}
