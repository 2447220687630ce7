import { Tabs } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeById } from "@/features/canvas/graph/structure";
import { type EditorState, useEditor } from "@/features/canvas/store";
import { ScopeProvider } from "@/features/prompt/scope-context";
import { RunAgainContext, useEditorAgain } from "@/features/runs/run-parts";
import { RunNodeDialog } from "@/features/runs/run-node-dialog";
import type { FlowNode } from "@/api/types";
import { keepEscape } from "@/lib/keep-escape";
import { FormProvider } from "./form/form-context";
import { LastRunTab } from "./last-run-tab";
import classes from "./node-panel.module.css";
import { PanelHeader } from "./panel-header";
import { SettingsTab } from "./settings-tab";
import { useEditorForm } from "./use-node-form";
import { useNodeScope } from "./use-node-scope";

const selectNode = (state: EditorState) => (state.openNodeId ? nodeById(state.document, state.openNodeId) : undefined);

/** The right dock: settings and last run of the open node. */
export function NodePanel() {
  const node = useEditor(selectNode);
  return node ? <OpenNode key={node.id} node={node} /> : null;
}

function OpenNode({ node }: { node: FlowNode }) {
  const { t } = useTranslation("panel");
  const form = useEditorForm(node);
  const scope = useNodeScope(node.id);
  const again = useEditorAgain();
  const request = useEditor((state) => (state.focusRequest?.nodeId === node.id ? state.focusRequest : null));
  const [chosen, setChosen] = useState<{ tab: string | null; request: number }>({ tab: "settings", request: 0 });
  // A field that is asked for stands in the settings, whatever was open before.
  const tab = request && request.at !== chosen.request ? (request.tab ?? "settings") : chosen.tab;
  return (
    <FormProvider value={form}>
      <ScopeProvider value={scope}>
        <RunAgainContext.Provider value={again}>
          <div className={classes.panel} onKeyDownCapture={keepEscape}>
            <PanelHeader />
            <Tabs
              value={tab}
              onChange={(next) => setChosen({ tab: next, request: request?.at ?? 0 })}
              className={classes.tabs}
              keepMounted={false}
            >
              <Tabs.List px="sm">
                <Tabs.Tab value="settings">{t("tab.settings")}</Tabs.Tab>
                <Tabs.Tab value="last-run">{t("tab.lastRun")}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="settings" className={classes.body}>
                <SettingsTab />
              </Tabs.Panel>
              <Tabs.Panel value="last-run" className={classes.body}>
                <LastRunTab />
              </Tabs.Panel>
            </Tabs>
          </div>
          <RunNodeDialog nodeId={node.id} />
        </RunAgainContext.Provider>
      </ScopeProvider>
    </FormProvider>
  );
}
