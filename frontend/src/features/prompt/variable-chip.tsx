import { useTranslation } from "react-i18next";
import { useScope } from "./scope-context";
import { shortValue } from "./short-value";
import { useReferenceInfo } from "./use-reference-info";
import classes from "./variable-chip.module.css";

/** A chosen variable, «Title · name»; red when it no longer exists or runs later. */
export function VariableChip({ selector }: { selector: readonly string[] }) {
  const { t } = useTranslation("prompt");
  const info = useReferenceInfo()(selector);
  const last = useScope().lastValue(selector);
  const lines = [info.tooltip, last === undefined ? "" : t("chip.lastValue", { value: shortValue(last, 120) })];
  return (
    <span className={classes.chip} data-broken={info.broken || undefined} title={lines.filter(Boolean).join("\n")}>
      {info.group && <span className={classes.group}>{info.group}</span>}
      <span className={classes.name}>{info.name}</span>
      {info.broken && <span className={classes.broken}>{t("chip.broken")}</span>}
    </span>
  );
}
