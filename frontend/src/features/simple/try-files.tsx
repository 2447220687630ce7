import { Alert, Button, FileButton, Group, Pill } from "@mantine/core";
import { IconPaperclip } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "@/lib/use-error-text";
import type { TryFileList } from "./use-try-files";

const ACCEPT: Record<string, string> = { image: "image/*", audio: "audio/*", video: "video/*" };

/** Files that go with the next question; nothing where the app takes none. */
export function TryFiles({ files }: { files: TryFileList }) {
  const { t } = useTranslation("simple");
  const words = useErrorText();
  const { rules } = files;
  if (!rules) return null;
  const accept = rules.types.every((type) => ACCEPT[type]) ? rules.types.map((type) => ACCEPT[type]).join(",") : undefined;
  return (
    <Group gap="xs" mt="xs">
      <FileButton multiple accept={accept} onChange={(picked) => void files.add(picked)} disabled={files.files.length >= rules.count}>
        {(button) => (
          <Button
            {...button}
            size="compact-sm"
            variant="default"
            loading={files.busy}
            leftSection={<IconPaperclip size={14} aria-hidden />}
          >
            {t("files.add")}
          </Button>
        )}
      </FileButton>
      {files.files.map((file) => (
        <Pill
          key={file.id}
          withRemoveButton
          onRemove={() => files.remove(file.id)}
          removeButtonProps={{ "aria-label": t("files.remove", { name: file.name }), "aria-hidden": false, tabIndex: 0 }}
        >
          {file.name}
        </Pill>
      ))}
      {files.error !== null && (
        <Alert color="red" variant="light" role="alert" p="xs">
          {words(files.error)}
        </Alert>
      )}
    </Group>
  );
}
