import type { FlowNode } from "@/api/types";
import { useTexts } from "@/lib/use-texts";
import { caseSummary, type Titles } from "./card-summary";
import type { NodeHandle } from "./graph/handles";
import classes from "./node-card.module.css";
import { SourceHandle } from "./source-handle";

interface Props {
  id: string;
  selected: boolean;
  data: FlowNode["data"];
  handles: NodeHandle[];
  titles: Titles;
  /** The handle that the last run took. */
  taken: string | null;
}

/** One row for each outgoing branch, with its condition in words. */
export function CardBranches({ id, selected, data, handles, titles, taken }: Props) {
  const t = useTexts("canvas");

  const name = (handle: NodeHandle): string => {
    if (handle.kind === "case") return handle.index === 0 ? t("branch.if") : t("branch.elseIf");
    if (handle.kind === "class" || handle.kind === "action") return String.fromCharCode(65 + (handle.index % 26));
    return t(`branch.${handle.kind}`);
  };
  const words = (handle: NodeHandle): string => {
    if (handle.kind !== "case") return handle.text;
    const { conditions, joint } = caseSummary(data, handle.id, titles);
    const [first] = conditions;
    if (!first?.left) return t("branch.unset");
    const operator = t(`operator.${first.operator}`, { defaultValue: first.operator });
    const sentence = t("branch.condition", { left: first.left, operator, right: first.right }).trim();
    return conditions.length > 1 ? t(`branch.more_${joint}`, { sentence, count: conditions.length - 1 }) : sentence;
  };

  return (
    <ul className={classes.branches}>
      {handles.map((handle) => {
        const text = words(handle);
        const label = name(handle);
        return (
          <li key={handle.id} className={classes.branch} data-kind={handle.kind} data-taken={taken === handle.id || undefined}>
            <span className={classes.branchName}>{label}</span>
            <span className={classes.branchText} title={text}>
              {text}
            </span>
            <SourceHandle
              reachable={selected}
              nodeId={id}
              handleId={handle.id}
              label={t("card.addOnBranch", { branch: `${label} ${text}`.trim() })}
            />
          </li>
        );
      })}
    </ul>
  );
}
