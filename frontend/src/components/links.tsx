import { Anchor, type AnchorProps, Button, type ButtonProps, UnstyledButton, type UnstyledButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { ComponentPropsWithRef } from "react";

type A<P> = P & Omit<ComponentPropsWithRef<"a">, keyof P>;

/** Router links that look like Mantine's components: real links, to open in another tab and to read as such. */
export const ButtonLink = createLink((props: A<ButtonProps>) => <Button component="a" {...props} />);
export const AnchorLink = createLink((props: A<AnchorProps>) => <Anchor component="a" {...props} />);
export const PlainLink = createLink((props: A<UnstyledButtonProps>) => <UnstyledButton component="a" {...props} />);
