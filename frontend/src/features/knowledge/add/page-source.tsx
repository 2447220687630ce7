import { ActionIcon, Alert, Button, Group, Loader, NativeSelect, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconTrash, IconWorldSearch } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/add/add.module.css";
import { FoundPages } from "@/features/knowledge/add/found-pages";
import { type Crawl, withPages, withScheme } from "@/features/knowledge/add/pages";
import type { Wizard } from "@/features/knowledge/add/use-wizard";
import { runJob } from "@/lib/job";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const DEPTHS = [1, 2, 3];
const EXAMPLE = "https://example.com/help";

/** Web pages by address, or those that a site links to. */
export function PageSource({ wizard }: { wizard: Wizard }) {
  const { t } = useTranslation(["knowledge-add", "common"]);
  const words = useErrorText();
  const { path } = useWorkspace();
  const [address, setAddress] = useState("");
  const [limit, setLimit] = useState(10);
  const [depth, setDepth] = useState(1);
  const control = useRef<AbortController>(null);
  useEffect(() => () => control.current?.abort(), []);
  const crawl = useMutation({
    mutationFn: (url: string) => {
      control.current = new AbortController();
      const start = { path: path("/knowledge/crawl"), body: { url, limit, depth } };
      return runJob<Crawl>(start, (id) => path(`/jobs/${id}`), control.current.signal);
    },
  });
  const url = withScheme(address);
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!url) return;
    wizard.set({ pages: withPages(wizard.pages, [{ url, title: "" }]) });
    setAddress("");
  };
  const stopped = crawl.error instanceof DOMException && crawl.error.name === "AbortError";
  return (
    <Stack>
      <form onSubmit={add}>
        <Group align="flex-end" gap="sm">
          <TextInput
            flex="1 1 20rem"
            label={t("pages.address")}
            placeholder={EXAMPLE}
            inputMode="url"
            value={address}
            error={address.trim() && !url ? t("pages.wrong") : undefined}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" leftSection={<IconPlus size={16} aria-hidden />} disabled={!url}>
            {t("pages.add")}
          </Button>
        </Group>
      </form>
      <Group align="flex-end" gap="sm">
        <NumberInput
          w="9rem"
          label={t("pages.limit")}
          min={1}
          max={200}
          allowDecimal={false}
          value={limit}
          onChange={(value) => setLimit(Math.min(200, Math.max(1, Number(value) || 1)))}
        />
        <NativeSelect
          label={t("pages.depth")}
          value={String(depth)}
          data={DEPTHS.map((count) => ({ value: String(count), label: t("pages.depthOf", { count }) }))}
          onChange={(event) => setDepth(Number(event.currentTarget.value))}
        />
        <Button
          variant="default"
          leftSection={<IconWorldSearch size={16} aria-hidden />}
          disabled={!url || crawl.isPending}
          onClick={() => url && crawl.mutate(url)}
        >
          {t("pages.find")}
        </Button>
        {crawl.isPending && (
          <Group gap="xs" role="status">
            <Loader size="xs" aria-hidden />
            <Text size="sm">{t("pages.finding")}</Text>
            <Button size="compact-sm" variant="subtle" onClick={() => control.current?.abort()}>
              {t("common:action.cancel")}
            </Button>
          </Group>
        )}
      </Group>
      {crawl.error && !stopped && (
        <Alert color="red" variant="light" role="alert">
          {words(crawl.error)}
        </Alert>
      )}
      {crawl.data && !crawl.isPending && (
        <FoundPages
          key={crawl.submittedAt}
          crawl={crawl.data}
          onAdd={(pages) => {
            wizard.set({ pages: withPages(wizard.pages, pages) });
            crawl.reset();
            setAddress("");
          }}
        />
      )}
      {wizard.pages.length > 0 && (
        <section aria-label={t("pages.list")}>
          <Text size="sm" role="status" mb="xs">
            {t("pages.chosen", { count: wizard.pages.length })}
          </Text>
          <ul className={classes.files}>
            {wizard.pages.map((page) => (
              <li key={page.url} className={classes.file}>
                <div className={classes.fileText}>
                  <Text size="sm" className={classes.fileName}>
                    {page.title || page.url}
                  </Text>
                  {page.title && (
                    <Text size="xs" c="dimmed" className={classes.fileName}>
                      {page.url}
                    </Text>
                  )}
                </div>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={t("files.removeOf", { name: page.title || page.url })}
                  title={t("files.remove")}
                  onClick={() => wizard.set({ pages: wizard.pages.filter((one) => one.url !== page.url) })}
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Stack>
  );
}
