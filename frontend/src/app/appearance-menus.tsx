import { LanguageMenu, ThemeMenu } from "@/app/appearance";

/** Language and theme for the pages before sign-in. */
export default function AppearanceMenus() {
  return (
    <>
      <LanguageMenu />
      <ThemeMenu />
    </>
  );
}
