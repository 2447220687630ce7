import { Text } from "@mantine/core";
import classes from "@/app/frame.module.css";

export function FrameHeader() {
  return (
    <header className={classes.header}>
      <Text fw={700}>Tidemill</Text>
    </header>
  );
}
