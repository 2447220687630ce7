import { Anchor, Button, NavLink, UnstyledButton } from "@mantine/core";
import { createLink } from "@tanstack/react-router";

/** Router links that look like Mantine's components. */
export const ButtonLink = createLink(Button<"a">);
export const AnchorLink = createLink(Anchor<"a">);
export const NavLinkLink = createLink(NavLink<"a">);
export const PlainLink = createLink(UnstyledButton<"a">);
