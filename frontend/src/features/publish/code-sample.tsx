import { Button, Code, CopyButton, Group } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Code to take along. `head` stands at the left of the copy button. */
export function CodeSample({ label, code, head }: { label: string; code: string; head?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div>
      <Group justify={head ? "space-between" : "flex-end"} wrap="nowrap" mb="xs">
        {head}
        <CopyButton value={code}>
          {({ copied, copy }) => (
            <Button
              size="xs"
              variant="default"
              onClick={copy}
              aria-label={`${copied ? t("action.copied") : t("action.copy")}: ${label}`}
              leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            >
              {copied ? t("action.copied") : t("action.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block tabIndex={0} aria-label={label} role="region">
        {code}
      </Code>
    </div>
  );
}
