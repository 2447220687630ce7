import { Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { outputsOf, type Variable } from "@/features/prompt/node-outputs";
import { referenceText } from "@/features/prompt/reference";
import { useNodeForm } from "./form/form-context";
import classes from "./node-panel.module.css";

/** What the node gives to those after it. A click copies the reference. */
export function OutputsSection() {
  const { t } = useTranslation("panel");
  const { node, nodeType } = useNodeForm();
  const outputs = outputsOf(node, nodeType);
  if (outputs.length === 0) return null;
  return (
    <section className={classes.section} aria-label={t("outputs.title")}>
      <Text size="sm" fw={600}>
        {t("outputs.title")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("outputs.hint")}
      </Text>
      <div>
        {outputs.map((output) => (
          <OutputLine key={output.selector.join(".")} output={output} depth={0} />
        ))}
      </div>
    </section>
  );
}

function OutputLine({ output, depth }: { output: Variable; depth: number }) {
  const { t } = useTranslation("panel");
  const [copied, setCopied] = useState(false);
  const reference = referenceText(output.selector);
  const copy = () => {
    void navigator.clipboard?.writeText(reference).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    });
  };
  return (
    <>
      <UnstyledButton
        className={classes.output}
        style={{ paddingInlineStart: `${0.375 + depth}rem` }}
        title={[output.description, reference].filter(Boolean).join("\n")}
        onClick={copy}
      >
        <VisuallyHidden>{t("outputs.copy", { name: output.selector.slice(1).join("."), type: output.type })}</VisuallyHidden>
        <span className={classes.outputName} aria-hidden>
          {output.selector.at(-1)}
        </span>
        <span className={classes.outputType} aria-hidden>
          {output.type}
        </span>
        <span className={classes.copied} aria-live="polite">
          {copied ? (
            <>
              <IconCheck size={14} aria-hidden /> {t("outputs.copied")}
            </>
          ) : (
            <IconCopy size={14} aria-hidden />
          )}
        </span>
      </UnstyledButton>
      {output.type !== "file" &&
        output.children.map((child) => <OutputLine key={child.selector.join(".")} output={child} depth={depth + 1} />)}
    </>
  );
}
