import { Alert } from "@mantine/core";
import { useErrorText } from "@/lib/use-error-text";

/** What the server said against a change, in place. */
export function Failure({ error }: { error: unknown }) {
  const words = useErrorText();
  if (error === null || error === undefined) return null;
  return (
    <Alert color="red" variant="light" role="alert">
      {words(error)}
    </Alert>
  );
}
