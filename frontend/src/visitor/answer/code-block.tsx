import { lazy, Suspense } from "react";
import { CopyButton } from "../chat/answer-actions";
import { ScrollBox } from "../scroll-box";
import { useTexts } from "../texts";
import styles from "./markdown.module.css";
import { Fallback } from "./markdown-view";

const Colored = lazy(() => import("./colored-code"));
const Diagram = lazy(() => import("./diagram"));
const MOST_COLORED = 50_000;

/** The language of a fence, from the class that the parser gives. */
export function languageOf(classes: string): string {
  return /language-([\w+#-]+)/.exec(classes)?.[1] ?? "";
}

export function CodeBlock({ text, language }: { text: string; language: string }) {
  const { t } = useTexts();
  const plain = <code>{text}</code>;
  if (language === "mermaid")
    return (
      <Fallback text={text}>
        <Suspense fallback={<pre>{plain}</pre>}>
          <Diagram text={text} />
        </Suspense>
      </Fallback>
    );
  return (
    <div className={styles.code}>
      <div className={styles.codeHead}>
        <span>{language}</span>
        <CopyButton text={text} label={t("answer.code")} />
      </div>
      <ScrollBox className={styles.source} label={language || t("answer.codeBlock")}>
        {language && text.length < MOST_COLORED ? (
          <Fallback text={text}>
            <Suspense fallback={plain}>
              <Colored text={text} language={language} />
            </Suspense>
          </Fallback>
        ) : (
          plain
        )}
      </ScrollBox>
    </div>
  );
}
