import { useEffect, useState } from "react";
import type { Host } from "../host";
import type { Parameters } from "../inputs/page-inputs";
import type { PageInfo, Session } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import { Chat } from "./chat";

interface Props {
  session: Session;
  page: PageInfo;
  host: Host;
}

/** Loads what the app asks for, then shows the chat. */
export function ChatPage({ session, page, host }: Props) {
  const { t } = useTexts();
  const [parameters, setParameters] = useState<Parameters | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    session.get<Parameters>("/parameters").then(setParameters, setError);
  }, [session, attempt]);
  if (parameters) return <Chat session={session} page={page} host={host} parameters={parameters} />;
  if (!error) return <div className={shared.center} aria-busy />;
  return (
    <main className={shared.center}>
      <h1>{t("page.failed")}</h1>
      <p className={shared.hint}>{errorWords(error, t)}</p>
      <button
        type="button"
        className={shared.button}
        onClick={() => {
          setError(null);
          setAttempt(attempt + 1);
        }}
      >
        {t("page.retry")}
      </button>
    </main>
  );
}
