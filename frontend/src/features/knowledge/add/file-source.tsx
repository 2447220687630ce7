import { Alert, Button, Group, List, Stack, Text } from "@mantine/core";
import { IconCloudUpload, IconFileOff } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/add/add.module.css";
import { FileList } from "@/features/knowledge/add/file-list";
import { fromDrop, fromPicker, unreadable } from "@/features/knowledge/add/picked-files";
import type { PickedFile } from "@/features/knowledge/add/uploads";
import type { Wizard } from "@/features/knowledge/add/use-wizard";

interface Refused {
  name: string;
  why: string;
}

/** Files and whole folders, dropped or picked; they are sent at once. */
export function FileSource({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation("knowledge-add");
  const filePicker = useRef<HTMLInputElement>(null);
  const folderPicker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const [again, setAgain] = useState(0);
  const depth = useRef(0);

  const take = (picked: readonly PickedFile[]) => {
    const wrong = picked.flatMap(({ file: { name } }) => {
      const why = unreadable(name);
      return why ? [{ name, why }] : [];
    });
    setRefused(wrong);
    setAgain(wizard.uploads.getState().add(picked.filter(({ file }) => !unreadable(file.name))));
  };
  const pick = (input: HTMLInputElement) => {
    take(fromPicker(input.files ?? []));
    // The same file can be chosen again after it was taken out.
    input.value = "";
  };
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const move = (event: DragEvent, by: number) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current += by;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    void fromDrop(event.dataTransfer).then(take);
  };
  return (
    <Stack>
      <div
        className={classes.drop}
        data-over={over || undefined}
        data-small={wizard.files.length > 0 || undefined}
        onDragEnter={(event) => move(event, 1)}
        onDragOver={(event) => carriesFiles(event) && event.preventDefault()}
        onDragLeave={(event) => move(event, -1)}
        onDrop={drop}
      >
        {wizard.files.length === 0 && <IconCloudUpload size={36} stroke={1.4} aria-hidden />}
        <Text fw={600}>{t("files.drop")}</Text>
        <Group gap="xs" justify="center">
          <Button onClick={() => filePicker.current?.click()}>{t("files.choose")}</Button>
          <Button variant="default" onClick={() => folderPicker.current?.click()}>
            {t("files.folder")}
          </Button>
        </Group>
        {wizard.files.length === 0 && (
          <Text size="sm" c="dimmed" ta="center" maw="40rem">
            {t("files.formats")}
          </Text>
        )}
        <input
          ref={filePicker}
          type="file"
          multiple
          hidden
          aria-label={t("files.choose")}
          onChange={(event) => pick(event.currentTarget)}
        />
        <input
          ref={folderPicker}
          type="file"
          multiple
          hidden
          aria-label={t("files.folder")}
          onChange={(event) => pick(event.currentTarget)}
          {...{ webkitdirectory: "" }}
        />
      </div>
      {refused.length > 0 && (
        <Alert
          color="yellow"
          variant="light"
          role="alert"
          icon={<IconFileOff aria-hidden />}
          title={t("files.refused", { count: refused.length })}
          withCloseButton
          closeButtonLabel={t("common:action.close")}
          onClose={() => setRefused([])}
        >
          <List size="sm" mah="10rem" style={{ overflowY: "auto" }}>
            {refused.map(({ name, why }, index) => (
              <List.Item key={`${name}${index}`}>{t(`files.why.${why}`, { name })}</List.Item>
            ))}
          </List>
        </Alert>
      )}
      {again > 0 && (
        <Text size="sm" role="status">
          {t("files.again", { count: again })}
        </Text>
      )}
      <FileList wizard={wizard} />
    </Stack>
  );
}
