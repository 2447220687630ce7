import { useEffect, useRef, useState } from "react";
import { IconMic, IconStop } from "../icons";
import type { Session } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";

/** Records what is said and has it written down. */
export default function Dictation({ session, onText }: { session: Session; onText(text: string): void }) {
  const { t } = useTexts();
  const recorder = useRef<MediaRecorder | null>(null);
  const [state, setState] = useState<"idle" | "recording" | "writing">("idle");
  const [error, setError] = useState<string | null>(null);
  useEffect(() => () => stopTracks(recorder.current), []);

  const start = async () => {
    setError(null);
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const made = new MediaRecorder(stream);
      const pieces: Blob[] = [];
      made.ondataavailable = (event) => pieces.push(event.data);
      made.onstop = () => {
        stopTracks(made);
        void write(new Blob(pieces, { type: made.mimeType }));
      };
      recorder.current = made;
      made.start();
      setState("recording");
    } catch (failure) {
      setError(t("composer.speakFailed", { reason: failure instanceof Error ? failure.message : String(failure) }));
    }
  };
  const write = async (sound: Blob) => {
    setState("writing");
    const form = new FormData();
    form.append("file", sound, `speech.${sound.type.includes("mp4") ? "mp4" : "webm"}`);
    try {
      const response = await session.call("/audio-to-text", { method: "POST", body: form });
      onText(((await response.json()) as { text: string }).text);
    } catch (failure) {
      setError(t("composer.speakFailed", { reason: errorWords(failure, t) }));
    }
    setState("idle");
  };
  const label = state === "recording" ? t("composer.speakStop") : t("composer.speak");
  return (
    <>
      {error && (
        <span className={shared.wrong} role="alert">
          {error}
        </span>
      )}
      <button
        type="button"
        className={shared.icon}
        aria-label={label}
        title={label}
        aria-pressed={state === "recording"}
        disabled={state === "writing"}
        onClick={() => (state === "recording" ? recorder.current?.stop() : void start())}
      >
        {state === "recording" ? <IconStop /> : <IconMic />}
      </button>
    </>
  );
}

function stopTracks(recorder: MediaRecorder | null): void {
  for (const track of recorder?.stream.getTracks() ?? []) track.stop();
}
