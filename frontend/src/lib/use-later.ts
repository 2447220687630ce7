import { useEffect, useState } from "react";

const SHOW_AFTER_MS = 150;

/** False at first, true once one has waited: what comes at once must not flash a skeleton. */
export function useLater(after = SHOW_AFTER_MS): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), after);
    return () => clearTimeout(timer);
  }, [after]);
  return late;
}
