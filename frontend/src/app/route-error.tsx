import type { ErrorComponentProps } from "@tanstack/react-router";
import { useRouter } from "@tanstack/react-router";
import { MissingPart } from "@/app/missing-part";
import { ErrorState } from "@/components/error-state";
import { isMissingPart } from "@/lib/chunks";

/** What a page shows when it could not be loaded or broke while rendering. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (isMissingPart(error)) return <MissingPart />;
  return <ErrorState error={error} onRetry={retry} page />;
}
