import { Button, Group, Menu, Modal, Stack, TextInput } from "@mantine/core";
import { IconBookmark, IconBookmarkPlus, IconCheck, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { filtersIn, type LogsSearch } from "@/features/insights/insights-search";
import { keepViews, readViews, type SavedView, sameView, viewOf, withView } from "@/features/insights/logs/views";

interface Props {
  appId: string;
  runs: boolean;
  value: LogsSearch;
  onView: (view: LogsSearch) => void;
}

const USUAL: { key: string; search: LogsSearch; chats?: boolean }[] = [
  { key: "failed", search: { error: "yes" } },
  { key: "disliked", search: { rating: "dislike" }, chats: true },
  { key: "toCorrect", search: { rating: "dislike", annotated: "no" }, chats: true },
];

/** Filters by name: some usual ones, and one's own, which this device keeps. */
export function SavedViews({ appId, runs, value, onView }: Props) {
  const { t } = useTranslation(["logs", "common"]);
  const [own, setOwn] = useState(() => readViews(appId));
  const [naming, setNaming] = useState<string | null>(null);
  const usual = USUAL.filter(({ chats }) => !(runs && chats)).map(({ key, search }) => ({ name: t(`views.${key}`), search }));
  const current = [...usual, ...own].find(({ search }) => sameView(search, value));
  const keep = (views: SavedView[]) => {
    setOwn(views);
    keepViews(appId, views);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const name = naming?.trim();
    if (!name) return;
    keep(withView(own, { name, search: viewOf(value) }));
    setNaming(null);
  };
  const item = ({ name, search }: SavedView) => (
    <Menu.Item
      key={name}
      onClick={() => onView(search)}
      rightSection={sameView(search, value) ? <IconCheck size={14} aria-label={t("views.current")} /> : null}
    >
      {name}
    </Menu.Item>
  );
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" fw={500} leftSection={<IconBookmark size={16} aria-hidden />}>
            {current?.name ?? t("views.label")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("views.usual")}</Menu.Label>
          {usual.map(item)}
          {own.length > 0 && <Menu.Label>{t("views.own")}</Menu.Label>}
          {own.map(item)}
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconBookmarkPlus size={14} aria-hidden />}
            disabled={filtersIn(value) === 0}
            onClick={() => setNaming("")}
          >
            {t("views.save")}
          </Menu.Item>
          {own
            .filter(({ search }) => sameView(search, value))
            .map((view) => (
              <Menu.Item
                key={view.name}
                leftSection={<IconTrash size={14} aria-hidden />}
                onClick={() => keep(own.filter((one) => one !== view))}
              >
                {t("views.forget", { name: view.name })}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {naming !== null && (
        <Modal opened onClose={() => setNaming(null)} title={t("views.save")}>
          <form onSubmit={submit}>
            <Stack>
              <TextInput
                label={t("views.name")}
                description={t("views.hint")}
                value={naming}
                maxLength={60}
                onChange={(event) => setNaming(event.currentTarget.value)}
                data-autofocus
              />
              <Group justify="flex-end">
                <Button variant="default" onClick={() => setNaming(null)}>
                  {t("common:action.cancel")}
                </Button>
                <Button type="submit" disabled={!naming.trim()}>
                  {t("common:action.save")}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal>
      )}
    </>
  );
}
