import { ActionIcon, Button, Select, Tooltip } from "@mantine/core";
import { IconArrowsLeftRight, IconGitCompare } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Id, Version } from "@/api/types";
import type { Autosave } from "../autosave";
import editor from "../editor.module.css";
import { type Comparison, DRAFT } from "./use-comparison";
import { useRestore } from "./use-restore";
import { useVersionName } from "./use-version-name";

interface Props {
  version: Id;
  other: Id | typeof DRAFT;
  found: Comparison;
  onSides: (version: Id, other: Id | typeof DRAFT) => void;
  onClose: () => void;
  autosave: Autosave | null;
  readOnly: boolean;
}

/** Which two are compared, and the ways out. The draft is always the later one. */
export function CompareBar({ version, other, found, onSides, onClose, autosave, readOnly }: Props) {
  const { t } = useTranslation("versions");
  const nameOf = useVersionName();
  const restore = useRestore(autosave, onClose);
  const { versions, beforeVersion, afterVersion } = found;
  const options = (own: Version | undefined) => {
    const all = own && !versions.some((one) => one.id === own.id) ? [own, ...versions] : versions;
    return all.map((one) => ({ value: one.id, label: one.live ? `${nameOf(one)} · ${t("live")}` : nameOf(one) }));
  };
  const size = {
    size: "xs",
    w: 220,
    allowDeselect: false,
    searchable: versions.length > 8,
    comboboxProps: { withinPortal: true },
  } as const;
  return (
    <div className={editor.bar}>
      <IconGitCompare size={18} aria-hidden />
      <Select
        {...size}
        aria-label={t("compare.from")}
        data={options(beforeVersion)}
        value={version}
        onChange={(next) => next && onSides(next, other)}
      />
      {other === DRAFT ? (
        <span aria-hidden>→</span>
      ) : (
        <Tooltip label={t("compare.swap")}>
          <ActionIcon variant="subtle" color="gray" aria-label={t("compare.swap")} onClick={() => onSides(other, version)}>
            <IconArrowsLeftRight size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
      <Select
        {...size}
        aria-label={t("compare.to")}
        data={[{ value: DRAFT, label: t("draft") }, ...options(afterVersion)]}
        value={other}
        onChange={(next) => next && onSides(version, next)}
      />
      <span style={{ flex: "1 1 0" }} />
      {!readOnly && beforeVersion && (
        <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.ask(beforeVersion)}>
          {t("compare.restoreWhole", { name: nameOf(beforeVersion) })}
        </Button>
      )}
      <Button size="xs" onClick={onClose}>
        {t("backToDraft")}
      </Button>
    </div>
  );
}
