import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useEditorStore } from "../store";
import type { FlowChange } from "./flow-diff";
import { withChangeUndone, withFieldUndone } from "./flow-restore";
import type { Comparison } from "./use-comparison";
import type { FieldChange } from "./value-diff";

const NOTICE = "version-part-restored";

/** Put a change, or one setting of it, back into the draft as one act that can be undone. */
export function useBringBack({ before, words }: Comparison, done: () => void) {
  const { t } = useTranslation("versions");
  const store = useEditorStore();
  return useCallback(
    (change: FlowChange, field?: FieldChange): void => {
      if (!before) return;
      const told = field ? words.phrase(change, field) : words.sentence(change);
      const label = { key: "restorePart", params: { change: told } };
      const old = store.getState().document;
      store.actions.change(label, (document) =>
        field ? withFieldUndone(document, change, field) : withChangeUndone(document, before, change),
      );
      const now = store.getState().document;
      if (now === old) return;
      if (!field) done();
      const undo = (): void => {
        // Only while nothing else was done since: undoing another act would surprise.
        if (store.getState().document === now) store.actions.undo();
        notifications.hide(NOTICE);
      };
      notifications.hide(NOTICE);
      notifications.show({
        id: NOTICE,
        autoClose: 8000,
        message: (
          <Group gap="xs" wrap="nowrap" justify="space-between">
            <Text size="sm">{t("compare.undone", { change: told })}</Text>
            <Button size="compact-sm" variant="default" flex="none" onClick={undo}>
              {t("compare.redo")}
            </Button>
          </Group>
        ),
      });
    },
    [before, words, store, t, done],
  );
}
