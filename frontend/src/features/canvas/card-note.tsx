import { useCanvasUi } from "./canvas-ui";
import classes from "./card-marks.module.css";

/** What a card says of itself beside what it is: its heat, else, before a run, what it will likely take. */
export function CardNote({ id, ran }: { id: string; ran: boolean }) {
  const heat = useCanvasUi((ui) => ui.heat?.[id]?.label);
  const estimate = useCanvasUi((ui) => (ran || ui.heatBy ? undefined : ui.estimates?.[id]?.text));
  const why = useCanvasUi((ui) => ui.estimates?.[id]?.why);
  return (
    <>
      {heat && <span className={classes.heatLabel}>{heat}</span>}
      {estimate && (
        <span className={classes.estimate} title={why}>
          {estimate}
        </span>
      )}
    </>
  );
}
