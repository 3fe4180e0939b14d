/** Failures as answers: RFC 9457 problem documents with our code, the place and the way out. A bug of ours tells nothing but that it happened. */
import { STATUS_CODES } from "node:http";
import { Failure, describeFailure } from "../values/failure.ts";
import type { FailurePlace } from "../values/failure.ts";
import { failureCodes } from "../values/failure-codes.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint?: string;
  readonly place?: FailurePlace;
}

export const problemMediaType = "application/problem+json";

/** The document for whatever was thrown; `bodyBytesMax` is what the route takes. */
export function problemOf(error: unknown, bodyBytesMax?: number): Problem {
  const failure = asFailure(error, bodyBytesMax);
  const { code, message, ...more } = describeFailure(failure);
  const status = failureCodes[failure.code];
  return { type: `urn:neuralake:problem:${code}`, title: STATUS_CODES[status] ?? "Error", status, detail: message, code, ...more };
}

/** The document without the places where the server keeps its things: what lies below one of `folders` is told by its path from there. */
export function withoutFolders(problem: Problem, folders: readonly string[]): Problem {
  const longestFirst = folders.filter((folder) => folder.length > 1).toSorted((left, right) => right.length - left.length);
  const without = (text: string): string => longestFirst.reduce((left, folder) => left.replaceAll(`${folder}/`, "").replaceAll(folder, "."), text);
  const { detail, hint, place = {}, ...rest } = problem;
  const told = Object.fromEntries(Object.entries(place).map(([name, part]) => [name, typeof part === "string" ? without(part) : part]));
  return { ...rest, detail: without(detail), ...(hint === undefined ? {} : { hint: without(hint) }), ...(problem.place === undefined ? {} : { place: told }) };
}

/** Anything thrown as a Failure; what is not one and not the web framework's is INTERNAL. */
function asFailure(error: unknown, bodyBytesMax: number | undefined): Failure {
  if (error instanceof Failure) return error;
  if (isAbort(error)) return new Failure("UNAVAILABLE", "The query was broken off before its answer began.", { hint: "Ask again.", retry: true, cause: error });
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (!(error instanceof Error) || !(status < 500)) {
    return new Failure("INTERNAL", "The server failed while it answered.", { hint: "The server's log says why.", cause: error });
  }
  if (status !== failureCodes.BODY_TOO_LARGE) return new Failure("BAD_REQUEST", error.message, { cause: error });
  const most = bodyBytesMax === undefined ? "this server takes" : `the ${bodyBytesMax} bytes taken here`;
  return new Failure("BODY_TOO_LARGE", `The body is larger than ${most}.`, { hint: "Send it in parts.", cause: error });
}

/** Whether a query ended because it was told to: its client left, or the server is closing. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
