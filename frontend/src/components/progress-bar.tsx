import { Progress, type ProgressRootProps } from "@mantine/core";

interface Props extends Omit<ProgressRootProps, "children" | "value"> {
  /** 0 to 100. */
  value: number;
  /** What is under way. */
  label: string;
  /** How far it is, in words. */
  told?: string;
}

/** A bar that says more than its share to those who do not see it. */
export function ProgressBar({ value, label, told, ...root }: Props) {
  const share = Math.round(value);
  return (
    <Progress.Root {...root}>
      <Progress.Section
        value={value}
        // Mantine's own attributes would say the bare share.
        withAria={false}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share}
        aria-valuetext={told ?? `${share}%`}
      />
    </Progress.Root>
  );
}
