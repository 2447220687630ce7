import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ErrorState } from "@/components/error-state";
import { templatesQuery } from "@/features/apps/app-queries";
import { TemplateCard } from "@/features/apps/template-card";
import classes from "@/features/apps/template-card.module.css";
import { useStartFromTemplate } from "@/features/apps/use-start-from-template";
import { useLanguage } from "@/lib/use-language";
import { useWorkspace } from "@/lib/use-workspace";

/** The first few templates; a click makes the app and opens it. */
export function TemplateShelf({ count }: { count: number }) {
  const workspace = useWorkspace();
  const language = useLanguage();
  const { data, error, isPending, refetch } = useQuery(templatesQuery(workspace.id, language));
  const { start, busy, error: refused } = useStartFromTemplate();
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      {refused && <ErrorState error={refused} />}
      <div className={classes.grid}>
        {isPending && Array.from({ length: count }, (_, index) => <Skeleton key={index} height={124} radius="md" />)}
        {data?.slice(0, count).map((template) => (
          <TemplateCard
            key={template.id}
            template={template}
            busy={busy === template.id}
            disabled={busy !== undefined}
            onChoose={() => start(template)}
          />
        ))}
      </div>
    </>
  );
}
