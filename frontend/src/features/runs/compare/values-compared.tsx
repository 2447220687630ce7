import { Group, SegmentedControl, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TextDiff } from "@/components/text-diff";
import { MarkdownView } from "../markdown-view";
import type { ValuePair } from "./compare-runs";
import classes from "./compare.module.css";

interface Props {
  title: string;
  none: string;
  values: readonly ValuePair[];
  /** Shows the values that do not differ as well. */
  open?: boolean;
}

type View = "words" | "lines" | "sides";

/** Named values of two runs: what differs as one text with its changes, or side by side. */
export function ValuesCompared({ title, none, values, open = false }: Props) {
  const { t } = useTranslation("compare");
  const differing = values.filter((value) => !value.same);
  const equal = values.filter((value) => value.same);
  const [view, setView] = useState<View>(differing.length > 0 && differing.every(({ json }) => json) ? "lines" : "words");
  return (
    <section className={classes.values} aria-label={title}>
      <Group gap="sm" mb={6}>
        <Title order={2} size="h5">
          {title}
        </Title>
        {values.length === 0 && <Hint text={none} />}
        {values.length > 0 && differing.length === 0 && <Hint text={t("allEqual")} />}
        {differing.length > 0 && (
          <SegmentedControl
            size="xs"
            aria-label={t("view.of", { what: title })}
            value={view}
            onChange={(next) => setView(next as View)}
            data={(["words", "lines", "sides"] as const).map((value) => ({ value, label: t(`view.${value}`) }))}
          />
        )}
      </Group>
      {differing.map((value) => (
        <ValueDiff key={value.name} value={value} view={view} />
      ))}
      {equal.length > 0 &&
        (open
          ? equal.map((value) => <Equal key={value.name} value={value} />)
          : differing.length > 0 && <Hint text={t("equalOnes", { names: equal.map(({ name }) => name).join(", ") })} />)}
    </section>
  );
}

function ValueDiff({ value, view }: { value: ValuePair; view: View }) {
  return (
    <div className={classes.value}>
      <Text size="sm" fw={600}>
        {value.name}
      </Text>
      {view === "sides" ? (
        <div className={classes.sides}>
          <Side name="A" text={value.before} />
          <Side name="B" text={value.after} />
        </div>
      ) : (
        <TextDiff before={value.before} after={value.after} mode={view} label={value.name} />
      )}
    </div>
  );
}

function Side({ name, text }: { name: string; text: string }) {
  const { t } = useTranslation("compare");
  return (
    <div className={classes.side}>
      <Text size="xs" c="dimmed">
        {t("run", { name })}
      </Text>
      {text ? <MarkdownView text={text} /> : <Hint text={t("nothing")} />}
    </div>
  );
}

function Equal({ value }: { value: ValuePair }) {
  return (
    <div className={classes.value}>
      <Text size="sm" fw={600}>
        {value.name}
      </Text>
      <div className={classes.equal}>{value.after}</div>
    </div>
  );
}

function Hint({ text }: { text: string }) {
  return (
    <Text size="sm" c="dimmed">
      {text}
    </Text>
  );
}
