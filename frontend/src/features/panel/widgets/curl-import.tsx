import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { IconTerminal2 } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNodeForm } from "../form/form-context";
import { record } from "../form/field-schema";
import { CurlError, type CurlRequest, readCurl } from "./curl-command";
import { withRequest } from "./curl-settings";
import { isInTheClear, readAuthorization, writeAuthorization } from "./http-authorization";
import { useKeepSecret } from "./use-keep-secret";

const EXAMPLE = "curl -X POST https://api.example.com/items -H 'Content-Type: application/json' -d '{}'";

/** «Import from cURL» of an HTTP node: says what it understood before it changes anything. */
export function CurlImport() {
  const { t } = useTranslation("widgets");
  const { node, readOnly, update } = useNodeForm();
  const keepSecret = useKeepSecret();
  const [open, setOpen] = useState(false);
  if (readOnly) return null;
  const take = (request: CurlRequest) => {
    const settings = withRequest(record(node.data), request);
    const { key } = readAuthorization(settings.authorization);
    // A key of the command never stands in the flow in the clear.
    if (isInTheClear(key)) settings.authorization = writeAuthorization(settings.authorization, { key: keepSecret(key) });
    update((data) => void Object.assign(data, settings), `${node.id}:authorization`);
    setOpen(false);
  };
  return (
    <>
      <Button
        variant="default"
        size="xs"
        w="fit-content"
        leftSection={<IconTerminal2 size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t("curl.open")}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t("curl.open")}
        size="lg"
        closeButtonProps={{ "aria-label": t("curl.close") }}
      >
        {open && <Form onTake={take} />}
      </Modal>
    </>
  );
}

function parse(text: string): { request: CurlRequest } | { problem: string } | null {
  if (!text.trim()) return null;
  try {
    return { request: readCurl(text) };
  } catch (error) {
    if (error instanceof CurlError) return { problem: error.code };
    throw error;
  }
}

function Form({ onTake }: { onTake(request: CurlRequest): void }) {
  const { t } = useTranslation("widgets");
  const [text, setText] = useState("");
  const parsed = parse(text);
  const request = parsed && "request" in parsed ? parsed.request : null;
  return (
    <Stack gap="sm">
      <Textarea
        label={t("curl.command")}
        description={t("curl.hint")}
        placeholder={EXAMPLE}
        autosize
        minRows={5}
        maxRows={14}
        data-autofocus
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "var(--mantine-font-size-xs)" } }}
        value={text}
        error={parsed && "problem" in parsed ? t(`curl.${parsed.problem}`) : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {request && <Found request={request} />}
      <Group justify="flex-end">
        <Button disabled={!request} onClick={() => request && onTake(request)}>
          {t("curl.take")}
        </Button>
      </Group>
    </Stack>
  );
}

function Found({ request }: { request: CurlRequest }) {
  const { t } = useTranslation("widgets");
  const secret = request.headers.some(([name]) => /^(cookie|x-api-key|api-key)$/i.test(name));
  return (
    <Stack gap="xs" role="status">
      <Text size="sm" style={{ overflowWrap: "anywhere" }}>
        <strong>{request.method.toUpperCase()}</strong> {request.url}
      </Text>
      <Text size="sm" c="dimmed">
        {t("curl.found", { count: request.headers.length, body: t(`body.${request.body.type}`) })}
      </Text>
      {request.ignored.length > 0 && (
        <Text size="sm" c="var(--tm-warn)">
          {t("curl.ignored", { options: request.ignored.join(", ") })}
        </Text>
      )}
      {secret && (
        <Alert color="yellow" p="xs" styles={{ message: { fontSize: "var(--mantine-font-size-xs)" } }}>
          {t("curl.secret")}
        </Alert>
      )}
    </Stack>
  );
}
