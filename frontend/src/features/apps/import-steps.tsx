import { Group, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { useImportApp } from "@/features/apps/app-mutations";
import { ImportForm } from "@/features/apps/import-form";
import { ImportRefused } from "@/features/apps/import-refused";
import { ImportReport } from "@/features/apps/import-report";
import type { ImportSource } from "@/features/apps/import-source";

/** An import from the file to its report. `first` is a file that is already there; `appId` an app whose draft it replaces. */
export function ImportSteps({ first, appId, onImported }: { first?: Promise<ImportSource>; appId?: Id; onImported?: () => void }) {
  const { t } = useTranslation("apps");
  const { mutate, data, error, isPending } = useImportApp(appId);
  const [source, setSource] = useState<ImportSource | null>(null);
  const started = useRef<Promise<ImportSource> | undefined>(undefined);
  useEffect(() => {
    if (!first || started.current === first) return;
    started.current = first;
    void first.then((found) => {
      setSource(found);
      mutate({ source: found });
    });
  }, [first, mutate]);
  if (data) return <ImportReport result={data} replaced={appId !== undefined} />;
  return (
    <Stack>
      {first && !error ? (
        <Group role="status">
          <Loader size="sm" aria-hidden />
          <Text>{t("import.reading")}</Text>
        </Group>
      ) : (
        <ImportForm
          busy={isPending}
          onSource={(found) => {
            setSource(found);
            mutate({ source: found }, { onSuccess: onImported });
          }}
        />
      )}
      {error && (
        <ImportRefused error={error} busy={isPending} onMend={() => source && mutate({ source, mend: true }, { onSuccess: onImported })} />
      )}
    </Stack>
  );
}
