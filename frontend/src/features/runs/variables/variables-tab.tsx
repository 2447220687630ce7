import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Id } from "@/api/types";
import { isOver, type RunView } from "@/features/canvas/run-reducer";
import { ConversationTable } from "./conversation-table";
import { VariablesPane } from "./variables-pane";
import classes from "./variables.module.css";

interface Props {
  run: RunView;
  runId: Id;
  appId: Id;
  /** The conversation whose variables can be looked at, too. */
  conversationId: Id | null;
  onRunFrom?: (nodeId: string) => void;
}

/** All values of a run, and what its conversation keeps from turn to turn. */
export default function VariablesTab({ run, runId, appId, conversationId, onRunFrom }: Props) {
  const { t } = useTranslation("variables");
  const [which, setWhich] = useState("run");
  const talk = conversationId !== null && which === "conversation";
  return (
    <div className={classes.tab}>
      {conversationId && (
        <SegmentedControl
          size="xs"
          m={6}
          aria-label={t("which")}
          className={classes.which}
          value={which}
          onChange={setWhich}
          data={[
            { value: "run", label: t("ofRun") },
            { value: "conversation", label: t("ofConversation") },
          ]}
        />
      )}
      {talk ? (
        <ConversationTable appId={appId} conversationId={conversationId} turn={`${runId} ${isOver(run) ? run.state : run.stops}`} />
      ) : (
        <VariablesPane key={runId} run={run} onRunFrom={onRunFrom} />
      )}
    </div>
  );
}
