import { Group, Paper, Text, Title } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { BrandMark } from "@/components/brand";
import { useDocumentTitle } from "@/components/page-header";
import classes from "@/features/auth/auth-shell.module.css";

const AppearanceMenus = lazy(() => import("@/app/appearance-menus"));

interface Props {
  title: string;
  hint?: string;
  children: ReactNode;
  aside?: ReactNode;
}

/** The frame of the pages before sign-in. */
export function AuthShell({ title, hint, children, aside }: Props) {
  const { t } = useTranslation();
  useDocumentTitle(title);
  return (
    <div className={classes.shell}>
      <header className={classes.top}>
        <Group gap="xs">
          <BrandMark size={32} />
          <Text fw={700} size="lg">
            {t("product")}
          </Text>
        </Group>
        <Group gap={4}>
          <Suspense fallback={null}>
            <AppearanceMenus />
          </Suspense>
        </Group>
      </header>
      <main className={classes.main} data-wide={aside ? true : undefined}>
        <Paper className={classes.card} withBorder radius="lg" p={{ base: "lg", sm: "xl" }}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {hint && (
            <Text c="dimmed" mt={4}>
              {hint}
            </Text>
          )}
          <div className={classes.body}>{children}</div>
        </Paper>
        {aside}
      </main>
    </div>
  );
}
