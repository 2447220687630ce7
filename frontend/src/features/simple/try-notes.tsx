import { Alert } from "@mantine/core";
import { ApiError } from "@/api/client";
import { useErrorText } from "@/lib/use-error-text";
import type { Try } from "./use-try";

/** Why a try did not start, or why it failed. */
export function TryNotes({ test }: { test: Try }) {
  const words = useErrorText();
  const failed = test.view?.error;
  const failure = failed ? new ApiError({ code: failed.code, message: failed.message, status: 500, details: failed.details }) : test.error;
  if (failure === null || failure === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {words(failure)}
    </Alert>
  );
}
