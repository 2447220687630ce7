import { ActionIcon, Group, Modal, Skeleton, Text, Tooltip } from "@mantine/core";
import { IconArrowsMaximize, IconSearch, IconVariable } from "@tabler/icons-react";
import { type ReactNode, Suspense, lazy, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyName } from "@/lib/shortcuts";
import { useLanguage } from "@/lib/use-language";
import classes from "./prompt-editor.module.css";
import type { PromptEditorInnerProps } from "./prompt-editor-inner";
import { estimateTokens } from "./tokens";

const Inner = lazy(() => import("./prompt-editor-inner"));

export interface PromptEditorProps extends Omit<PromptEditorInnerProps, "insert" | "search" | "maxHeight"> {
  /** Shown left of the tools: the role of a message, for instance. */
  head?: ReactNode;
  /** Further tools, right of the built-in ones. */
  tools?: ReactNode;
  invalid?: boolean;
  /** Leave out the token estimate where the text goes to no model. */
  tokens?: boolean;
}

/** A text with variable chips: prompt, answer, template. */
export function PromptEditor({ head, tools, invalid, tokens = true, ...editor }: PromptEditorProps) {
  const { t } = useTranslation("prompt");
  const [full, setFull] = useState(false);
  const body = (inModal: boolean) => (
    <Frame {...editor} head={head} tools={tools} invalid={invalid} tokens={tokens} full={inModal} onFull={() => setFull(true)} />
  );
  return (
    <>
      {!full && body(false)}
      <Modal
        opened={full}
        onClose={() => setFull(false)}
        fullScreen
        title={editor.label}
        closeButtonProps={{ "aria-label": t("editor.closeFull") }}
      >
        {full && body(true)}
      </Modal>
    </>
  );
}

function Frame({ head, tools, invalid, tokens, full, onFull, ...editor }: PromptEditorProps & { full: boolean; onFull(): void }) {
  const { t } = useTranslation("prompt");
  const language = useLanguage();
  const insert = useRef<(() => void) | null>(null);
  const search = useRef<(() => void) | null>(null);
  const count = estimateTokens(editor.value);
  return (
    <div className={classes.frame} data-invalid={invalid || undefined}>
      <Group className={classes.bar} gap="xs" wrap="nowrap">
        <div className={classes.head}>{head}</div>
        {tools}
        {!editor.readOnly && (
          <Tooltip label={t("editor.insert")}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("editor.insertInto", { label: editor.label })}
              onClick={() => insert.current?.()}
            >
              <IconVariable size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {full && (
          <Tooltip label={`${t("editor.find")} (${keyName("Mod")}+F)`}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={t("editor.findIn", { label: editor.label })}
              onClick={() => search.current?.()}
            >
              <IconSearch size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {!full && (
          <Tooltip label={t("editor.full")}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("editor.fullOf", { label: editor.label })} onClick={onFull}>
              <IconArrowsMaximize size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      <Suspense fallback={<Skeleton height={80} m="xs" />}>
        <Inner
          {...editor}
          insert={insert}
          search={search}
          minHeight={full ? "60vh" : editor.minHeight}
          maxHeight={full ? "none" : "24rem"}
        />
      </Suspense>
      {tokens && (
        <Text size="xs" c="dimmed" ta="end" px="xs" pb={4} title={t("editor.tokensHint")}>
          {t("editor.tokens", { count, value: new Intl.NumberFormat(language).format(count) })}
        </Text>
      )}
    </div>
  );
}
