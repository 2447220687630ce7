import { ActionIcon, Button, CloseButton, Group, Menu, NativeSelect, TextInput, Tooltip } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconDownload, IconPlus, IconSearch, IconUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Annotation } from "@/api/types";
import { Page } from "@/components/page";
import { PageHeader } from "@/components/page-header";
import { AnnotationDialog } from "@/features/insights/annotations/annotation-dialog";
import { AnnotationHits } from "@/features/insights/annotations/annotation-hits";
import { AnnotationList } from "@/features/insights/annotations/annotation-list";
import { ImportDialog } from "@/features/insights/annotations/import-dialog";
import { ReplySettings } from "@/features/insights/annotations/reply-settings";
import { annotationExportUrl, annotationsQuery } from "@/features/insights/insights-queries";
import { ANNOTATION_SORTS, type AnnotationsSearch } from "@/features/insights/insights-search";
import { LogsTabs } from "@/features/insights/logs-tabs";
import { useWorkspace } from "@/lib/use-workspace";

type Open = { kind: "new" | "import" } | { kind: "edit" | "hits"; annotation: Annotation } | null;

/** The answers that people have set, and whether the app answers from them. */
export default function AnnotationsPage() {
  const { t } = useTranslation(["annotations", "common"]);
  const { appId } = useParams({ from: "/frame/app/$appId/annotations" });
  const search = useSearch({ from: "/frame/app/$appId/annotations" });
  const navigate = useNavigate({ from: "/app/$appId/annotations" });
  const workspace = useWorkspace();
  const mayEdit = workspace.can("insights.edit");
  const rows = useQuery(annotationsQuery(workspace.id, appId, search));
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const change = (patch: Partial<AnnotationsSearch>) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...patch }), replace: true });
  return (
    <Page width="88rem">
      <PageHeader
        title={t("title")}
        hint={t("hint")}
        actions={
          <>
            <ExportMenu address={(format) => annotationExportUrl(workspace.id, appId, format)} />
            {mayEdit && (
              <>
                <Button variant="default" leftSection={<IconUpload size={16} aria-hidden />} onClick={() => setOpen({ kind: "import" })}>
                  {t("import.action")}
                </Button>
                <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen({ kind: "new" })}>
                  {t("add")}
                </Button>
              </>
            )}
          </>
        }
      />
      <LogsTabs appId={appId} current="annotations" />
      <ReplySettings appId={appId} />
      <Toolbar value={search} onChange={change} />
      <AnnotationList
        appId={appId}
        rows={rows}
        search={search}
        mayEdit={mayEdit}
        onEdit={(annotation) => setOpen({ kind: "edit", annotation })}
        onHits={(annotation) => setOpen({ kind: "hits", annotation })}
        onAdd={() => setOpen({ kind: "new" })}
        onClear={() => change({ search: undefined })}
        onPage={(page) => void navigate({ search: (old) => ({ ...old, page: page > 1 ? page : undefined }) })}
      />
      {(open?.kind === "new" || open?.kind === "edit") && (
        <AnnotationDialog appId={appId} annotation={open.kind === "edit" ? open.annotation : null} onClose={close} />
      )}
      {open?.kind === "hits" && <AnnotationHits appId={appId} annotation={open.annotation} onClose={close} />}
      {open?.kind === "import" && <ImportDialog appId={appId} onClose={close} />}
    </Page>
  );
}

function ExportMenu({ address }: { address: (format: "csv" | "jsonl") => string }) {
  const { t } = useTranslation(["annotations", "common"]);
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Tooltip label={t("common:action.export")}>
          <ActionIcon variant="default" size="lg" aria-label={t("common:action.export")}>
            <IconDownload size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {(["csv", "jsonl"] as const).map((format) => (
          <Menu.Item key={format} component="a" href={address(format)} download>
            {t(`export.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Toolbar({ value, onChange }: { value: AnnotationsSearch; onChange: (change: Partial<AnnotationsSearch>) => void }) {
  const { t } = useTranslation(["annotations", "common"]);
  const [typed, setTyped] = useState(value.search ?? "");
  const [shown, setShown] = useState(value.search);
  const tell = useDebouncedCallback((text: string) => onChange({ search: text.trim() || undefined }), 300);
  if (shown !== value.search) {
    setShown(value.search);
    if (typed.trim() !== (value.search ?? "")) setTyped(value.search ?? "");
  }
  const type = (text: string) => {
    setTyped(text);
    tell(text);
  };
  return (
    <Group mb="md" gap="xs" role="search" aria-label={t("search.label")}>
      <TextInput
        flex="1 1 16rem"
        aria-label={t("search.label")}
        placeholder={t("search.label")}
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={typed && <CloseButton size="sm" aria-label={t("common:action.clear")} onClick={() => type("")} />}
        value={typed}
        maxLength={200}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <NativeSelect
        aria-label={t("sort.label")}
        value={value.sort ?? ANNOTATION_SORTS[0]}
        data={ANNOTATION_SORTS.map((sort) => ({ value: sort, label: t(`sort.${sort}`) }))}
        onChange={(event) => {
          const sort = ANNOTATION_SORTS.find((one) => one === event.currentTarget.value);
          onChange({ sort: sort === ANNOTATION_SORTS[0] ? undefined : sort });
        }}
      />
    </Group>
  );
}
