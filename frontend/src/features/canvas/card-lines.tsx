import { IconCpu } from "@tabler/icons-react";
import type { CardLine } from "./card-summary";
import classes from "./node-card.module.css";

/** The lines of a card that say what the node does. */
export function CardLines({ lines }: { lines: CardLine[] }) {
  return (
    <div className={classes.lines}>
      {lines.map((line) => {
        if (line.kind === "chips") {
          return (
            <div key="chips" className={classes.chips}>
              {line.items.map((item, at) => (
                // Two variables may have the same name while one is being typed.
                <code key={`${item}${at}`} className={classes.chip}>
                  {item}
                </code>
              ))}
              {line.more > 0 && <span className={classes.more}>+{line.more}</span>}
            </div>
          );
        }
        if (line.kind === "model") {
          return (
            <div key="model" className={classes.model}>
              <IconCpu size={13} aria-hidden />
              <span>{line.text}</span>
            </div>
          );
        }
        return (
          <p key={line.kind} className={classes.text} data-kind={line.kind}>
            {line.text}
          </p>
        );
      })}
    </div>
  );
}
