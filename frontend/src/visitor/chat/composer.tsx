import {
  type ClipboardEvent,
  type KeyboardEvent,
  type Ref,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
  lazy,
  Suspense,
} from "react";
import { UploadChips } from "../files/file-chips";
import { acceptOf, type FileRules, sentFiles, shownFiles, useUploads } from "../files/uploads";
import { IconAttach, IconCamera, IconSend, IconStop } from "../icons";
import type { Session } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import styles from "./chat.module.css";
import type { Question } from "./chat-store";

const Dictation = lazy(() => import("./dictation"));

export interface ComposerHandle {
  focus(): void;
  add(files: Iterable<File>): void;
  /** Puts a text there, to be sent by hand. */
  write(text: string): void;
}

interface Props {
  ref?: Ref<ComposerHandle>;
  session: Session;
  placeholder: string;
  files: FileRules | null;
  speech: boolean;
  busy: boolean;
  onSend(query: string, files: Question["files"]): boolean;
  onStop(): void;
}

/** Fingers have no Shift: there Enter makes a new line, and the button sends. */
const byTouch = () => window.matchMedia?.("(pointer: coarse)").matches ?? false;

/** Whether a key ends a composition of an input method rather than the message (Safari tells it by 229 alone). */
export function isComposing(event: { isComposing: boolean; keyCode: number }): boolean {
  return event.isComposing || event.keyCode === 229;
}

const NO_FILES: FileRules = { types: [], extensions: [], count: 0, sizes: {} };

/** Where a message is written: text, files, voice. */
export function Composer({ ref, session, placeholder, files, speech, busy, onSend, onStop }: Props) {
  const { t } = useTexts();
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const uploads = useUploads(session, files ?? NO_FILES);
  const keysId = useId();
  const ready = text.trim() !== "" && !uploads.busy;

  useImperativeHandle(ref, () => ({ focus: () => area.current?.focus(), add: uploads.add, write: setText }));
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);

  const send = () => {
    if (!ready || busy) return;
    if (!onSend(text.trim(), { sent: sentFiles(uploads.files), shown: shownFiles(uploads.files) })) return;
    setText("");
    uploads.clear();
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== "Enter" || event.shiftKey || isComposing(event.nativeEvent) || byTouch()) return;
    event.preventDefault();
    send();
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (!files || pasted.length === 0) return;
    event.preventDefault();
    uploads.add(pasted);
  };
  return (
    <div className={styles.composer}>
      <UploadChips files={uploads.files} onRemove={uploads.remove} />
      <div className={styles.writing}>
        {files && <FileButton label={t("composer.attach")} accept={acceptOf(files)} camera={false} onFiles={uploads.add} />}
        {files && byTouch() && <FileButton label={t("composer.camera")} accept="image/*" camera onFiles={uploads.add} />}
        <textarea
          ref={area}
          className={styles.text}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={t("composer.label")}
          aria-describedby={keysId}
          enterKeyHint={byTouch() ? "enter" : "send"}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <span id={keysId} className={shared.hidden}>
          {t("composer.keys")}
        </span>
        {speech && (
          <Suspense fallback={null}>
            <Dictation session={session} onText={(spoken) => setText((before) => (before ? `${before} ${spoken}` : spoken))} />
          </Suspense>
        )}
        {busy ? (
          <button type="button" className={styles.send} aria-label={t("composer.stop")} title={t("composer.stop")} onClick={onStop}>
            <IconStop />
          </button>
        ) : (
          <button
            type="button"
            className={styles.send}
            aria-label={t("composer.send")}
            title={t("composer.send")}
            disabled={!ready}
            onClick={send}
          >
            <IconSend />
          </button>
        )}
      </div>
    </div>
  );
}

interface FileButtonProps {
  label: string;
  accept: string | undefined;
  camera: boolean;
  onFiles(files: Iterable<File>): void;
}

function FileButton({ label, accept, camera, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" className={shared.icon} aria-label={label} title={label} onClick={() => input.current?.click()}>
        {camera ? <IconCamera /> : <IconAttach />}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple={!camera}
        accept={accept}
        capture={camera ? "environment" : undefined}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}
