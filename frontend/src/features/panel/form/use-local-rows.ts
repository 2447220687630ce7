import { useState } from "react";

/**
 * Rows of a form whose stored value cannot hold half-typed ones: without a name, or with one twice. They stay here
 * for as long as the stored value is what was written last; a value changed from outside is read anew.
 */
export function useLocalRows<Row, Value>(
  value: Value,
  read: (value: Value) => Row[],
  write: (rows: Row[]) => Value,
  onChange: (value: Value) => void,
): [Row[], (rows: Row[]) => void] {
  const [typed, setTyped] = useState<{ rows: Row[]; written: string } | null>(null);
  const stored = JSON.stringify(value ?? null);
  const rows = typed?.written === stored ? typed.rows : read(value);
  return [
    rows,
    (next) => {
      const written = write(next);
      setTyped({ rows: next, written: JSON.stringify(written ?? null) });
      if (JSON.stringify(written ?? null) !== stored) onChange(written);
    },
  ];
}
