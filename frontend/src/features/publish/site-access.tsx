import { Button, Group, PasswordInput, Radio, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { App, Site } from "@/api/types";
import { Failure } from "@/features/publish/failure";
import { useSaveSite } from "@/features/publish/site-queries";
import { fieldErrors } from "@/lib/field-errors";
import { useWorkspace } from "@/lib/use-workspace";

const KINDS = ["members", "password", "public"] as const;
const SHORTEST = 6;

/** Who may open the app's page. A password is set together with the choice: no page is ever half protected. */
export function SiteAccess({ app, site }: { app: App; site: Site }) {
  const { t } = useTranslation(["publish", "common"]);
  const mayPublish = useWorkspace().can("app.publish");
  const save = useSaveSite(app.id);
  const [chosen, setChosen] = useState<Site["access"] | null>(null);
  const [password, setPassword] = useState("");
  const access = chosen ?? site.access;
  const fields = fieldErrors(save.error);
  const choose = (kind: string) => {
    const next = KINDS.find((one) => one === kind);
    if (!next) return;
    save.reset();
    setChosen(next);
    // A page that has a password already can go back to it at once.
    if (next !== "password" || site.has_password) save.mutate({ access: next }, { onSettled: () => setChosen(null) });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(
      { access: "password", password },
      {
        onSuccess: () => {
          setPassword("");
          setChosen(null);
        },
      },
    );
  };
  return (
    <div>
      <Radio.Group label={t("access.label")} value={access} onChange={choose}>
        <Stack gap="xs" mt="xs">
          {KINDS.map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={t(`access.${kind}`)}
              description={t(`access.${kind}Hint`)}
              disabled={!mayPublish || save.isPending}
            />
          ))}
        </Stack>
      </Radio.Group>
      {access === "password" && mayPublish && (
        <form onSubmit={submit}>
          <Group align="flex-end" gap="xs" mt="sm" ml="xl">
            <PasswordInput
              w={280}
              label={t(site.has_password ? "access.newPassword" : "access.setPassword")}
              description={t("access.passwordRule", { count: SHORTEST })}
              value={password}
              error={fields.password}
              maxLength={128}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" disabled={password.length < SHORTEST} loading={save.isPending}>
              {t("access.save")}
            </Button>
          </Group>
        </form>
      )}
      {Object.keys(fields).length === 0 && <Failure error={save.error} />}
    </div>
  );
}
