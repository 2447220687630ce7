import { ApiError, api } from "@/api/client";
import type { Job } from "@/api/types";

const WAIT_S = 20;

/**
 * Starts a job and waits for its answer, however long the worker takes; `signal` gives up waiting.
 * Throws ApiError with the job's own code when it failed.
 */
export async function runJob<T>(start: { path: string; body: unknown }, jobPath: (id: string) => string, signal: AbortSignal): Promise<T> {
  let job = await api.post<Job>(start.path, start.body, { signal });
  while (job.state === "running") {
    // The server holds the answer back until the job ends or WAIT_S have passed.
    job = await api.get<Job>(jobPath(job.id), { query: { wait: WAIT_S }, signal });
  }
  if (job.state === "failed") {
    const { code, message, details } = job.error ?? { code: "internal_error", message: "", details: {} };
    throw new ApiError({ code, message, status: 422, details });
  }
  return job.result as T;
}
