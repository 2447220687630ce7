import type { Ref } from "react";
import type { FileRules } from "../files/uploads";
import type { PageInfo, Session } from "../session";
import { useTexts } from "../texts";
import { useOnline } from "../use-online";
import shared from "../visitor.module.css";
import type { Question } from "./chat-store";
import styles from "./chat.module.css";
import { Composer, type ComposerHandle } from "./composer";

interface Props {
  ref: Ref<ComposerHandle>;
  session: Session;
  page: PageInfo;
  files: FileRules | null;
  speech: boolean;
  busy: boolean;
  broken: boolean;
  onSend(query: string, files: Question["files"]): boolean;
  onStop(): void;
}

/** What stays at the lower edge: the state of the connection, and where one writes. */
export function ChatFoot({ page, broken, ...rest }: Props) {
  const { t } = useTexts();
  const online = useOnline();
  return (
    <>
      <div role="status">
        {!online ? (
          <p className={shared.banner} style={{ margin: 0 }}>
            {t("page.offline")}
          </p>
        ) : (
          broken && (
            <p className={shared.banner} style={{ margin: 0 }}>
              {t("chat.reconnecting")}
            </p>
          )
        )}
      </div>
      <div className={styles.foot}>
        <Composer {...rest} placeholder={page.input_placeholder || t("composer.placeholder")} />
      </div>
    </>
  );
}
