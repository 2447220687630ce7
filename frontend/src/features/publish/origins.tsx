import { Button, Group, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { Failure } from "@/features/publish/failure";
import { originsIn } from "@/features/publish/origins-in";
import { useSaveSite } from "@/features/publish/site-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

const SAMPLE = "https://www.example.com";

/** The sites that may show the page within theirs, one a line. */
export function Origins({ app, site }: { app: App; site: Site }) {
  const { t } = useTranslation(["publish", "common"]);
  const mayPublish = useWorkspace().can("app.publish");
  const save = useSaveSite(app.id);
  const [text, setText] = useState(site.origins.join("\n"));
  const origins = originsIn(text);
  const dirty = origins.join("\n") !== site.origins.join("\n");
  const fields = fieldErrors(save.error);
  const failure = Object.values(fields)[0];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ origins }, { onSuccess: (saved) => setText(saved.origins.join("\n")) });
  };
  return (
    <form onSubmit={submit}>
      <Textarea
        label={t("embed.origins")}
        description={t("embed.originsHint")}
        placeholder={SAMPLE}
        autosize
        minRows={2}
        maxRows={10}
        value={text}
        error={failure}
        readOnly={!mayPublish}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {!failure && <Failure error={save.error} />}
      {mayPublish && (
        <Group mt="xs">
          <Button type="submit" variant="default" disabled={!dirty} loading={save.isPending}>
            {t("embed.saveOrigins")}
          </Button>
        </Group>
      )}
    </form>
  );
}
