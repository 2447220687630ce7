import { Button, FileButton, Stack, Tabs, Text, Textarea, TextInput } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { fileText, type ImportSource, MAX_FILE_BYTES } from "@/features/apps/import-source";
import classes from "@/features/apps/new-app-page.module.css";

interface Props {
  busy: boolean;
  onSource: (source: ImportSource) => void;
}

/** An app file by choosing or dropping it, as text, or by its address. */
export function ImportForm({ busy, onSource }: Props) {
  const { t } = useTranslation("apps");
  return (
    <Tabs defaultValue="file" keepMounted={false}>
      <Tabs.List mb="md" aria-label={t("import.tab.label")}>
        <Tabs.Tab value="file">{t("import.tab.file")}</Tabs.Tab>
        <Tabs.Tab value="paste">{t("import.tab.paste")}</Tabs.Tab>
        <Tabs.Tab value="url">{t("import.tab.url")}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="file">
        <FromFile busy={busy} onSource={onSource} />
      </Tabs.Panel>
      <Tabs.Panel value="paste">
        <FromText busy={busy} onSource={onSource} />
      </Tabs.Panel>
      <Tabs.Panel value="url">
        <FromUrl busy={busy} onSource={onSource} />
      </Tabs.Panel>
    </Tabs>
  );
}

function FromFile({ busy, onSource }: Props) {
  const { t } = useTranslation("apps");
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const read = (file: File | null | undefined) => {
    if (!file) return;
    setTooLarge(file.size > MAX_FILE_BYTES);
    if (file.size <= MAX_FILE_BYTES) void fileText(file).then((content) => onSource({ content }));
  };
  return (
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        setOver(false);
        read(event.dataTransfer.files[0]);
      }}
    >
      <IconFileImport size={36} stroke={1.4} aria-hidden />
      <Text fw={600}>{t("import.drop")}</Text>
      <FileButton onChange={read} accept=".yml,.yaml,.json,text/yaml,application/json" inputProps={{ "aria-label": t("import.choose") }}>
        {(props) => (
          <Button {...props} variant="default" loading={busy}>
            {t("import.choose")}
          </Button>
        )}
      </FileButton>
      <Text size="sm" c="dimmed">
        {t("import.formats")}
      </Text>
      {tooLarge && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {t("import.tooLarge")}
        </Text>
      )}
    </div>
  );
}

function FromText({ busy, onSource }: Props) {
  const { t } = useTranslation("apps");
  const [content, setContent] = useState("");
  return (
    <Stack align="stretch">
      <Textarea
        label={t("import.pasteLabel")}
        description={t("import.pasteHint")}
        autosize
        minRows={8}
        maxRows={18}
        value={content}
        onChange={(event) => setContent(event.currentTarget.value)}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }}
      />
      <Button onClick={() => onSource({ content })} disabled={!content.trim()} loading={busy} style={{ alignSelf: "flex-start" }}>
        {t("import.action")}
      </Button>
    </Stack>
  );
}

function FromUrl({ busy, onSource }: Props) {
  const { t } = useTranslation("apps");
  const [url, setUrl] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (url.trim()) onSource({ url: url.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Stack align="stretch">
        <TextInput
          label={t("import.urlLabel")}
          description={t("import.urlHint")}
          type="url"
          placeholder={t("import.urlExample")}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Button type="submit" disabled={!url.trim()} loading={busy} style={{ alignSelf: "flex-start" }}>
          {t("import.fetch")}
        </Button>
      </Stack>
    </form>
  );
}
