import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { accentStyle } from "./accent";
import { ChatPage } from "./chat/chat-page";
import { Door, Gone } from "./doors";
import { Host } from "./host";
import { CallError, type PageInfo, Session } from "./session";
import { chooseLanguage, type Language, loadTexts, type Texts, TextsContext } from "./texts";
import styles from "./visitor.module.css";

const RunPage = lazy(() => import("./run/run-page"));

interface Props {
  pageToken: string;
  embedded: boolean;
}

/** The page of an app: lets the visitor in, then shows the chat or the form to run. */
export function VisitorPage({ pageToken, embedded }: Props) {
  const session = useMemo(() => new Session(pageToken, embedded), [pageToken, embedded]);
  const host = useMemo(() => new Host(embedded), [embedded]);
  const [page, setPage] = useState<PageInfo | null>(null);
  const [inside, setInside] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [words, setWords] = useState<{ t: Texts; language: Language } | null>(null);

  const enter = useCallback(
    async (password = "") => {
      try {
        const found = await session.open(password);
        setPage(found);
        setRefusal(null);
        setInside(true);
      } catch (error) {
        const shown = error instanceof CallError ? (error.details.page as PageInfo | undefined) : undefined;
        if (shown) setPage(shown);
        setRefusal(error);
        setInside(false);
      }
    },
    [session],
  );

  useEffect(() => {
    let left = false;
    void host.greeting().then(({ identity }) => {
      if (left) return;
      session.identify(identity);
      void enter();
    });
    return () => {
      left = true;
    };
  }, [host, session, enter]);

  const default_language = page?.default_language;
  const known = page !== null || refusal !== null;
  useEffect(() => {
    if (!known) return;
    const language = chooseLanguage(navigator.languages ?? [], default_language);
    document.documentElement.lang = language;
    void loadTexts(language).then((t) => setWords({ t, language }));
  }, [known, default_language]);

  useEffect(() => {
    if (page) document.title = page.title;
    if (page) host.trust(page.origins);
  }, [page, host]);

  if (!words) return <div className={styles.center} aria-busy />;
  return (
    <TextsContext value={words}>
      <style>{accentStyle(page?.chat_color_theme ?? "")}</style>
      {inside && page ? (
        page.mode === "workflow" || page.mode === "completion" ? (
          <Suspense fallback={<div className={styles.center} aria-busy />}>
            <RunPage session={session} page={page} host={host} />
          </Suspense>
        ) : (
          <ChatPage session={session} page={page} host={host} />
        )
      ) : page ? (
        <Door page={page} refusal={refusal} embedded={embedded} onEnter={enter} />
      ) : (
        <Gone refusal={refusal} onAgain={() => void enter()} />
      )}
    </TextsContext>
  );
}
