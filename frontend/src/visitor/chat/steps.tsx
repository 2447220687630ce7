import { IconCheck, IconClose } from "../icons";
import { type TextKey, useTexts } from "../texts";
import styles from "./chat.module.css";
import type { Step } from "./turns";

/** The steps that led to an answer, folded away. */
export function Steps({ steps, live }: { steps: readonly Step[]; live: boolean }) {
  const { t } = useTexts();
  if (steps.length === 0) return null;
  const working = live ? steps.findLast((step) => step.status === "working" || step.status === "retry") : undefined;
  return (
    <details className={styles.fold}>
      <summary>{working ? t("steps.running", { title: working.title }) : t("steps.title", { count: steps.length })}</summary>
      <ol className={styles.steps}>
        {steps.map((step) => (
          <li key={step.id} data-status={step.status} style={{ marginInlineStart: `${step.depth * 1.2}rem` }}>
            {step.status === "succeeded" ? (
              <IconCheck size={16} />
            ) : step.status === "failed" || step.status === "exception" || step.status === "stopped" ? (
              <IconClose size={16} />
            ) : (
              <span className={styles.dot} aria-hidden />
            )}
            <span>{step.title}</span>
            <span className={styles.quiet}>
              {t(`steps.${step.status}` as TextKey)}
              {step.seconds !== null && ` · ${t("steps.seconds", { seconds: step.seconds.toFixed(1) })}`}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
