import type { Host } from "../host";
import { IconClose, IconMenu, IconOut, IconPlus } from "../icons";
import type { PageInfo } from "../session";
import { Sign } from "../sign";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./chat.module.css";
import { useWide } from "./use-wide";

interface Props {
  page: PageInfo;
  /** The open conversation's name, where it has one. */
  name: string | null;
  host: Host;
  onMenu(): void;
  onNew(): void;
}

/** The page's title, with what a narrow screen has no other place for. */
export function ChatHead({ page, name, host, onMenu, onNew }: Props) {
  const { t } = useTexts();
  const wide = useWide();
  const listed = wide && !host.embedded;
  return (
    <header className={styles.head} data-inverted={page.chat_color_theme_inverted || undefined}>
      {!listed && (
        <button type="button" className={shared.icon} aria-label={t("chat.openList")} title={t("chat.openList")} onClick={onMenu}>
          <IconMenu />
        </button>
      )}
      {!listed && <Sign page={page} small />}
      <h1>{listed ? (name ?? page.title) : page.title}</h1>
      {!listed && (
        <button type="button" className={shared.icon} aria-label={t("chat.new")} title={t("chat.new")} onClick={onNew}>
          <IconPlus />
        </button>
      )}
      {host.embedded && (
        <a
          className={shared.icon}
          href={page.path}
          target="_blank"
          rel="noreferrer"
          aria-label={t("page.openAlone")}
          title={t("page.openAlone")}
        >
          <IconOut />
        </a>
      )}
      {host.listens && (
        <button type="button" className={shared.icon} aria-label={t("page.close")} title={t("page.close")} onClick={() => host.close()}>
          <IconClose />
        </button>
      )}
    </header>
  );
}
