import { Alert, Code, Stack, Text } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { type RefObject, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useEditor } from "@/features/canvas/store";
import { ErrorHandling } from "./error-handling";
import { useNodeForm } from "./form/form-context";
import { NodeForm } from "./form/node-form";
import { nearestField } from "./form/problems-at";
import { OutputsSection } from "./outputs-section";

const CONTROLS = "input:not([type=hidden]), textarea, button, [contenteditable=true], [tabindex='0']";
/** Lazy fields need a moment until they are on the page. */
const TRIES = 40;
const PAUSE_MS = 60;

/** Settings, then what the node gives, then what happens when it fails. */
export function SettingsTab() {
  const { nodeType } = useNodeForm();
  const root = useRef<HTMLDivElement>(null);
  useFocusRequests(root);
  if (!nodeType) return <UnknownNode />;
  return (
    <Stack gap="lg" ref={root}>
      <NodeForm />
      <OutputsSection />
      {nodeType.error_handling && <ErrorHandling />}
    </Stack>
  );
}

/** Brings the field that was asked for into view and into focus, the first one where none was named. */
function useFocusRequests(root: RefObject<HTMLDivElement | null>): void {
  const { node } = useNodeForm();
  const request = useEditor((state) => (state.focusRequest?.nodeId === node.id ? state.focusRequest : null));
  useEffect(() => {
    if (!request) return;
    const wanted = request.field;
    let tries = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = () => {
      const panel = root.current?.closest("aside, [role=complementary]") ?? root.current?.ownerDocument;
      const places = [...(panel?.querySelectorAll<HTMLElement>("[data-field]") ?? [])].map((element) => ({
        element,
        path: element.dataset.field ?? "",
      }));
      const field = wanted === null ? root.current : nearestField(places, wanted)?.element;
      const control = field && (field.matches(CONTROLS) ? field : field.querySelector<HTMLElement>(CONTROLS));
      if (wanted !== null) field?.scrollIntoView?.({ block: "center" });
      control?.focus({ preventScroll: true });
      tries += 1;
      if (!control && tries < TRIES) timer = setTimeout(attempt, PAUSE_MS);
    };
    timer = setTimeout(attempt);
    return () => clearTimeout(timer);
  }, [request, root]);
}

/** A node of a type this version does not have: everything is kept, nothing can be run. */
function UnknownNode() {
  const { t } = useTranslation("panel");
  const { node } = useNodeForm();
  return (
    <Stack gap="sm">
      <Alert
        color="yellow"
        styles={{ title: { color: "var(--tm-warn)" }, icon: { color: "var(--tm-warn)" } }}
        icon={<IconInfoCircle aria-hidden />}
        title={t("unknown.title")}
      >
        {t("unknown.text", { type: node.data.type })}
      </Alert>
      <Text size="sm" fw={600}>
        {t("unknown.data")}
      </Text>
      <Code block>{JSON.stringify(node.data, null, 2)}</Code>
    </Stack>
  );
}
