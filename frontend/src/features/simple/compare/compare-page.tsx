import { ActionIcon, Button, Group, Text, Textarea, Title, Tooltip } from "@mantine/core";
import { IconArrowLeft, IconPlayerPlay, IconPlayerStop, IconPlus, IconRefresh, IconSend } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App } from "@/api/types";
import { checkValues, type FormValues, initialValues, toInputs } from "@/features/runs/input-fields";
import { InputsForm } from "@/features/runs/inputs-form";
import { inputFields, type Settings, uploadRules } from "../settings";
import { TryFiles } from "../try-files";
import { useTryFiles } from "../use-try-files";
import classes from "./compare.module.css";
import { best, type Figures } from "./figures";
import { type ColumnHandle, type ColumnState, VariantColumn } from "./variant-column";
import { duplicated, keepVariants, LEAST, letter, MOST, newVariant, readVariants, removed, type Variant } from "./variants";

const COMPARED = ["firstS", "elapsedS", "tokens", "costUsd"] as const satisfies readonly (keyof Figures)[];

interface Props {
  app: App;
  settings: Settings;
  /** Puts a variant's model and prompt into the app. */
  onUse(variant: Variant, name: string): void;
  onClose(): void;
}

/** Two to four variants of an app's settings, asked the same at once. */
export default function ComparePage({ app, settings, onUse, onClose }: Props) {
  const { t } = useTranslation("simple-compare");
  const chats = app.mode !== "completion";
  const [variants, setVariants] = useState(() => readVariants(app.id));
  useEffect(() => keepVariants(app.id, variants), [app.id, variants]);
  const handles = useRef(new Map<string, ColumnHandle>());
  const [states, setStates] = useState<Readonly<Record<string, ColumnState>>>({});
  const onState = useCallback((id: string, state: ColumnState) => setStates((before) => ({ ...before, [id]: state })), []);
  const shown = variants.map((variant) => states[variant.id]);
  const busy = shown.some((state) => state?.busy);
  const begun = shown.some((state) => state?.begun);
  const winners = COMPARED.map(
    (name) => [name, best(shown.map((state) => (state?.failed ? undefined : (state?.figures?.[name] ?? null))))] as const,
  );
  const each = (act: (handle: ColumnHandle) => unknown) => {
    for (const { id } of variants) {
      const handle = handles.current.get(id);
      if (handle) void act(handle);
    }
  };
  return (
    <div className={classes.page}>
      <Group className={classes.bar} gap="sm">
        <Button size="xs" variant="subtle" leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={onClose}>
          {t("back")}
        </Button>
        <Title order={2} size="h5" flex={1}>
          {t("title")}
        </Title>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={variants.length >= MOST}
          onClick={() => setVariants([...variants, newVariant()])}
        >
          {t("add")}
        </Button>
      </Group>
      <div className={classes.columns}>
        {variants.map((variant, index) => (
          <VariantColumn
            key={variant.id}
            app={app}
            settings={settings}
            variant={variant}
            index={index}
            wins={winners.flatMap(([name, at]) => (at === index ? [name] : []))}
            canAdd={variants.length < MOST}
            canRemove={variants.length > LEAST}
            handle={(handle) => {
              if (handle) handles.current.set(variant.id, handle);
              else handles.current.delete(variant.id);
            }}
            onChange={(next) => setVariants((before) => before.map((one) => (one.id === next.id ? next : one)))}
            onUse={() => onUse(variant, letter(index))}
            onDuplicate={() => setVariants((before) => duplicated(before, variant.id))}
            onRemove={() => setVariants((before) => removed(before, variant.id))}
            onState={onState}
          />
        ))}
      </div>
      <AskAll settings={settings} chats={chats} busy={busy} begun={begun} count={variants.length} each={each} />
    </div>
  );
}

interface AskProps {
  settings: Settings;
  chats: boolean;
  busy: boolean;
  begun: boolean;
  count: number;
  each(act: (handle: ColumnHandle) => unknown): void;
}

/** One form and one message for all columns. */
function AskAll({ settings, chats, busy, begun, count, each }: AskProps) {
  const { t } = useTranslation("simple-compare");
  const fields = useMemo(() => inputFields(settings), [settings]);
  const [typed, setTyped] = useState<FormValues>({});
  const [tried, setTried] = useState(false);
  const [query, setQuery] = useState("");
  const files = useTryFiles(uploadRules(settings));
  const values = useMemo(() => initialValues(fields, typed), [fields, typed]);
  const errors = checkValues(fields, values);
  const ready = !busy && !files.busy && (!chats || query.trim() !== "");
  const ask = () => {
    setTried(true);
    if (!ready || Object.keys(errors).length > 0) return;
    const asked = { query: chats ? query : "", inputs: toInputs(fields, values), files: files.values };
    each((handle) => handle.ask(asked));
    setQuery("");
    files.clear();
  };
  return (
    <section className={classes.ask} aria-label={t("ask")}>
      <InputsForm
        fields={fields}
        values={values}
        errors={tried ? errors : {}}
        onChange={(name, value) => setTyped((before) => ({ ...before, [name]: value }))}
      />
      <TryFiles files={files} />
      <Group gap="xs" wrap="nowrap" align="flex-end" mt={fields.length > 0 ? "sm" : 0}>
        {begun && (
          <Tooltip label={t("restart")}>
            <ActionIcon
              variant="default"
              size="lg"
              aria-label={t("restart")}
              disabled={busy}
              onClick={() => each((handle) => handle.restart())}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {chats ? (
          <Textarea
            flex={1}
            autosize
            minRows={1}
            maxRows={5}
            aria-label={t("message")}
            placeholder={t("placeholder", { count })}
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            onKeyDown={(event) => {
              // An Enter that ends a composition belongs to the input method; Safari tells it by the key code only.
              if (event.nativeEvent.isComposing || event.keyCode === 229) return;
              if (event.key === "Enter" && !event.shiftKey) {
                event.preventDefault();
                ask();
              }
            }}
          />
        ) : (
          <Text size="sm" c="dimmed" flex={1}>
            {t("once", { count })}
          </Text>
        )}
        {busy ? (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={() => each((handle) => handle.stop())}>
            {t("stopAll")}
          </Button>
        ) : (
          <Button
            leftSection={chats ? <IconSend size={16} aria-hidden /> : <IconPlayerPlay size={16} aria-hidden />}
            disabled={!ready}
            onClick={ask}
          >
            {t(chats ? "send" : "run")}
          </Button>
        )}
      </Group>
    </section>
  );
}
