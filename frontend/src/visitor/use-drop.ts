import { type RefObject, useEffect, useState } from "react";
import { useLatest } from "@/lib/use-latest";

/** Takes files that are dropped on an element; tells whether some are held over it. Null takes none. */
export function useDrop(element: RefObject<HTMLElement | null>, onFiles: ((files: File[]) => void) | null): boolean {
  const [over, setOver] = useState(false);
  const latest = useLatest(onFiles);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const hold = (event: DragEvent) => {
      if (!latest.current || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!(event.relatedTarget instanceof Node && target.contains(event.relatedTarget))) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!latest.current || !event.dataTransfer) return;
      event.preventDefault();
      latest.current([...event.dataTransfer.files]);
    };
    target.addEventListener("dragover", hold);
    target.addEventListener("dragleave", leave);
    target.addEventListener("drop", drop);
    return () => {
      target.removeEventListener("dragover", hold);
      target.removeEventListener("dragleave", leave);
      target.removeEventListener("drop", drop);
    };
  }, [element, latest]);
  return over;
}
