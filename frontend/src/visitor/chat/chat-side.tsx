import { type ReactNode, useEffect, useRef } from "react";
import { IconClose } from "../icons";
import type { PageInfo } from "../session";
import { Sign } from "../sign";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./chat.module.css";
import { ConversationList } from "./conversation-list";
import type { Conversation, Conversations } from "./use-conversations";
import { useWide } from "./use-wide";

interface Props {
  open: boolean;
  onClose(): void;
  page: PageInfo;
  embedded: boolean;
  list: Conversations;
  current: string | null;
  onOpen(conversation: Conversation): void;
  onNew(): void;
  onRemoved(id: string): void;
  children: ReactNode;
}

/** The conversations beside the messages, or in a drawer where there is no room. */
export function ChatSide({ open, onClose, page, embedded, children, ...rest }: Props) {
  const { t } = useTexts();
  const wide = useWide() && !embedded;
  const content = (
    <div className={styles.side}>
      <div className={styles.brand}>
        <Sign page={page} small />
        <span>{page.title}</span>
        {!wide && (
          <button type="button" className={shared.icon} aria-label={t("chat.closeList")} onClick={onClose}>
            <IconClose />
          </button>
        )}
      </div>
      <ConversationList {...rest} />
      <Footer page={page} />
    </div>
  );
  return (
    <div className={styles.page} data-narrow={!wide || undefined}>
      {wide ? <aside style={{ display: "contents" }}>{content}</aside> : open && <Drawer onClose={onClose}>{content}</Drawer>}
      {children}
    </div>
  );
}

function Drawer({ onClose, children }: { onClose(): void; children: ReactNode }) {
  const { t } = useTexts();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    // A press on what lies behind the drawer reaches the dialog itself.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={element}
      className={styles.drawer}
      aria-label={t("chat.list")}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      {children}
    </dialog>
  );
}

export function Footer({ page }: { page: PageInfo }) {
  const { t } = useTexts();
  if (!page.copyright && !page.privacy_policy) return null;
  return (
    <footer className={shared.footer}>
      {page.copyright}{" "}
      {page.privacy_policy && (
        <a href={page.privacy_policy} target="_blank" rel="noopener noreferrer">
          {t("page.privacy")}
        </a>
      )}
    </footer>
  );
}
