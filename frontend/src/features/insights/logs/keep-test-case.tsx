import { Alert, Button, Group, Modal, Radio, Stack, TextInput } from "@mantine/core";
import { IconCheck, IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Turn } from "@/api/types";
import { useKeepCase } from "@/features/insights/insights-mutations";
import { testSetsQuery } from "@/features/insights/insights-queries";
import { useErrorText } from "@/lib/use-error-text";
import { useWorkspace } from "@/lib/use-workspace";

const NEW = "";

/** Keeps a question and the right answer to it as a case to test the app with. */
export function KeepTestCase({ appId, turn }: { appId: string; turn: Turn }) {
  const { t } = useTranslation("logs");
  const [open, setOpen] = useState(false);
  const [kept, setKept] = useState<string | null>(null);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={kept ? <IconCheck size={14} aria-hidden /> : <IconFlask size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {kept ? t("test.kept", { name: kept }) : t("test.action")}
      </Button>
      {open && (
        <ChooseSet
          appId={appId}
          turn={turn}
          onKept={(name) => {
            setKept(name);
            setOpen(false);
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}

interface ChooseProps {
  appId: string;
  turn: Turn;
  onKept: (set: string) => void;
  onClose: () => void;
}

function ChooseSet({ appId, turn, onKept, onClose }: ChooseProps) {
  const { t } = useTranslation(["logs", "common"]);
  const words = useErrorText();
  const workspace = useWorkspace();
  const { data: sets, error } = useQuery(testSetsQuery(workspace.id, appId));
  const keep = useKeepCase(appId);
  const [chosen, setChosen] = useState<string | null>(null);
  const [name, setName] = useState("");
  const set = chosen ?? sets?.[0]?.id ?? NEW;
  const failure = keep.error ?? error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    keep.mutate({ message: turn.id, set: set || null, name: name.trim() }, { onSuccess: (into) => onKept(into.name) });
  };
  return (
    <Modal opened onClose={onClose} title={t("test.title")}>
      <form onSubmit={submit}>
        <Stack>
          {sets && (
            <Radio.Group label={t("test.set")} description={t("test.hint")} value={set} onChange={setChosen}>
              <Stack gap="xs" mt="xs">
                {sets.map((one) => (
                  <Radio key={one.id} value={one.id} label={t("test.setOf", { name: one.name, count: one.cases })} />
                ))}
                <Radio value={NEW} label={t("test.newSet")} />
              </Stack>
            </Radio.Group>
          )}
          {sets && set === NEW && (
            <TextInput
              label={t("test.name")}
              value={name}
              maxLength={100}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
          )}
          {failure && (
            <Alert color="red" variant="light" role="alert">
              {words(failure)}
            </Alert>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("common:action.cancel")}
            </Button>
            <Button type="submit" disabled={!sets || (set === NEW && !name.trim())} loading={keep.isPending}>
              {t("test.keep")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
