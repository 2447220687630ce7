import { type FormEvent, useEffect, useMemo, useState } from "react";
import type { FormValues, InputError } from "@/features/runs/input-fields";
import { checkValues } from "@/features/runs/input-fields";
import { Footer } from "../chat/chat-side";
import type { Host } from "../host";
import { IconClose } from "../icons";
import { InputsForm } from "../inputs/inputs-form";
import { bodyInputs, firstValues, pageFields, type PageField, type Parameters, visibleFields } from "../inputs/page-inputs";
import type { PageInfo, Session } from "../session";
import { Sign } from "../sign";
import { type TextKey, useTexts } from "../texts";
import { useOnline } from "../use-online";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import { Batch } from "./batch";
import { Result } from "./result";
import type { RunKind } from "./run-api";
import styles from "./run.module.css";
import { Saved, useSaved } from "./saved";
import { useRun } from "./use-run";

interface Props {
  session: Session;
  page: PageInfo;
  host: Host;
}

/** The page of a workflow or a text generation: run once, run many, what was saved. */
export default function RunPage({ session, page, host }: Props) {
  const { t } = useTexts();
  const [parameters, setParameters] = useState<Parameters | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    session.get<Parameters>("/parameters").then(setParameters, setError);
  }, [session]);
  if (parameters) return <Tabs session={session} page={page} host={host} parameters={parameters} />;
  return error ? (
    <main className={shared.center}>
      <h1>{t("page.failed")}</h1>
      <p className={shared.hint}>{errorWords(error, t)}</p>
    </main>
  ) : (
    <div className={shared.center} aria-busy />
  );
}

type Tab = "once" | "batch" | "saved";

function Tabs({ session, page, host, parameters }: Props & { parameters: Parameters }) {
  const { t } = useTexts();
  const online = useOnline();
  const kind: RunKind = page.mode === "workflow" ? "workflow" : "completion";
  const tabs: Tab[] = kind === "completion" ? ["once", "batch", "saved"] : ["once", "batch"];
  const [tab, setTab] = useState<Tab>("once");
  const fields = useMemo(() => visibleFields(pageFields(parameters)), [parameters]);
  const saved = useSaved(session.storageKey("saved"));
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Sign page={page} small />
        <h1>{page.title}</h1>
        {host.listens && (
          <button type="button" className={shared.icon} aria-label={t("page.close")} title={t("page.close")} onClick={() => host.close()}>
            <IconClose />
          </button>
        )}
      </header>
      {!online && (
        <p className={shared.banner} role="status">
          {t("page.offline")}
        </p>
      )}
      <main className={styles.main}>
        {page.description && <p className={shared.hint}>{page.description}</p>}
        <div role="tablist" className={styles.tabs} aria-label={page.title}>
          {tabs.map((one) => (
            <button
              key={one}
              type="button"
              role="tab"
              id={`tab-${one}`}
              aria-selected={tab === one}
              aria-controls={`panel-${one}`}
              tabIndex={tab === one ? 0 : -1}
              onClick={() => setTab(one)}
              onKeyDown={(event) => {
                const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                if (!step) return;
                const next = tabs[(tabs.indexOf(one) + step + tabs.length) % tabs.length] as Tab;
                setTab(next);
                document.getElementById(`tab-${next}`)?.focus();
              }}
            >
              {t(`run.${one}` as TextKey)}
              {one === "saved" && saved.rows.length > 0 && ` (${saved.rows.length})`}
            </button>
          ))}
        </div>
        {/* All stay mounted: a batch goes on while somebody looks elsewhere. */}
        <div role="tabpanel" id="panel-once" aria-labelledby="tab-once" hidden={tab !== "once"}>
          <Once {...{ session, page, host, parameters, kind, fields, saved }} />
        </div>
        <div role="tabpanel" id="panel-batch" aria-labelledby="tab-batch" hidden={tab !== "batch"}>
          <Batch session={session} kind={kind} fields={fields} title={page.title} />
        </div>
        {kind === "completion" && (
          <div role="tabpanel" id="panel-saved" aria-labelledby="tab-saved" hidden={tab !== "saved"}>
            <Saved saved={saved} />
          </div>
        )}
      </main>
      {page.custom_disclaimer && <p className={`${shared.hint} ${styles.note}`}>{page.custom_disclaimer}</p>}
      <Footer page={page} />
    </div>
  );
}

interface OnceProps extends Props {
  parameters: Parameters;
  kind: RunKind;
  fields: PageField[];
  saved: ReturnType<typeof useSaved>;
}

function Once({ session, page, host, parameters, kind, fields, saved }: OnceProps) {
  const { t } = useTexts();
  const [values, setValues] = useState<FormValues>(() => firstValues(fields, host.prefilled()));
  const [errors, setErrors] = useState<Record<string, InputError>>({});
  const { turn, broken, start, stop } = useRun(session, kind, host);
  const busy = turn?.status === "sending" || turn?.status === "answering" || turn?.status === "paused";
  const run = () => {
    const wrong = checkValues(fields, values);
    setErrors(wrong);
    if (Object.keys(wrong).length === 0) start(bodyInputs(fields, values));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) run();
  };
  return (
    <div className={styles.once}>
      <form className={shared.stack} onSubmit={submit} noValidate>
        <InputsForm
          session={session}
          fields={fields}
          values={values}
          errors={errors}
          onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
        />
        <div className={shared.row}>
          {busy ? (
            <button type="button" className={shared.plain} onClick={stop}>
              {t("run.stop")}
            </button>
          ) : (
            <button type="submit" className={shared.button}>
              {t("run.run")}
            </button>
          )}
        </div>
      </form>
      <Result
        session={session}
        page={page}
        kind={kind}
        turn={turn}
        broken={broken}
        onAgain={parameters.more_like_this.enabled && !busy ? run : null}
        saved={kind === "completion" ? saved : null}
        about={fields.map((field) => values[field.name]).find((value): value is string => typeof value === "string" && value !== "") ?? ""}
      />
    </div>
  );
}
