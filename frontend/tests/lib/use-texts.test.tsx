import { act, render, screen } from "@testing-library/react";
import { Profiler } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { i18next } from "@/i18n";
import { useTexts } from "@/lib/use-texts";

function Word() {
  const t = useTexts("canvas");
  return <span>{t("menu.tidy")}</span>;
}

afterEach(async () => {
  await i18next.changeLanguage("en");
});

it("is drawn again when its texts come late and when the language changes, but not for other texts", async () => {
  await act(() => i18next.changeLanguage("en"));
  const drawn = vi.fn();
  render(
    <Profiler id="word" onRender={drawn}>
      <Word />
    </Profiler>,
  );
  await act(() => i18next.loadNamespaces("canvas"));
  expect(screen.getByText("Tidy up")).toBeInTheDocument();

  drawn.mockClear();
  await act(() => i18next.loadNamespaces("panel"));
  expect(drawn).not.toHaveBeenCalled();

  await act(() => i18next.changeLanguage("zh-Hans"));
  expect(screen.queryByText("Tidy up")).toBeNull();
  expect(screen.queryByText("menu.tidy")).toBeNull();
});
