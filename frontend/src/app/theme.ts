import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager, type MantineColorsTuple } from "@mantine/core";

const tide: MantineColorsTuple = [
  "#edf7f9",
  "#d9ecf0",
  "#b1dae3",
  "#86c6d4",
  "#62b4c6",
  "#46a2b7",
  "#328fa6",
  "#237e95",
  "#1b6f86",
  "#0c5468",
];

const slate: MantineColorsTuple = [
  "#f5f7f9",
  "#e8ecf0",
  "#d2d9e0",
  "#b3bec8",
  "#93a1ae",
  "#748493",
  "#566674",
  "#414f5c",
  "#2d3842",
  "#1c242c",
];

const dark: MantineColorsTuple = [
  "#dfe5ea",
  "#bac4cd",
  "#98a5b0",
  "#6f7d89",
  "#3f4b56",
  "#323d47",
  "#28323b",
  "#1d252c",
  "#161d23",
  "#0f1519",
];

const systemFonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

export const theme = createTheme({
  primaryColor: "tide",
  primaryShade: 8,
  autoContrast: true,
  colors: { tide, gray: slate, dark },
  fontFamily: systemFonts,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", "Noto Sans Mono CJK SC", monospace',
  headings: { fontFamily: systemFonts, fontWeight: "650" },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Tooltip: { defaultProps: { openDelay: 350, withArrow: true } },
    // Without the placeholder the first entry has the focus, and assistive tools see only entries in a menu.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { centered: true, attributes: { header: { role: "presentation" } } },
      styles: { title: { fontWeight: 650, fontSize: "1.0625rem" } },
    },
  },
});

/** Colours of Mantine's that miss 4.5:1 on our surfaces, and the few tokens of our own. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {
    "--tm-rail-width": "13rem",
    "--tm-header-height": "3.25rem",
  },
  light: {
    "--mantine-color-dimmed": "#55636f",
    "--mantine-color-placeholder": "#66747f",
    "--mantine-color-error": "#c02a2a",
    "--mantine-color-body": "#ffffff",
    "--mantine-color-default-border": "#8795a0",
    "--mantine-color-teal-light-color": "#056347",
    "--mantine-color-yellow-light-color": "#7a4a00",
    "--mantine-color-red-light-color": "#b02222",
    "--tm-surface": "#f6f8f9",
    "--tm-border": "#dde4e8",
    "--tm-border-strong": "#8795a0",
    "--tm-selected": "#e2f0f3",
    "--tm-good": "#18794e",
    "--tm-bad": "#c02a2a",
    "--tm-warn": "#8a5300",
    "--tm-busy": "#1b6f86",
  },
  dark: {
    "--mantine-color-dimmed": "#9dabb6",
    "--mantine-color-placeholder": "#8b99a4",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-body": "#1a2127",
    "--mantine-color-yellow-light": "#38301f",
    "--mantine-color-yellow-light-color": "#f3c673",
    "--mantine-color-blue-light": "#1d2f40",
    "--mantine-color-blue-light-color": "#a3cdf2",
    "--mantine-color-red-light": "#3b2427",
    "--mantine-color-red-light-color": "#ffa3a3",
    "--mantine-color-default-border": "#6f7d89",
    "--tm-surface": "#12181d",
    "--tm-border": "#303b44",
    "--tm-border-strong": "#6f7d89",
    "--tm-selected": "#20343c",
    "--tm-good": "#5fd39b",
    "--tm-bad": "#ff8787",
    "--tm-warn": "#f0b45c",
    "--tm-busy": "#6cc3d5",
  },
});

export const colorSchemeManager = localStorageColorSchemeManager({ key: "tidemill-color-scheme" });
