import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Asker } from "@/api/types";

/** Who asked, by the caller's own name; members of the workspace are marked. */
export function AskerName({ asker }: { asker: Asker | null }) {
  const { t } = useTranslation("logs");
  const name = asker?.name || t("asker.none");
  return (
    <Text size="sm" lineClamp={1} maw={200} title={name} style={{ overflowWrap: "anywhere" }}>
      {asker?.kind === "member" ? t("asker.member", { name }) : name}
    </Text>
  );
}
