import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { FieldProblems } from "./field-problems";
import classes from "./form.module.css";

interface Props {
  path: string;
  label: string;
  hint?: string;
  required?: boolean;
  /** The rows inside show their own problems. */
  rows?: boolean;
  /** Right of the label. */
  aside?: ReactNode;
  children: ReactNode;
}

/** A field of several controls: label, hint, the controls, and what is wrong with them. */
export function FieldShell({ path, label, hint, required, rows, aside, children }: Props) {
  return (
    <div role="group" aria-label={label} data-field={path} className={classes.field}>
      <Group justify="space-between" wrap="nowrap" gap="xs" mih={24}>
        <Text size="sm" fw={600} component="span">
          {label}
          {required && (
            <Text component="span" c="red" aria-hidden>
              {" *"}
            </Text>
          )}
        </Text>
        {aside}
      </Group>
      {hint && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
      {children}
      <FieldProblems path={path} exact={rows} />
    </div>
  );
}
