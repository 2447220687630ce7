import { useState } from "react";
import { Dialog } from "../dialog";
import { IconMore, IconPin, IconPlus, IconSearch } from "../icons";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import styles from "./chat.module.css";
import type { Conversation, Conversations } from "./use-conversations";

interface Props {
  list: Conversations;
  current: string | null;
  onOpen(conversation: Conversation): void;
  onNew(): void;
  onRemoved(id: string): void;
}

type Act = { kind: "menu" | "rename" | "delete"; of: Conversation; pinned: boolean };

/** The visitor's conversations: search, open, rename, pin, delete. */
export function ConversationList({ list, current, onOpen, onNew, onRemoved }: Props) {
  const { t } = useTexts();
  const [act, setAct] = useState<Act | null>(null);
  const empty = list.loaded && list.pinned.length + list.others.length === 0;
  const row = (conversation: Conversation, pinned: boolean) => (
    <li key={conversation.id} className={styles.conversation} data-current={conversation.id === current || undefined}>
      <button
        type="button"
        className={styles.open}
        aria-current={conversation.id === current ? "page" : undefined}
        onClick={() => onOpen(conversation)}
      >
        {pinned && <IconPin size={14} />}
        <span>{conversation.name}</span>
      </button>
      <button
        type="button"
        className={`${shared.icon} ${shared.small}`}
        aria-label={t("chat.menu", { name: conversation.name })}
        aria-haspopup="dialog"
        onClick={() => setAct({ kind: "menu", of: conversation, pinned })}
      >
        <IconMore size={18} />
      </button>
    </li>
  );
  return (
    <div className={styles.list}>
      <button type="button" className={shared.plain} onClick={onNew}>
        <IconPlus size={18} />
        {t("chat.new")}
      </button>
      <label className={styles.search}>
        <IconSearch size={16} />
        <span className={shared.hidden}>{t("chat.search")}</span>
        <input
          className={shared.input}
          type="search"
          value={list.search}
          placeholder={t("chat.search")}
          onChange={(event) => list.setSearch(event.target.value)}
        />
      </label>
      <nav aria-label={t("chat.list")} className={styles.scroll}>
        {empty && !list.search && <p className={shared.hint}>{t("chat.none")}</p>}
        {empty && list.search && (
          <>
            <p className={shared.hint}>{t("chat.noneFound", { search: list.search })}</p>
            <button type="button" className={shared.plain} onClick={() => list.setSearch("")}>
              {t("chat.clearSearch")}
            </button>
          </>
        )}
        <ul>
          {list.pinned.map((one) => row(one, true))}
          {list.others.map((one) => row(one, false))}
        </ul>
        {list.hasMore && (
          <button type="button" className={shared.plain} onClick={() => void list.loadMore()}>
            {t("chat.more")}
          </button>
        )}
      </nav>
      {act?.kind === "menu" && <MenuDialog act={act} list={list} onChoose={(kind) => setAct(kind ? { ...act, kind } : null)} />}
      {act?.kind === "rename" && <RenameDialog conversation={act.of} list={list} onClose={() => setAct(null)} />}
      {act?.kind === "delete" && (
        <DeleteDialog conversation={act.of} list={list} onClose={() => setAct(null)} onRemoved={() => onRemoved(act.of.id)} />
      )}
    </div>
  );
}

function MenuDialog({ act, list, onChoose }: { act: Act; list: Conversations; onChoose(kind: "rename" | "delete" | null): void }) {
  const { t } = useTexts();
  const pin = () => {
    onChoose(null);
    void list.pin(act.of.id, !act.pinned);
  };
  return (
    <Dialog title={act.of.name} onClose={() => onChoose(null)}>
      <button type="button" className={shared.plain} onClick={() => onChoose("rename")}>
        {t("chat.rename")}
      </button>
      <button type="button" className={shared.plain} onClick={pin}>
        {act.pinned ? t("chat.unpin") : t("chat.pin")}
      </button>
      <button type="button" className={shared.plain} onClick={() => onChoose("delete")}>
        {t("chat.delete")}
      </button>
      <button type="button" className={shared.plain} onClick={() => onChoose(null)}>
        {t("page.cancel")}
      </button>
    </Dialog>
  );
}

/** Does something that may fail, and says so in place. */
function useAct(onDone: () => void) {
  const { t } = useTexts();
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
      onDone();
    } catch (failure) {
      setError(errorWords(failure, t));
      setBusy(false);
    }
  };
  return { run, busy, error };
}

function RenameDialog({ conversation, list, onClose }: { conversation: Conversation; list: Conversations; onClose(): void }) {
  const { t } = useTexts();
  const [name, setName] = useState(conversation.name);
  const { run, busy, error } = useAct(onClose);
  return (
    <Dialog title={t("chat.rename")} onClose={onClose}>
      <form
        className={shared.stack}
        onSubmit={(event) => {
          event.preventDefault();
          void run(() => list.rename(conversation.id, name));
        }}
      >
        <label className={shared.field}>
          <span className={shared.label}>{t("chat.name")}</span>
          <input
            className={shared.input}
            value={name}
            maxLength={255}
            required
            autoFocus
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {error && (
          <p className={shared.wrong} role="alert">
            {error}
          </p>
        )}
        <div className={`${shared.row} ${shared.end}`}>
          <button type="button" className={shared.plain} onClick={onClose}>
            {t("page.cancel")}
          </button>
          <button type="submit" className={shared.button} disabled={busy || !name.trim()}>
            {t("page.save")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface DeleteProps {
  conversation: Conversation;
  list: Conversations;
  onClose(): void;
  onRemoved(): void;
}

function DeleteDialog({ conversation, list, onClose, onRemoved }: DeleteProps) {
  const { t } = useTexts();
  const { run, busy, error } = useAct(() => {
    onClose();
    onRemoved();
  });
  return (
    <Dialog title={t("chat.deleteAsk", { name: conversation.name })} onClose={onClose}>
      <p className={shared.hint}>{t("chat.deleteHint")}</p>
      {error && (
        <p className={shared.wrong} role="alert">
          {error}
        </p>
      )}
      <div className={`${shared.row} ${shared.end}`}>
        <button type="button" className={shared.plain} onClick={onClose} autoFocus>
          {t("page.cancel")}
        </button>
        <button
          type="button"
          className={`${shared.button} ${shared.danger}`}
          disabled={busy}
          onClick={() => void run(() => list.remove(conversation.id))}
        >
          {t("chat.delete")}
        </button>
      </div>
    </Dialog>
  );
}
