import { Button, FileButton, Stack, Text, Textarea } from "@mantine/core";
import { IconFileImport } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import { useImportApp } from "@/features/apps/app-mutations";
import { ImportReport } from "@/features/apps/import-report";
import classes from "@/features/apps/new-app-page.module.css";

/** Import by file, by drop or by pasted text. */
export function NewFromFile() {
  const { t } = useTranslation("apps");
  const importApp = useImportApp();
  const [pasted, setPasted] = useState("");
  const [over, setOver] = useState(false);
  const read = (file: File | null | undefined) => {
    if (file) void file.text().then((content) => importApp.mutate(content));
  };
  if (importApp.data) return <ImportReport result={importApp.data} />;
  return (
    <Stack maw="46rem">
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
          setOver(false);
          read(event.dataTransfer.files[0]);
        }}
      >
        <IconFileImport size={36} stroke={1.4} aria-hidden />
        <Text fw={600}>{t("import.drop")}</Text>
        <FileButton onChange={read} accept=".yml,.yaml,.json,text/yaml,application/json" inputProps={{ "aria-label": t("import.choose") }}>
          {(props) => (
            <Button {...props} variant="default" loading={importApp.isPending}>
              {t("import.choose")}
            </Button>
          )}
        </FileButton>
        <Text size="sm" c="dimmed">
          {t("import.formats")}
        </Text>
      </div>
      <Textarea
        label={t("import.paste")}
        autosize
        minRows={4}
        maxRows={14}
        value={pasted}
        onChange={(event) => setPasted(event.currentTarget.value)}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.8125rem" } }}
      />
      {importApp.error && <ErrorState error={importApp.error} title={t("import.refused")} />}
      <Button
        onClick={() => importApp.mutate(pasted)}
        disabled={!pasted.trim()}
        loading={importApp.isPending}
        style={{ alignSelf: "flex-start" }}
      >
        {t("import.action")}
      </Button>
    </Stack>
  );
}
