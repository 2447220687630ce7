import { Alert, Button, Checkbox, Group, List, Paper, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "@/features/knowledge/add/add.module.css";
import type { Crawl } from "@/features/knowledge/add/pages";
import type { WebPage } from "@/features/knowledge/add/use-wizard";
import { compactNumber } from "@/lib/format";
import { useLanguage } from "@/lib/use-language";

/** The pages of a site, to tick; all are ticked at first. */
export function FoundPages({ crawl, onAdd }: { crawl: Crawl; onAdd: (pages: WebPage[]) => void }) {
  const { t } = useTranslation("knowledge-add");
  const language = useLanguage();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(crawl.pages.map(({ url }) => url)));
  const choose = (url: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(url);
    else next.delete(url);
    setChosen(next);
  };
  const all = chosen.size === crawl.pages.length;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between">
          <Checkbox
            label={t("pages.found", { count: crawl.pages.length })}
            checked={all && crawl.pages.length > 0}
            indeterminate={!all && chosen.size > 0}
            disabled={crawl.pages.length === 0}
            onChange={() => setChosen(new Set(all ? [] : crawl.pages.map(({ url }) => url)))}
          />
          <Button disabled={chosen.size === 0} onClick={() => onAdd(crawl.pages.filter(({ url }) => chosen.has(url)))}>
            {t("pages.take", { count: chosen.size })}
          </Button>
        </Group>
        <div className={classes.found} role="group" aria-label={t("pages.foundList")}>
          {crawl.pages.map(({ url, title, characters }) => (
            <Checkbox
              key={url}
              label={title}
              description={`${url} · ${t("pages.characters", { count: characters, shown: compactNumber(characters, language) })}`}
              checked={chosen.has(url)}
              onChange={(event) => choose(url, event.currentTarget.checked)}
            />
          ))}
        </div>
        {crawl.skipped_by_robots > 0 && (
          <Text size="sm" c="dimmed">
            {t("pages.robots", { count: crawl.skipped_by_robots })}
          </Text>
        )}
        {crawl.failed.length > 0 && (
          <Alert color="yellow" variant="light" title={t("pages.failed", { count: crawl.failed.length })}>
            <List size="sm">
              {crawl.failed.map(({ url, reason }) => (
                <List.Item key={url}>
                  {url}: {reason}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
      </Stack>
    </Paper>
  );
}
