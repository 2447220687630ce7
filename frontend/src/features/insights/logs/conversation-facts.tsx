import { Paper, Stack, Text, Title } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ConversationLog } from "@/api/types";
import { AnchorLink } from "@/components/links";
import { RelativeTime } from "@/components/relative-time";
import { useFormats } from "@/features/canvas/formats";
import { AskerName } from "@/features/insights/logs/asker-name";
import classes from "@/features/insights/logs/conversation.module.css";
import { shortValue } from "@/features/prompt/short-value";

/** Who asked, when, at what cost, with which inputs, and what else he asked. */
export function ConversationFacts({ conversation, appId }: { conversation: ConversationLog; appId: string }) {
  const { t } = useTranslation(["logs", "runs"]);
  const formats = useFormats();
  const { asker, source, others } = conversation;
  const facts: [string, ReactNode][] = [
    ["asker", <AskerName key="asker" asker={asker} />],
    ["source", source ? t(`runs:source.${source}`) : "–"],
    ["startedAt", <RelativeTime key="from" value={conversation.created_at} />],
    ["lastAt", <RelativeTime key="to" value={conversation.last_at} />],
    ["turns", conversation.turns],
    ["tokens", formats.tokens(conversation.tokens)],
    ["cost", conversation.cost_usd ? formats.cost(conversation.cost_usd) : "–"],
  ];
  const inputs = Object.entries(conversation.inputs);
  return (
    <Stack component="aside" className={classes.facts} aria-label={t("facts.label")}>
      <Paper withBorder radius="md" p="md">
        <Facts rows={facts.map(([name, value]) => [t(`column.${name}`), value])} />
        {conversation.deleted && (
          <Text size="xs" c="dimmed" mt="xs">
            {t("facts.deleted")}
          </Text>
        )}
      </Paper>
      {inputs.length > 0 && (
        <Paper withBorder radius="md" p="md">
          <Title order={2} size="h6" mb="xs">
            {t("facts.inputs")}
          </Title>
          <Facts rows={inputs.map(([name, value]) => [name, typeof value === "string" ? value : shortValue(value, 200)])} />
        </Paper>
      )}
      {others.length > 0 && (
        <Paper withBorder radius="md" p="md">
          <Title order={2} size="h6" mb="xs">
            {t("facts.others")}
          </Title>
          <Stack gap={6}>
            {others.map((other) => (
              <div key={other.id}>
                <AnchorLink to="/app/$appId/logs/$conversationId" params={{ appId, conversationId: other.id }} size="sm" lineClamp={1}>
                  {other.name || t("noQuestion")}
                </AnchorLink>
                <Text size="xs" c="dimmed">
                  <RelativeTime value={other.last_at} />
                </Text>
              </div>
            ))}
          </Stack>
          {asker?.kind === "end_user" && asker.id && (
            <AnchorLink
              mt="xs"
              display="inline-block"
              size="sm"
              underline="always"
              to="/app/$appId/logs"
              params={{ appId }}
              search={{ user: asker.id, period: "all" }}
            >
              {t("facts.allOfAsker")}
            </AnchorLink>
          )}
        </Paper>
      )}
    </Stack>
  );
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className={classes.fact}>
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
