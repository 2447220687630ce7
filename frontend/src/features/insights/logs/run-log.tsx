import { useQuery } from "@tanstack/react-query";
import { runLogQuery } from "@/features/insights/insights-queries";
import type { LogsSearch } from "@/features/insights/insights-search";
import { RowsState } from "@/features/insights/logs/rows-state";
import { RunTable } from "@/features/runs/run-table";
import { useWorkspace } from "@/lib/use-workspace";

interface Props {
  appId: string;
  search: LogsSearch;
  onPage: (page: number) => void;
  onClear: () => void;
  onChange: (change: Partial<LogsSearch>) => void;
}

/** The log of a workflow: its runs. */
export function RunLog(props: Props) {
  const workspace = useWorkspace();
  const rows = useQuery(runLogQuery(workspace.id, props.appId, props.search));
  return (
    <RowsState {...props} rows={rows}>
      <RunTable runs={rows.data?.results ?? []} appId={props.appId} />
    </RowsState>
  );
}
