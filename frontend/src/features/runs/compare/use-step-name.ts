import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { nodeTypesQuery } from "@/features/canvas/data";
import { useLocalized } from "@/lib/use-language";

interface Named {
  title: string;
  nodeId: string;
  nodeType: string;
}

/** Names a step. The starts of containers have no title of their own, and their ids say nothing. */
export function useStepName(): (step: Named) => string {
  const { data: types } = useQuery(nodeTypesQuery);
  const localized = useLocalized();
  const byType = useMemo(() => new Map(types?.map((type) => [type.type, type])), [types]);
  return ({ title, nodeId, nodeType }) => (title && title !== nodeId ? title : localized(byType.get(nodeType)?.title) || nodeId);
}
