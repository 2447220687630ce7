import { memo, type ReactNode, useMemo } from "react";
import Markdown, { type Components, defaultUrlTransform } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { markdownBlocks } from "@/features/runs/markdown-blocks";
import { AskedImage } from "./asked-image";
import { CodeBlock, languageOf } from "./code-block";
import { Fallback } from "./markdown-view";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import styles from "./markdown.module.css";
import { Formula } from "./formula";

type Classes = { className?: unknown } | undefined;
const classesOf = (properties: Classes): string => {
  const found = properties?.className;
  return Array.isArray(found) ? found.join(" ") : String(found ?? "");
};

const components: Components = {
  a: ({ href, children }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
        {children}
      </a>
    ) : (
      <>{children}</>
    ),
  img: ({ src, alt }) => <AskedImage src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  table: ({ children }) => <Table>{children}</Table>,
  pre: ({ node, children }) => {
    const code = node?.children[0];
    if (code?.type !== "element") return <pre>{children}</pre>;
    const classes = classesOf(code.properties as Classes);
    const text = code.children.map((child) => (child.type === "text" ? child.value : "")).join("");
    if (classes.includes("math-display")) return <Formula tex={text} display />;
    return <CodeBlock text={text.replace(/\n$/, "")} language={languageOf(classes)} />;
  },
  code: ({ className, children }) =>
    className?.includes("math-inline") ? <Formula tex={String(children)} display={false} /> : <code>{children}</code>,
};

function Table({ children }: { children: ReactNode }) {
  const { t } = useTexts();
  return (
    <ScrollBox className={styles.wide} label={t("answer.table")}>
      <table>{children}</table>
    </ScrollBox>
  );
}

// One dollar is more often a price than a formula: formulas need two, or \( \) and \[ \], which `mathMarks` turns into dollars.
const remark = [remarkGfm, [remarkMath, { singleDollarTextMath: false }]] as const;

/** Turns the other common marks of formulas into those that the parser knows. Code is left alone. */
export function mathMarks(text: string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/)
    .map((part, index) =>
      index % 2
        ? part
        : part
            .replace(/\\\[([\s\S]+?)\\\]/g, (_, tex: string) => `\n$$\n${tex.trim()}\n$$\n`)
            .replace(/\\\((.+?)\\\)/g, (_, tex: string) => `$$${tex}$$`),
    )
    .join("");
}

/** Blocks of Markdown, each by itself: one that breaks does not take the others along, and only the growing one is parsed again. */
export default function MarkdownBlocks({ text, live }: { text: string; live: boolean }) {
  const blocks = useMemo(() => markdownBlocks(mathMarks(text)), [text]);
  return (
    <div className={styles.markdown} data-live={live || undefined}>
      {blocks.map((block, index) => (
        <Fallback key={index} text={block}>
          <Block text={block} />
        </Fallback>
      ))}
    </div>
  );
}

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <Markdown remarkPlugins={remark as never} components={components} urlTransform={safeAddress} skipHtml>
      {text}
    </Markdown>
  );
});

/** http(s), mail and places on the page; anything else becomes no link. */
function safeAddress(url: string): string {
  const safe = defaultUrlTransform(url);
  return /^(?:https?:|mailto:|#)/i.test(safe) ? safe : "";
}
