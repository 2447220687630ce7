import { useCallback, useEffect, useRef, useState } from "react";
import type { CredentialTest, CredentialTestInput, Id } from "@/api/types";
import { runJob } from "@/lib/job";
import { useWorkspace } from "@/lib/use-workspace";

/** Either what was typed, or a stored credential with `fields` typed over its own. */
export type TestRequest = { provider: string; fields: Record<string, string> } | { credential_id: Id; fields?: Record<string, string> };

interface TestState {
  startedAt: number | null;
  result: CredentialTest | null;
  error: unknown;
}

const IDLE: TestState = { startedAt: null, result: null, error: null };

/** Tries a key in a worker. `start` resolves to what was found, or null when it failed or was cancelled. */
export function useCredentialTest() {
  const workspace = useWorkspace();
  const [state, setState] = useState<TestState>(IDLE);
  const running = useRef<AbortController | null>(null);
  const { path } = workspace;

  useEffect(() => () => running.current?.abort(), []);

  const cancel = useCallback(() => {
    running.current?.abort();
    running.current = null;
    setState(IDLE);
  }, []);

  const start = async (request: TestRequest): Promise<CredentialTest | null> => {
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState({ ...IDLE, startedAt: Date.now() });
    try {
      const result = await runJob<CredentialTest>(
        { path: path("/credentials/test"), body: request satisfies CredentialTestInput },
        (id) => path(`/jobs/${id}`),
        control.signal,
      );
      setState({ ...IDLE, result });
      return result;
    } catch (error) {
      if (!control.signal.aborted) setState({ ...IDLE, error });
      return null;
    }
  };
  return { ...state, start, cancel, reset: cancel };
}
