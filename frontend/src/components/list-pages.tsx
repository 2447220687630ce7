import { Group, Pagination } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  total: number;
  page: number;
  onChange: (page: number) => void;
}

/** The pages of a long list. */
export default function ListPages({ total, page, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Group justify="center" mt="lg">
      <Pagination
        total={total}
        value={page}
        onChange={onChange}
        getControlProps={(control) => ({ "aria-label": t(`page.${control}`) })}
        getItemProps={(number) => ({ "aria-label": t("page.number", { page: number }) })}
      />
    </Group>
  );
}
