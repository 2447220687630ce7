import { Text } from "@mantine/core";
import { useMemo } from "react";
import type { FlowDocument } from "@/api/types";
import { datasetIds, settingsOf } from "@/features/simple/settings";
import { stableText } from "@/lib/text-diff";
import { flowDiff } from "./flow-diff";
import { useChangeWords } from "./use-change-words";
import { isRecord } from "./value-diff";
import classes from "./versions.module.css";

const NOTHING = { model_config: {} } as unknown as FlowDocument;

/** Says only how the prompt is stored. */
const SILENT = new Set(["prompt_type"]);

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  value === false ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && (value.enabled === false || Object.values(value).every(isEmpty)));

/** The settings of an app without a drawing, to read. Those that are empty or off are left out. */
export function SettingsView({ document }: { document: FlowDocument }) {
  const words = useChangeWords(undefined, document, undefined);
  const settings = useMemo(() => flowDiff(NOTHING, document), [document]);
  return (
    <dl className={classes.settings}>
      {settings.map((change) => {
        const [field] = change.of === "setting" ? change.fields : [];
        if (!field || isEmpty(field.after)) return null;
        const { after } = field;
        const key = String(field.path.at(-1));
        if (SILENT.has(key) || (key === "dataset_configs" && !datasetIds(settingsOf(document)).length)) return null;
        const text =
          typeof after === "string" ? after : isRecord(after) && typeof after.name === "string" ? words.value(after) : stableText(after);
        return (
          <div key={change.id}>
            <Text component="dt" size="xs" fw={600}>
              {words.label(change, field)}
            </Text>
            <dd>{isRecord(after) && after.enabled === true && Object.keys(after).length === 1 ? words.value(true) : text}</dd>
          </div>
        );
      })}
    </dl>
  );
}
