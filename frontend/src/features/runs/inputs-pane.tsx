import { ActionIcon, Button, Group, Loader, Modal, Stack, Text, Tooltip } from "@mantine/core";
import { IconBookmark, IconClipboard, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { JsonEditor } from "@/features/prompt/json-editor";
import { keyName } from "@/lib/shortcuts";
import { fromPasted } from "./input-fields";
import { InputSets } from "./input-sets-form";
import { InputsForm } from "./inputs-form";
import classes from "./run-dock.module.css";
import type { TestRun } from "./use-test-run";

/** The inputs of a test run, and Run or Stop. A chat is started by its message instead. */
export function InputsPane({ test, chat }: { test: TestRun; chat: boolean }) {
  const { t } = useTranslation("runs");
  const [pasting, setPasting] = useState(false);
  const [kept, setKept] = useState(false);
  const shown = test.fields.filter((field) => !field.hidden);
  const body = useRef<HTMLDivElement>(null);
  const wrong = test.fields.find((field) => test.errors[field.name])?.name;
  // A field that stops the run may be out of sight.
  useEffect(() => {
    if (wrong) body.current?.querySelector("[aria-invalid=true]")?.scrollIntoView({ block: "nearest" });
  }, [wrong]);
  return (
    <section className={classes.inputs} aria-label={t("inputs.title")}>
      <div className={classes.inputsBody} ref={body}>
        {shown.length === 0 && !chat && (
          <Text size="sm" c="dimmed">
            {t("inputs.none")}
          </Text>
        )}
        <InputsForm fields={test.fields} values={test.values} errors={test.errors} onChange={test.setValue} />
      </div>
      <Group className={classes.inputsFoot} gap="xs" wrap="nowrap">
        {!chat &&
          (test.running ? (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlayerStop size={14} aria-hidden />}
              title={`${keyName("Mod")}+.`}
              onClick={() => void test.stop()}
            >
              {t("stop")}
            </Button>
          ) : (
            <Button
              size="xs"
              leftSection={test.starting ? <Loader size={14} color="currentColor" aria-hidden /> : <IconPlayerPlay size={14} aria-hidden />}
              aria-busy={test.starting}
              title={`${keyName("Mod")}+Enter`}
              onClick={() => void test.start()}
            >
              {t("run")}
            </Button>
          ))}
        {shown.length > 0 && (
          <>
            <Tooltip label={t("inputs.paste")}>
              <ActionIcon variant="subtle" aria-label={t("inputs.paste")} onClick={() => setPasting(true)}>
                <IconClipboard size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t("inputSets.title")}>
              <ActionIcon variant="subtle" aria-label={t("inputSets.title")} onClick={() => setKept(true)}>
                <IconBookmark size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </>
        )}
      </Group>
      <Modal opened={pasting} onClose={() => setPasting(false)} title={t("inputs.paste")} size="lg">
        {pasting && <PasteForm test={test} onDone={() => setPasting(false)} />}
      </Modal>
      <Modal opened={kept} onClose={() => setKept(false)} title={t("inputSets.title")}>
        {kept && <InputSets test={test} chat={chat} onDone={() => setKept(false)} />}
      </Modal>
    </section>
  );
}

function PasteForm({ test, onDone }: { test: TestRun; onDone(): void }) {
  const { t } = useTranslation("runs");
  const [text, setText] = useState("");
  const parsed = text.trim() ? fromPasted(test.fields, text, test.values) : null;
  const wrong = text.trim() !== "" && !parsed;
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t("inputs.pasteHint")}
      </Text>
      <JsonEditor label={t("inputs.paste")} value={text} onChange={setText} invalid={wrong} minHeight="9rem" />
      {wrong && (
        <Text size="sm" c="var(--tm-bad)" role="alert">
          {t("inputs.notJson")}
        </Text>
      )}
      {parsed && parsed.unknown.length > 0 && (
        <Text size="sm" c="var(--tm-warn)">
          {t("inputs.unknown", { names: parsed.unknown.join(", ") })}
        </Text>
      )}
      <Button
        disabled={!parsed}
        onClick={() => {
          if (!parsed) return;
          test.setValues(parsed.values);
          if (parsed.query !== null) test.setQuery(parsed.query);
          onDone();
        }}
      >
        {t("inputs.fill")}
      </Button>
    </Stack>
  );
}
