/** Cuts Markdown into blocks that can be rendered apart, so that a growing text renders only its end. Pure. */

const LIST = /^\s*(?:[-*+]|\d+[.)])\s/;

export function markdownBlocks(text: string): string[] {
  const blocks: string[] = [];
  let lines: string[] = [];
  let fence: string | null = null;
  const close = () => {
    if (lines.some((line) => line.trim())) blocks.push(lines.join("\n"));
    lines = [];
  };
  const all = text.split("\n");
  for (const [index, line] of all.entries()) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && fence === null) fence = mark;
    else if (mark && fence !== null && mark.startsWith(fence)) fence = null;
    if (line.trim() === "" && fence === null && !goesOn(lines, all[index + 1])) close();
    else lines.push(line);
  }
  close();
  return blocks;
}

/** A list with blank lines in it, and what is indented under it, is one block. */
function goesOn(lines: readonly string[], next: string | undefined): boolean {
  if (next === undefined || !lines[0]) return false;
  return LIST.test(lines[0]) ? LIST.test(next) || /^\s+\S/.test(next) : /^(?: {4}|\t)/.test(next);
}
