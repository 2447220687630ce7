import { Anchor, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { HeldValue, HeldView } from "@/features/canvas/run-held";
import { JsonFold } from "../json-view";
import classes from "./debug.module.css";

interface Props {
  held: HeldView;
  /** Whether to say which step reads them. */
  named: boolean;
  titleOf(nodeId: string): string | undefined;
  onShow(nodeId: string): void;
}

const NAMESPACES = new Set(["sys", "conversation"]);

/** The variables that a held step is about to read, with their values. */
export function HeldValues({ held, named, titleOf, onShow }: Props) {
  const { t } = useTranslation("debug");
  const nameOf = ({ selector }: HeldValue): string => {
    const [namespace = "", ...path] = selector;
    const source = NAMESPACES.has(namespace) ? t(`namespace.${namespace}`) : (titleOf(namespace) ?? namespace);
    return t("variable", { source, name: path.join(".") });
  };
  return (
    <div role="group" aria-label={t("readsOf", { title: held.title })}>
      {named && (
        <Anchor component="button" type="button" size="xs" fw={600} onClick={() => onShow(held.nodeId)}>
          {held.title}
        </Anchor>
      )}
      {held.variables.length === 0 && (
        <Text size="xs" c="dimmed">
          {t("nothing")}
        </Text>
      )}
      <div className={classes.list}>
        {held.variables.map((variable) =>
          variable.state === "known" ? (
            <JsonFold key={variable.selector.join(".")} title={nameOf(variable)} value={variable.value} open={isShort(variable.value)} />
          ) : (
            <Text key={variable.selector.join(".")} size="xs" c="dimmed">
              {t(variable.state, { name: nameOf(variable) })}
            </Text>
          ),
        )}
      </div>
    </div>
  );
}

const isShort = (value: unknown): boolean => (JSON.stringify(value) ?? "").length < 400;
