import { Anchor, Group } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

/** The files that came with a question. Only addresses of the web are followed. */
export function TurnFiles({ files }: { files: readonly Record<string, unknown>[] }) {
  const { t } = useTranslation("logs");
  if (files.length === 0) return null;
  return (
    <Group gap="xs" justify="flex-end">
      {files.map((file, place) => {
        const name = String(file.filename || t("file"));
        const url = typeof file.url === "string" && /^(https?:\/\/|\/)/.test(file.url) ? file.url : null;
        return (
          <Group key={place} gap={4} wrap="nowrap" fz="sm">
            <IconPaperclip size={14} aria-hidden />
            {url ? (
              <Anchor href={url} target="_blank" rel="noopener noreferrer" size="sm">
                {name}
              </Anchor>
            ) : (
              name
            )}
          </Group>
        );
      })}
    </Group>
  );
}
