import { type DragEvent, lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/apps/apps-page.module.css";

const ImportDialog = lazy(() => import("@/features/apps/import-dialog"));

/** Lets an app file be dropped anywhere on the page. */
export function ImportDropZone({ enabled, children }: { enabled: boolean; children: ReactNode }) {
  const { t } = useTranslation("apps");
  const [over, setOver] = useState(false);
  const [file, setFile] = useState<File | null>(null);
  const depth = useRef(0);

  const carriesFile = (event: DragEvent) => enabled && event.dataTransfer.types.includes("Files");
  const enter = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth.current += 1;
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    depth.current -= 1;
    if (depth.current <= 0) setOver(false);
  };
  const drop = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    setFile(event.dataTransfer.files[0] ?? null);
  };
  return (
    <div
      className={classes.drop}
      onDragEnter={enter}
      onDragOver={(event) => carriesFile(event) && event.preventDefault()}
      onDragLeave={leave}
      onDrop={drop}
    >
      {children}
      {over && <div className={classes.dropHint}>{t("import.dropHere")}</div>}
      <Suspense fallback={null}>{file && <ImportDialog file={file} onClose={() => setFile(null)} />}</Suspense>
    </div>
  );
}
