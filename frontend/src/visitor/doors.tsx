import { type FormEvent, useState } from "react";
import { CallError, type PageInfo } from "./session";
import { Sign } from "./sign";
import { useTexts } from "./texts";
import styles from "./visitor.module.css";
import { errorWords } from "./words";

const codeOf = (refusal: unknown): string => (refusal instanceof CallError ? refusal.code : "");

interface DoorProps {
  page: PageInfo;
  refusal: unknown;
  embedded: boolean;
  onEnter(password?: string): Promise<void>;
}

/** What stands before a page that does not let everybody in. */
export function Door({ page, refusal, embedded, onEnter }: DoorProps) {
  const { t } = useTexts();
  const code = codeOf(refusal);
  const asksPassword = code === "page_password_required" || code === "page_password_wrong" || code === "page_too_many_attempts";
  return (
    <main className={styles.center}>
      <Sign page={page} />
      <h1>{page.title}</h1>
      {asksPassword ? (
        <PasswordForm refusal={refusal as CallError} onEnter={onEnter} />
      ) : code === "page_sign_in_required" ? (
        <>
          <p className={styles.hint}>{embedded ? t("door.signInFrame") : t("door.signIn")}</p>
          {embedded ? (
            <a className={styles.button} href={page.path} target="_blank" rel="noreferrer">
              {t("page.openAlone")}
            </a>
          ) : (
            <a className={styles.button} href={`/signin?next=${encodeURIComponent(window.location.pathname)}`}>
              {t("door.signInButton")}
            </a>
          )}
        </>
      ) : (
        <>
          <p role="alert">
            {code === "page_members_only"
              ? t("door.stranger")
              : code === "page_identity_refused"
                ? t("door.identity")
                : errorWords(refusal, t)}
          </p>
          <button type="button" className={styles.button} onClick={() => void onEnter()}>
            {t("page.retry")}
          </button>
        </>
      )}
    </main>
  );
}

function PasswordForm({ refusal, onEnter }: { refusal: CallError; onEnter(password: string): Promise<void> }) {
  const { t } = useTexts();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await onEnter(password);
    setBusy(false);
  };
  const minutes = Math.ceil(Number(refusal.details.retry_after_s ?? 900) / 60);
  const wrong =
    refusal.code === "page_password_wrong"
      ? t("door.passwordWrong")
      : refusal.code === "page_too_many_attempts"
        ? t("door.tooMany", { minutes })
        : null;
  return (
    <form className={styles.stack} onSubmit={(event) => void submit(event)}>
      <p className={styles.hint}>{t("door.passwordAsk")}</p>
      <label className={styles.field}>
        <span className={styles.label}>{t("door.password")}</span>
        <input
          className={styles.input}
          type="password"
          autoComplete="current-password"
          value={password}
          aria-invalid={wrong !== null}
          required
          autoFocus
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      {wrong && (
        <p className={styles.wrong} role="alert">
          {wrong}
        </p>
      )}
      <button type="submit" className={styles.button} disabled={busy}>
        {t("door.enter")}
      </button>
    </form>
  );
}

/** No page, or no way to it. */
export function Gone({ refusal, onAgain }: { refusal: unknown; onAgain(): void }) {
  const { t } = useTexts();
  const missing = codeOf(refusal) === "page_not_found";
  return (
    <main className={styles.center}>
      <h1>{missing ? t("page.gone") : t("page.failed")}</h1>
      <p className={styles.hint}>{missing ? t("page.goneHint") : errorWords(refusal, t)}</p>
      {!missing && (
        <button type="button" className={styles.button} onClick={onAgain}>
          {t("page.retry")}
        </button>
      )}
    </main>
  );
}
