import { Button, FileButton, Text } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/lib/use-language";

const LONGEST = 100_000;
const KINDS = "text/*,.md,.txt,.json,.yaml,.yml,.csv,.xml,.html";

interface Props {
  onText(text: string): void;
}

/** Takes the text of a file as a message. */
export function MessageFile(props: Props) {
  return (
    <Suspense fallback={null}>
      <Chooser {...props} />
    </Suspense>
  );
}

function Chooser({ onText }: Props) {
  const { t } = useTranslation("numbers");
  const language = useLanguage();
  const [refused, setRefused] = useState<string | null>(null);
  const take = async (file: File | null) => {
    setRefused(null);
    if (!file) return;
    const text = await textOf(file);
    if (text === null) setRefused(t("file.unreadable", { name: file.name }));
    else if (text.length > LONGEST) setRefused(t("file.large", { name: file.name, most: new Intl.NumberFormat(language).format(LONGEST) }));
    else onText(text);
  };
  return (
    <>
      <FileButton accept={KINDS} onChange={(file) => void take(file)}>
        {(props) => (
          <Button {...props} variant="subtle" size="xs" leftSection={<IconFileText size={14} aria-hidden />}>
            {t("file.add")}
          </Button>
        )}
      </FileButton>
      {refused && (
        <Text size="xs" c="var(--tm-bad)" role="alert">
          {refused}
        </Text>
      )}
    </>
  );
}

/** Null for what is not UTF-8 text. */
async function textOf(file: File): Promise<string | null> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}
