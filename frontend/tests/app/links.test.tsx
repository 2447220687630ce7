import { screen } from "@testing-library/react";
import { beforeEach, expect, it } from "vitest";
import { AnchorLink, ButtonLink, PlainLink } from "@/components/links";
import { show, useLanguage } from "../support/render";

beforeEach(() => useLanguage("en"));

it("renders links as links, whatever they look like", async () => {
  show(
    <>
      <ButtonLink to="/apps">Button</ButtonLink>
      <AnchorLink to="/app/$appId/canvas" params={{ appId: "a1" }}>
        Anchor
      </AnchorLink>
      <PlainLink to="/apps" search={{ mode: "workflow" }}>
        Plain
      </PlainLink>
    </>,
  );
  expect(await screen.findByRole("link", { name: "Button" })).toHaveAttribute("href", "/apps");
  expect(screen.getByRole("link", { name: "Anchor" })).toHaveAttribute("href", "/app/a1/canvas");
  expect(screen.getByRole("link", { name: "Plain" })).toHaveAttribute("href", "/apps?mode=workflow");
});
