import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AppMode, Id, Version } from "@/api/types";
import { ErrorState } from "@/components/error-state";
import { useWorkspace } from "@/lib/use-workspace";
import { versionQuery, versionsQuery } from "../data";
import { versionChangesQuery, type WholeVersion } from "./data";
import { EditVersionDialog } from "./edit-version-dialog";
import { DeleteVersionDialog } from "./delete-version-dialog";
import { RunVersionDialog } from "./run-version-dialog";
import type { DRAFT } from "./use-comparison";
import { VersionRow } from "./version-row";
import classes from "./versions.module.css";

interface Props {
  appId: Id;
  mode: AppMode;
  viewed: Id | undefined;
  onView: (version: Id | undefined, diff?: Id | typeof DRAFT) => void;
  /** Whether looking and comparing are two things; without a canvas they are one. */
  compares?: boolean;
  /** Asks and restores; left out for who may not edit. */
  onRestore?: (version: Version) => void;
  restoring: Id | null;
  restoreError: unknown;
}

/** So many rows at a time, and so many versions in one question for what they changed. */
const PAGE = 20;

type Asked = { act: "edit" | "delete" | "run"; version: Version } | null;

/** Published versions and kept drafts, the newest first: look at one, compare it, run it, bring it back as the draft. */
export function VersionList({ appId, mode, viewed, onView, compares = true, onRestore, restoring, restoreError }: Props) {
  const { t } = useTranslation("versions");
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(versionsQuery(workspace.id, appId));
  const [pages, setPages] = useState(1);
  const [asked, setAsked] = useState<Asked>(null);
  const shown = data?.slice(0, pages * PAGE) ?? [];
  const chunks = Array.from({ length: Math.ceil(shown.length / PAGE) }, (_, at) => shown.slice(at * PAGE, (at + 1) * PAGE));
  const summaries = useQueries({
    queries: chunks.map((chunk) =>
      versionChangesQuery(
        workspace.id,
        appId,
        chunk.map((version) => version.id),
      ),
    ),
  });
  const changes = new Map(summaries.flatMap((query) => query.data ?? []).map((one) => [one.version_id, one]));
  const waiting = summaries.some((query) => query.isPending);
  const rest = (data?.length ?? 0) - shown.length;

  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <ListSkeleton />;
  if (!data.length) {
    return (
      <Text size="sm" c="dimmed">
        {t("empty")}
      </Text>
    );
  }
  const close = (): void => setAsked(null);
  return (
    <>
      <ol className={classes.rows} aria-label={t("list")}>
        {shown.map((version) => (
          <VersionRow
            key={version.id}
            version={version}
            changes={changes.get(version.id)}
            waiting={waiting}
            viewed={viewed === version.id}
            restoring={restoring === version.id}
            onView={onView}
            compares={compares}
            onRestore={onRestore}
            onAsk={(act) => setAsked({ act, version })}
          />
        ))}
      </ol>
      {rest > 0 && (
        <Button variant="default" size="xs" mt="xs" onClick={() => setPages(pages + 1)}>
          {t("more", { count: Math.min(rest, PAGE) })}
        </Button>
      )}
      {restoreError !== null && <ErrorState error={restoreError} />}
      {asked?.act === "edit" && <EditVersionDialog appId={appId} version={asked.version} onClose={close} />}
      {asked?.act === "delete" && (
        <DeleteVersionDialog
          appId={appId}
          version={asked.version}
          onClose={close}
          onDeleted={() => {
            close();
            if (viewed === asked.version.id) onView(undefined);
          }}
        />
      )}
      {asked?.act === "run" && <RunListed appId={appId} mode={mode} id={asked.version.id} onClose={close} />}
    </>
  );
}

/** The list holds no flows: that of the version to run is read first. */
function RunListed({ appId, mode, id, onClose }: { appId: Id; mode: AppMode; id: Id; onClose: () => void }) {
  const workspace = useWorkspace();
  const { data } = useQuery(versionQuery(workspace.id, appId, id));
  return data?.document ? <RunVersionDialog appId={appId} mode={mode} version={data as WholeVersion} onClose={onClose} /> : null;
}

function ListSkeleton() {
  return (
    <Stack gap="sm" aria-hidden>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} height={92} radius="md" />
      ))}
    </Stack>
  );
}
