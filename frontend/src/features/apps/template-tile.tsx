import { Badge, Text, UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/types";
import { AppIcon } from "@/components/app-icon";
import { FlowPreview } from "@/features/apps/flow-preview";
import classes from "@/features/apps/template-gallery.module.css";
import { useLocalized } from "@/lib/use-language";

interface Props {
  template: Template;
  chosen: boolean;
  onChoose(): void;
}

/** A template with the picture of its graph. */
export function TemplateTile({ template, chosen, onChoose }: Props) {
  const { t } = useTranslation();
  const localized = useLocalized();
  return (
    <UnstyledButton className={classes.tile} aria-pressed={chosen} onClick={onChoose}>
      <span className={classes.picture} aria-hidden>
        <FlowPreview document={template.document} />
      </span>
      <span className={classes.caption}>
        <AppIcon app={template} size={32} />
        <span className={classes.words}>
          <Text span size="sm" fw={600}>
            {localized(template.name)}
          </Text>
          <Text span size="xs" c="dimmed" lineClamp={2}>
            {localized(template.description)}
          </Text>
          <Badge component="span" variant="default" size="sm" tt="none" fw={500} mt={4}>
            {t(`mode.${template.mode}`)}
          </Badge>
        </span>
      </span>
    </UnstyledButton>
  );
}
