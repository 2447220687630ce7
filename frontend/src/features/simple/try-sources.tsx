import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { object, text } from "./settings";

const SHOWN = 240;

/** The passages that the latest answer rests on, folded. */
export function TrySources({ resources }: { resources: readonly unknown[] }) {
  const { t } = useTranslation("simple");
  if (resources.length === 0) return null;
  return (
    <details>
      <Text component="summary" size="xs" c="dimmed">
        {t("try.sources", { count: resources.length })}
      </Text>
      {resources.map(object).map((one, at) => (
        <Text key={at} size="xs" mt={4}>
          <Text span fw={600} size="xs">
            {text(one.document_name) || text(one.title) || text(one.dataset_name)}
          </Text>{" "}
          {text(one.content).slice(0, SHOWN)}
        </Text>
      ))}
    </details>
  );
}
