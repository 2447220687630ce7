import { Button } from "@mantine/core";
import { memo, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import Markdown, { type Components } from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import classes from "./markdown.module.css";
import { markdownBlocks } from "./markdown-blocks";
import { Fallback } from "./markdown-view";

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  ),
  img: ({ src, alt }) => <AskedImage src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
};
const remark = [remarkGfm];
const rehype = [rehypeSanitize];

/** Blocks of Markdown, each by itself: one that breaks does not take the others along. */
export default function MarkdownBlocks({ text }: { text: string }) {
  const blocks = useMemo(() => markdownBlocks(text), [text]);
  return (
    <div className={classes.markdown}>
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
    <Markdown remarkPlugins={remark} rehypePlugins={rehype} components={components} skipHtml>
      {text}
    </Markdown>
  );
});

/** A picture's address can carry data away: it is fetched when the person asks for it. */
function AskedImage({ src, alt }: { src: string; alt: string }) {
  const { t } = useTranslation("runs");
  const [asked, setAsked] = useState(false);
  const host = hostOf(src);
  if (!host) return <span>{alt}</span>;
  if (asked || host === window.location.host) return <img src={src} alt={alt} referrerPolicy="no-referrer" className={classes.image} />;
  return (
    <Button
      component="span"
      role="button"
      tabIndex={0}
      size="compact-xs"
      variant="default"
      onClick={() => setAsked(true)}
      onKeyDown={(event) => event.key === "Enter" && setAsked(true)}
    >
      {t("markdown.showImage", { host, alt })}
    </Button>
  );
}

function hostOf(src: string): string | null {
  try {
    const url = new URL(src, window.location.href);
    return /^https?:$/.test(url.protocol) ? url.host : null;
  } catch {
    return null;
  }
}
