import { useMemo, useState } from "react";
import type { FormValues, InputError } from "@/features/runs/input-fields";
import { checkValues, initialValues } from "@/features/runs/input-fields";
import { MarkdownView } from "../answer/markdown-view";
import { InputsForm } from "../inputs/inputs-form";
import { bodyInputs } from "../inputs/page-inputs";
import { CallError, type Session } from "../session";
import { useTexts } from "../texts";
import shared from "../visitor.module.css";
import { errorWords } from "../words";
import styles from "./chat.module.css";
import { formFieldsOf, formPieces } from "./form-pieces";
import type { TurnForm } from "./turns";

interface Props {
  session: Session;
  form: TurnForm;
  onAnswer(token: string, action: string, inputs: Record<string, unknown>): Promise<void>;
}

/** A form that the run waits for, in the conversation. */
export default function FormCard({ session, form, onAnswer }: Props) {
  const { t, language } = useTexts();
  const { definition } = form;
  const fields = useMemo(() => formFieldsOf(definition), [definition]);
  const [values, setValues] = useState<FormValues>(() => initialValues(fields));
  const [errors, setErrors] = useState<Record<string, InputError>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [pressed, setPressed] = useState(false);
  if (form.state !== "waiting") {
    return (
      <section className={styles.form} aria-label={definition.node_title}>
        {form.content && <MarkdownView text={form.content} />}
        <p className={shared.hint}>{form.state === "over" ? t("form.over") : t("form.done", { action: form.action })}</p>
      </section>
    );
  }
  const token = definition.display_in_ui ? definition.form_token : null;
  if (!token) return <p className={shared.hint}>{t("form.elsewhere")}</p>;
  const press = async (action: string) => {
    const wrong = checkValues(fields, values);
    setErrors(wrong);
    setFailure(null);
    if (Object.keys(wrong).length > 0) return;
    setPressed(true);
    try {
      await onAnswer(token, action, {
        ...Object.fromEntries(fields.map(({ name }) => [name, values[name]])),
        ...bodyInputs(fields, values),
      });
    } catch (error) {
      setPressed(false);
      const field = error instanceof CallError ? error.details.field : null;
      if (error instanceof CallError && typeof field === "string" && field in values)
        setErrors({ [field]: { code: "server", params: { message: error.message } } });
      else setFailure(errorWords(error, t));
    }
  };
  const until = new Date(definition.expiration_time * 1000).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  return (
    <section className={styles.form} aria-label={definition.node_title}>
      <strong>{t("form.waits")}</strong>
      {formPieces(definition.form_content, fields).map((piece, index) =>
        piece.kind === "text" ? (
          <MarkdownView key={index} text={piece.text} />
        ) : (
          <InputsForm
            key={index}
            session={session}
            fields={[piece.field]}
            values={values}
            errors={errors}
            disabled={pressed}
            onChange={(name, value) => setValues((before) => ({ ...before, [name]: value }))}
          />
        ),
      )}
      {failure && (
        <p className={shared.wrong} role="alert">
          {failure}
        </p>
      )}
      <div className={shared.row}>
        {definition.actions.map(({ id, title, button_style }) => (
          <button
            key={id}
            type="button"
            className={button_style === "primary" || button_style === "accent" ? shared.button : shared.plain}
            disabled={pressed}
            onClick={() => void press(id)}
          >
            {title || id}
          </button>
        ))}
      </div>
      <p className={shared.hint}>{t("form.until", { time: until })}</p>
    </section>
  );
}
