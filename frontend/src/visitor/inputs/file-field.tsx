import { useEffect, useRef } from "react";
import { useLatest } from "@/lib/use-latest";
import { UploadChips } from "../files/file-chips";
import { acceptOf, useUploads } from "../files/uploads";
import type { Session } from "../session";
import { isStored, type PageField } from "./page-inputs";
import shared from "../visitor.module.css";

interface Props {
  session: Session;
  field: PageField;
  value: unknown;
  inputProps: Record<string, unknown>;
  onChange(value: unknown): void;
}

/** One file or several as an input; they are sent as soon as they are chosen. */
export function FileField({ session, field, value, inputProps, onChange }: Props) {
  const uploads = useUploads(session, field.files);
  const changed = useLatest(onChange);
  const many = field.type === "file-list";
  const touched = useRef(false);
  const stored = (Array.isArray(value) ? value : [value]).filter(isStored);
  useEffect(() => {
    if (!touched.current) return;
    const values = uploads.files
      .filter((file) => file.id)
      .map((file) => ({ type: file.kind, transfer_method: "local_file", upload_file_id: file.id, url: file.url, name: file.name }));
    changed.current(many ? values : (values[0] ?? null));
  }, [uploads.files, many, changed]);
  return (
    <>
      <input
        {...inputProps}
        className={shared.input}
        type="file"
        multiple={many}
        accept={acceptOf(field.files)}
        onChange={(event) => {
          touched.current = true;
          uploads.add([...(event.target.files ?? [])], !many);
          event.target.value = "";
        }}
      />
      {stored.length > 0 && <p className={shared.hint}>{stored.map((file) => file.filename).join(", ")}</p>}
      <UploadChips files={uploads.files} onRemove={uploads.remove} />
    </>
  );
}
