import { Button, Skeleton } from "@mantine/core";
import { IconEye, IconGitCompare, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import type { Autosave } from "../autosave";
import { versionQuery } from "../data";
import classes from "../editor.module.css";
import { FlowView } from "../flow-view";
import { isInOverlay } from "../keys";
import { useEditor } from "../store";
import { Compare } from "./compare";
import type { WholeVersion } from "./data";
import { RunVersionDialog } from "./run-version-dialog";
import { DRAFT } from "./use-comparison";
import { useRestore } from "./use-restore";
import { useVersionName } from "./use-version-name";

interface Props {
  version: Id | undefined;
  /** What the version is compared with; undefined: nothing. */
  diff: Id | typeof DRAFT | undefined;
  theirs: boolean;
  onView: (version: Id | undefined, diff?: Id | typeof DRAFT) => void;
  onClose: () => void;
  autosave: Autosave | null;
}

/** A version, its comparison, or the other draft of a conflict, over the canvas: to look at, not to change. */
export function Preview({ version, diff, theirs, onView, onClose, autosave }: Props) {
  const conflict = useEditor((state) => state.conflict);
  const mode = useEditor((state) => state.mode);
  const { t } = useTranslation("versions");
  if (theirs && conflict) {
    return (
      <Cover label={t("theirs")} onEscape={onClose}>
        <PreviewBar text={t("theirs")} onClose={onClose} />
        <FlowView document={conflict.document} mode={mode} />
      </Cover>
    );
  }
  if (!version) return null;
  if (diff) {
    return (
      <Cover label={t("compare.keys")}>
        <Compare version={version} other={diff} onSides={onView} onClose={onClose} autosave={autosave} />
      </Cover>
    );
  }
  return <VersionPreview key={version} id={version} onView={onView} onClose={onClose} autosave={autosave} />;
}

/** What lies over the canvas. It takes the focus, as what is below cannot have it. */
function Cover({ label, onEscape, children }: { label: string; onEscape?: () => void; children: ReactNode }) {
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body || focused.closest("[inert]")) element.current?.focus();
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || isInOverlay(event.target) || !onEscape) return;
      event.preventDefault();
      onEscape();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [onEscape]);
  return (
    <section ref={element} className={classes.preview} aria-label={label} tabIndex={-1} style={{ outline: "none" }}>
      {children}
    </section>
  );
}

function PreviewBar({ text, onClose, children }: { text: string; onClose: () => void; children?: ReactNode }) {
  const { t } = useTranslation("versions");
  return (
    <div className={classes.bar}>
      <IconEye size={18} aria-hidden />
      <p>{text}</p>
      {children}
      <Button size="xs" onClick={onClose}>
        {t("backToDraft")}
      </Button>
    </div>
  );
}

function VersionPreview({ id, onView, onClose, autosave }: { id: Id } & Pick<Props, "onView" | "onClose" | "autosave">) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const app = useEditor((state) => state.appId);
  const mode = useEditor((state) => state.mode);
  const readOnly = useEditor((state) => state.readOnly);
  const nameOf = useVersionName();
  const [running, setRunning] = useState(false);
  const { data, error, refetch } = useQuery(versionQuery(workspace.id, app, id));
  const restore = useRestore(autosave, onClose);
  const text = data ? t("viewing", { name: nameOf(data) }) : "";
  return (
    <Cover label={text || t("title")} onEscape={onClose}>
      <PreviewBar text={text} onClose={onClose}>
        {data && (
          <Button size="xs" variant="default" leftSection={<IconGitCompare size={14} aria-hidden />} onClick={() => onView(id, DRAFT)}>
            {t("compare")}
          </Button>
        )}
        {data?.document && workspace.can("run.execute") && (
          <Button size="xs" variant="default" leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => setRunning(true)}>
            {t("run.button")}
          </Button>
        )}
        {data && !readOnly && (
          <Button size="xs" variant="default" loading={restore.isPending} onClick={() => restore.ask(data)}>
            {t("restore")}
          </Button>
        )}
      </PreviewBar>
      {error ? (
        <ErrorState error={error} onRetry={() => void refetch()} page />
      ) : data?.document ? (
        <FlowView document={data.document} mode={mode} />
      ) : (
        <Skeleton height="100%" radius={0} />
      )}
      {running && data?.document && (
        <RunVersionDialog appId={app} mode={mode} version={data as WholeVersion} onClose={() => setRunning(false)} />
      )}
    </Cover>
  );
}
