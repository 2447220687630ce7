import { Group, Popover, SimpleGrid, TextInput, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AppIcon } from "@/components/app-icon";
import classes from "@/features/apps/icon-picker.module.css";

const EMOJI = ["🌊", "💬", "🤖", "📚", "✉️", "🧭", "📝", "🔎", "🧪", "📊", "🛠️", "🗂️", "🌐", "🎯", "⚙️", "🧠", "📦", "🪄", "🚦", "🧾"];
const COLORS = ["#D9ECF0", "#E3EEFB", "#E7F5E4", "#FFF1D6", "#FDE3E1", "#EFE6FB", "#E8ECF0"];

export interface IconChoice {
  icon: string;
  icon_background: string;
}

interface Props {
  value: IconChoice;
  onChange: (value: IconChoice) => void;
}

/** An emoji and a colour. Any other emoji can be typed or pasted. */
export function IconPicker({ value, onChange }: Props) {
  const { t } = useTranslation("apps");
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <UnstyledButton aria-label={t("icon.choose")} aria-expanded={open} onClick={() => setOpen(!open)} className={classes.trigger}>
          <AppIcon app={value} size={44} />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={t("icon.choose")}>
        <SimpleGrid cols={5} spacing={4}>
          {EMOJI.map((icon) => (
            <UnstyledButton
              key={icon}
              className={classes.emoji}
              aria-label={icon}
              aria-pressed={icon === value.icon}
              onClick={() => onChange({ ...value, icon })}
            >
              {icon}
            </UnstyledButton>
          ))}
        </SimpleGrid>
        <TextInput
          mt="xs"
          size="xs"
          label={t("icon.own")}
          value={value.icon}
          maxLength={8}
          onChange={(event) => onChange({ ...value, icon: event.currentTarget.value })}
        />
        <Group gap={4} mt="xs">
          {COLORS.map((color, index) => (
            <UnstyledButton
              key={color}
              className={classes.color}
              style={{ background: color }}
              aria-label={t("icon.color", { number: index + 1 })}
              aria-pressed={color === value.icon_background}
              onClick={() => onChange({ ...value, icon_background: color })}
            />
          ))}
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
