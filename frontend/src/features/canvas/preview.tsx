import { Button, Skeleton } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/components/error-state";
import type { Autosave } from "./autosave";
import { versionQuery } from "./data";
import classes from "./editor.module.css";
import { FlowView } from "./flow-view";
import { useEditor } from "./store";
import { useRestore } from "./use-restore";

interface Props {
  version: string | undefined;
  theirs: boolean;
  onClose: () => void;
  autosave: Autosave | null;
}

/** A version, or the other draft of a conflict, over the canvas: to look at, not to change. */
export function Preview({ version, theirs, onClose, autosave }: Props) {
  const conflict = useEditor((state) => state.conflict);
  const mode = useEditor((state) => state.mode);
  const { t } = useTranslation("canvas");
  if (theirs && conflict) {
    return (
      <section className={classes.preview} aria-label={t("conflict.theirs")}>
        <PreviewBar text={t("conflict.theirs")} onClose={onClose} />
        <FlowView document={conflict.document} mode={mode} />
      </section>
    );
  }
  return version ? <VersionPreview id={version} onClose={onClose} autosave={autosave} /> : null;
}

function PreviewBar({ text, onClose, onRestore }: { text: string; onClose: () => void; onRestore?: () => void }) {
  const { t } = useTranslation("canvas");
  return (
    <div className={classes.bar}>
      <IconEye size={18} aria-hidden />
      <p>{text}</p>
      {onRestore && (
        <Button size="xs" variant="default" onClick={onRestore}>
          {t("versions.restore")}
        </Button>
      )}
      <Button size="xs" onClick={onClose}>
        {t("versions.backToDraft")}
      </Button>
    </div>
  );
}

function VersionPreview({ id, onClose, autosave }: { id: string; onClose: () => void; autosave: Autosave | null }) {
  const { t } = useTranslation("canvas");
  const ws = useEditor((state) => state.workspaceId);
  const app = useEditor((state) => state.appId);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const { data, error, refetch } = useQuery(versionQuery(ws, app, id));
  const restore = useRestore(autosave, onClose);
  const name = data ? data.name || (data.number === null ? t("versions.unnamed") : t("versions.number", { number: data.number })) : "";
  return (
    <section className={classes.preview} aria-label={t("versions.viewing", { name })}>
      <PreviewBar
        text={t("versions.viewing", { name })}
        onClose={onClose}
        onRestore={data && !readOnly ? () => restore.ask(data) : undefined}
      />
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} page />
      ) : data?.document ? (
        <FlowView document={data.document} mode={mode} />
      ) : (
        <Skeleton height="100%" radius={0} />
      )}
    </section>
  );
}
