import { ActionIcon, Popover, Text, Title, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconProgress } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWork } from "@/features/long-work/use-work";
import classes from "@/features/long-work/work.module.css";
import { WorkRow } from "@/features/long-work/work-row";

/** What runs in the background of the workspace, wherever one is. Nothing while there is nothing to tell. */
export default function WorkTray() {
  const { t } = useTranslation("work");
  const [open, setOpen] = useState(false);
  const works = useWork();
  const running = works.filter((work) => work.state === "running").length;
  const failed = works.filter((work) => work.state === "failed").length;
  if (works.length === 0) return null;
  const counts = [running > 0 && t("running", { count: running }), failed > 0 && t("failedWork", { count: failed })].filter(Boolean);
  const label = [t("title"), ...counts].join(", ");
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={360} trapFocus withRoles={false} shadow="md">
      <Popover.Target>
        <Tooltip label={label} disabled={open}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            className={classes.button}
            aria-label={label}
            aria-haspopup="dialog"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <IconProgress size={18} className={running > 0 ? classes.busy : undefined} aria-hidden />
            {running + failed > 0 && (
              <span className={classes.count} data-failed={failed > 0 || undefined} aria-hidden>
                {running + failed}
              </span>
            )}
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t("title")} p={0}>
        <VisuallyHidden role="status">{counts.join(", ")}</VisuallyHidden>
        <Title order={2} size="h6" px="md" pt="sm">
          {t("title")}
        </Title>
        <ul className={classes.list}>
          {works.map((work) => (
            <WorkRow key={work.id} work={work} onOpen={() => setOpen(false)} />
          ))}
        </ul>
        {running > 0 && (
          <Text size="xs" c="dimmed" px="md" pb="sm">
            {t("goesOn")}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
