import { Box } from "@mantine/core";
import { ImportSteps } from "@/features/apps/import-steps";

/** Import by file, by drop, by pasted text or by address. */
export function NewFromFile() {
  return (
    <Box maw="46rem">
      <ImportSteps />
    </Box>
  );
}
