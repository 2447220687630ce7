import { Badge, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import classes from "@/features/apps/template-card.module.css";
import { useLocalized } from "@/lib/use-language";

interface Props {
  template: Template;
  busy?: boolean;
  disabled?: boolean;
  onChoose: () => void;
}

export function TemplateCard({ template, busy, disabled, onChoose }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  return (
    <UnstyledButton className={classes.card} onClick={onChoose} disabled={disabled || busy} aria-busy={busy}>
      <AppIcon app={template} size={44} />
      <span className={classes.text}>
        <Text span fw={600} className={classes.name}>
          {localized(template.name)}
        </Text>
        <Text span size="sm" c="dimmed" lineClamp={3}>
          {localized(template.description)}
        </Text>
        <Badge component="span" variant="default" tt="none" fw={500} mt={4}>
          {t(`mode.${template.mode}`)}
        </Badge>
      </span>
    </UnstyledButton>
  );
}
