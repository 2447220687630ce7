import { Button, Group, SegmentedControl, Skeleton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Template } from "@/api/types";
import { EmptyState } from "@/components/empty-state";
import { ErrorState } from "@/components/error-state";
import { templatesQuery } from "@/features/apps/app-queries";
import { TemplateDetail } from "@/features/apps/template-detail";
import classes from "@/features/apps/template-gallery.module.css";
import { TemplateTile } from "@/features/apps/template-tile";
import { includesText } from "@/lib/search-text";
import { useLanguage, useLocalized } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  chosen: string | undefined;
  onChoose: (templateId: string) => void;
}

/** What its steps are called, so that a search for «summarise» finds what does it somewhere. */
const titlesOf = (template: Template): string => template.document.graph.nodes.map((node) => node.data.title).join(" ");

/** Templates by category and search; the chosen one beside them with all there is to know. */
export function NewFromTemplate({ chosen, onChoose }: Props) {
  const { t } = useTranslation(["apps", "common"]);
  const workspace = useWorkspace();
  const localized = useLocalized();
  const language = useLanguage();
  const { data, error, isPending, refetch } = useQuery(templatesQuery(workspace.id, language));
  const [wanted, setWanted] = useState("");
  const [category, setCategory] = useState("all");

  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton height={320} />;
  const categories = [...new Set(data.map((template) => template.category))];
  const shown = data.filter(
    (template) =>
      (category === "all" || template.category === category) &&
      includesText(`${localized(template.name)} ${localized(template.description)} ${titlesOf(template)}`, wanted),
  );
  const template = shown.find((one) => one.id === chosen) ?? shown[0];
  return (
    <>
      <Group mb="md" gap="sm">
        <TextInput
          flex="1 1 14rem"
          maw="24rem"
          aria-label={t("template.search")}
          placeholder={t("template.search")}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t("template.category")}
          value={category}
          onChange={setCategory}
          data={[
            { value: "all", label: t("template.all") },
            ...categories.map((one) => ({ value: one, label: t(`category.${one}`, { defaultValue: one }) })),
          ]}
        />
      </Group>
      {!template && (
        <EmptyState title={t("template.none")}>
          <Button
            variant="default"
            onClick={() => {
              setWanted("");
              setCategory("all");
            }}
          >
            {t("empty.clearFilter")}
          </Button>
        </EmptyState>
      )}
      {template && (
        <div className={classes.split}>
          <ul className={classes.tiles} aria-label={t("new.tab.template")}>
            {shown.map((one) => (
              <li key={one.id}>
                <TemplateTile template={one} chosen={one.id === template.id} onChoose={() => onChoose(one.id)} />
              </li>
            ))}
          </ul>
          <TemplateDetail key={template.id} template={template} />
        </div>
      )}
    </>
  );
}
