interface Props {
  /** Oldest first. */
  values: readonly number[];
  /** What the line says, for those who do not see it and on hover. */
  label: string;
  width?: number;
  height?: number;
  color?: string;
}

/** The points of a line of `values` in a box: left to right, the largest at the top; a flat line lies at the bottom. */
export function sparkPoints(values: readonly number[], width: number, height: number): string {
  const most = Math.max(...values, 0);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, place) => `${round(place * step)},${round(most > 0 ? height - (value / most) * height : height)}`).join(" ");
}

const round = (value: number) => Math.round(value * 10) / 10;

/** A few days in one small line. */
export function Sparkline({ values, label, width = 72, height = 20, color = "var(--mantine-color-tide-text)" }: Props) {
  return (
    <svg role="img" aria-label={label} width={width} height={height + 4} viewBox={`-2 -2 ${width + 4} ${height + 4}`}>
      <title>{label}</title>
      <polyline points={sparkPoints(values, width, height)} fill="none" stroke={color} strokeWidth={1.6} strokeLinejoin="round" />
    </svg>
  );
}
