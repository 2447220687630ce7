import "@mantine/notifications/styles.css";
import { ModalsProvider } from "@mantine/modals";
import { Notifications, notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { MissingPartText } from "@/app/missing-part";
import { onMissingPart } from "@/lib/chunks";

/** What lies over the pages: notices and asked-for dialogs. Loaded after the first paint, as nothing needs them before. */
export default function Overlays() {
  const { t } = useTranslation();
  useEffect(
    () =>
      onMissingPart(() => {
        notifications.show({
          id: "missing-part",
          color: "yellow",
          title: t("missingPart.title"),
          message: <MissingPartText />,
          autoClose: false,
        });
      }),
    [t],
  );
  return (
    <>
      <Notifications position="bottom-right" />
      <ModalsProvider>{null}</ModalsProvider>
    </>
  );
}
