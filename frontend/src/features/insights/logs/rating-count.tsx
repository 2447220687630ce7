import { Group, Tooltip } from "@mantine/core";
import { IconThumbDown, IconThumbUp, IconUsers } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ConversationRow } from "@/api/types";

interface Props {
  ratings: ConversationRow["user_ratings"];
  by: "user" | "member";
}

/** How often answers were liked and disliked, where they were. */
export function RatingCount({ ratings, by }: Props) {
  const { t } = useTranslation("logs");
  const { likes, dislikes } = ratings;
  if (likes + dislikes === 0) return null;
  const words = t(`ratings.${by}`, { likes, dislikes });
  return (
    <Tooltip label={words}>
      <Group gap={4} wrap="nowrap" role="img" aria-label={words}>
        {by === "member" && <IconUsers size={14} aria-hidden color="var(--mantine-color-dimmed)" />}
        {likes > 0 && (
          <Group gap={2} wrap="nowrap" c="var(--tm-good)" fz="sm">
            <IconThumbUp size={15} aria-hidden />
            {likes}
          </Group>
        )}
        {dislikes > 0 && (
          <Group gap={2} wrap="nowrap" c="var(--tm-bad)" fz="sm">
            <IconThumbDown size={15} aria-hidden />
            {dislikes}
          </Group>
        )}
      </Group>
    </Tooltip>
  );
}
