import { Avatar, Menu, Text, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { IconKey, IconLogout, IconPalette, IconUserCog } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSignOut } from "@/features/auth/use-sign-out";
import { useMe } from "@/lib/use-me";
import { useWorkspace } from "@/lib/use-workspace";

export function AccountMenu() {
  const { t } = useTranslation();
  const me = useMe();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: "50%" }}>
          <VisuallyHidden>{t("account.menu", { name: me.name || me.email })}</VisuallyHidden>
          <Avatar name={me.name || me.email} color="tide" variant="filled" size={30} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div style={{ padding: "0.375rem 0.75rem" }}>
          <Text size="sm" fw={600} truncate>
            {me.name}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {me.email}
          </Text>
        </div>
        {me.workspaces.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>{t("account.workspaces")}</Menu.Label>
            <Menu.RadioGroup value={workspace.id} onChange={workspace.choose}>
              {me.workspaces.map((one) => (
                <Menu.RadioItem key={one.id} value={one.id}>
                  {one.name}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </>
        )}
        <Menu.Divider />
        <Menu.Item leftSection={<IconUserCog size={16} aria-hidden />} onClick={() => void navigate({ to: "/settings/account" })}>
          {t("account.settings")}
        </Menu.Item>
        <Menu.Item leftSection={<IconPalette size={16} aria-hidden />} onClick={() => void navigate({ to: "/settings/appearance" })}>
          {t("crumb.appearance")}
        </Menu.Item>
        <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => void navigate({ to: "/settings/tokens" })}>
          {t("crumb.tokens")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => signOut()}>
          {t("account.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
