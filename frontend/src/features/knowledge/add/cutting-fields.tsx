import { Alert, Autocomplete, Group, Input, NativeSelect, NumberInput, Radio, SegmentedControl, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "@/components/links";
import { type Cutting, MAX_TOKENS, MIN_TOKENS, SEPARATORS, wrongFields } from "@/features/knowledge/add/cutting";
import { modelsQuery } from "@/features/models/model-queries";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

const FORMS = ["text_model", "hierarchical_model", "qa_model"] as const;
/** Languages whose sentences are told apart; names come from the browser. */
const LANGUAGES = ["en", "zh", "ja", "ko", "pl", "de", "fr", "es", "it", "pt", "ru"] as const;

interface Props {
  cutting: Cutting;
  /** An ISO 639-1 code, "" where it is guessed. */
  language: string;
  onChange: (cutting: Cutting) => void;
  onLanguage: (language: string) => void;
}

/** How documents are cut: in which form, where, how long, and what is cleaned away before. */
export function CuttingFields({ cutting, language, onChange, onLanguage }: Props) {
  const { t } = useTranslation("knowledge-add");
  const shown = useLanguage();
  const names = new Intl.DisplayNames([shown], { type: "language" });
  const set = (change: Partial<Cutting>) => onChange({ ...cutting, ...change });
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t("cut.form")}
        value={cutting.form}
        onChange={(form) => set({ form: FORMS.find((one) => one === form) ?? "text_model" })}
      >
        <Stack gap="xs" mt="xs">
          {FORMS.map((form) => (
            <Radio key={form} value={form} label={t(`cut.form.${form}`)} description={t(`cut.formHint.${form}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {cutting.form === "qa_model" && <PairsNote />}
      <Stack gap={6}>
        <Input.Label labelElement="div" id="cut-how">
          {t("cut.how")}
        </Input.Label>
        <SegmentedControl
          aria-labelledby="cut-how"
          value={cutting.how}
          data={(["automatic", "custom"] as const).map((how) => ({ value: how, label: t(`cut.how.${how}`) }))}
          onChange={(how) => set({ how: how === "custom" ? "custom" : "automatic" })}
        />
        <Text size="xs" c="dimmed">
          {t(`cut.howHint.${cutting.how}`)}
        </Text>
      </Stack>
      {cutting.how === "custom" && <CustomFields cutting={cutting} set={set} />}
      <NativeSelect
        label={t("cut.language")}
        description={t("cut.languageHint")}
        value={language}
        data={[{ value: "", label: t("cut.languageAny") }, ...LANGUAGES.map((code) => ({ value: code, label: names.of(code) ?? code }))]}
        onChange={(event) => onLanguage(event.currentTarget.value)}
      />
    </Stack>
  );
}

/** Says that a model makes the pairs, or that there is none to do it. */
function PairsNote() {
  const { t } = useTranslation("knowledge-add");
  const { id: ws } = useWorkspace();
  const { data: models } = useQuery(modelsQuery(ws, "llm"));
  const real = models?.filter(({ provider }) => provider !== "demo");
  return (
    <Alert color={real?.length === 0 ? "yellow" : "blue"} variant="light">
      <Text size="sm">{t("cut.pairs")}</Text>
      {real?.length === 0 && (
        <AnchorLink to="/settings/models" search={{ add: "pick" }} size="sm" underline="always">
          {t("cut.pairsModel")}
        </AnchorLink>
      )}
    </Alert>
  );
}

function CustomFields({ cutting, set }: { cutting: Cutting; set: (change: Partial<Cutting>) => void }) {
  const { t } = useTranslation("knowledge-add");
  const wrong = wrongFields(cutting);
  const nested = cutting.form === "hierarchical_model";
  const examples = SEPARATORS.map(({ key, value }) => ({ value, label: value, example: t(`cut.separator.${key}`) }));
  const told = new Map<string, string>(examples.map(({ value, example }) => [value, example]));
  const separator = (field: "separator" | "childSeparator", label: string) => (
    <Autocomplete
      label={label}
      description={told.get(cutting[field]) ?? t("cut.separatorOwn")}
      value={cutting[field]}
      error={wrong.has(field) ? t("cut.separatorNeeded") : undefined}
      data={examples}
      filter={({ options }) => options}
      renderOption={({ option }) => (
        <Group gap="sm" wrap="nowrap">
          <code>{option.value}</code>
          <Text size="sm" c="dimmed">
            {told.get(option.value)}
          </Text>
        </Group>
      )}
      onChange={(value) => set({ [field]: value })}
    />
  );
  const tokens = (field: "maxTokens" | "childMaxTokens", label: string) => (
    <NumberInput
      label={label}
      min={MIN_TOKENS}
      max={MAX_TOKENS}
      step={field === "maxTokens" ? 64 : 20}
      allowDecimal={false}
      clampBehavior="none"
      value={cutting[field] || ""}
      error={wrong.has(field) ? t("cut.tokensRange", { min: MIN_TOKENS, max: MAX_TOKENS }) : undefined}
      onChange={(value) => set({ [field]: Number(value) })}
    />
  );
  return (
    <>
      {nested && (
        <Stack gap={6}>
          <Input.Label labelElement="div" id="cut-parent">
            {t("cut.parent")}
          </Input.Label>
          <SegmentedControl
            aria-labelledby="cut-parent"
            value={cutting.parentMode}
            data={(["paragraph", "full-doc"] as const).map((mode) => ({ value: mode, label: t(`cut.parent.${mode}`) }))}
            onChange={(mode) => set({ parentMode: mode === "full-doc" ? "full-doc" : "paragraph" })}
          />
        </Stack>
      )}
      {!(nested && cutting.parentMode === "full-doc") && (
        <>
          {separator("separator", t(nested ? "cut.parentSeparator" : "cut.separator"))}
          <Group grow align="flex-start">
            {tokens("maxTokens", t(nested ? "cut.parentMaxTokens" : "cut.maxTokens"))}
            {!nested && (
              <NumberInput
                label={t("cut.overlap")}
                min={0}
                allowDecimal={false}
                clampBehavior="none"
                value={Number.isNaN(cutting.overlap) ? "" : cutting.overlap}
                error={wrong.has("overlap") ? t("cut.overlapRange") : undefined}
                onChange={(value) => set({ overlap: value === "" ? Number.NaN : Number(value) })}
              />
            )}
          </Group>
        </>
      )}
      {nested && (
        <>
          {separator("childSeparator", t("cut.childSeparator"))}
          {tokens("childMaxTokens", t("cut.childMaxTokens"))}
        </>
      )}
      <Stack gap="xs" role="group" aria-label={t("cut.cleaning")}>
        <Input.Label labelElement="div">{t("cut.cleaning")}</Input.Label>
        <Switch
          label={t("cut.extraSpaces")}
          checked={cutting.extraSpaces}
          onChange={(event) => set({ extraSpaces: event.currentTarget.checked })}
        />
        <Switch
          label={t("cut.urlsEmails")}
          checked={cutting.urlsEmails}
          onChange={(event) => set({ urlsEmails: event.currentTarget.checked })}
        />
      </Stack>
    </>
  );
}
