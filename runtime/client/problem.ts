/** A server's problem document (RFC 9457) becomes the Failure it was there, so that both ports fail alike. */
import { failureCodes } from "../values/failure-codes.ts";
import type { FailureCode } from "../values/failure-codes.ts";
import { Failure } from "../values/failure.ts";
import type { FailurePlace } from "../values/failure.ts";

/** The Failure an answer with a bad status stands for; UNAVAILABLE or BAD_REQUEST when it is none of our server's. */
export async function failureOf(response: Response): Promise<Failure> {
  const text = await response.text();
  const problem = response.headers.get("content-type")?.includes("json") === true ? readObject(text) : {};
  const message = textOf(problem["detail"]) ?? textOf(problem["title"]) ?? `${response.url} answered ${response.status}: ${text.slice(0, 200)}`;
  const hint = textOf(problem["hint"]);
  return new Failure(codeOf(problem["code"], response.status), message, {
    ...(hint === undefined ? {} : { hint }),
    ...(isObject(problem["place"]) ? { place: placeOf(problem["place"]) } : {}),
    retry: response.status === 409 || response.status >= 500,
  });
}

function codeOf(code: unknown, status: number): FailureCode {
  if (typeof code === "string" && Object.hasOwn(failureCodes, code)) return code as FailureCode;
  return status >= 500 ? "UNAVAILABLE" : "BAD_REQUEST";
}

function placeOf(place: { readonly [name: string]: unknown }): FailurePlace {
  const { line, column } = place;
  const [parameter, file, value] = [textOf(place["parameter"]), textOf(place["file"]), textOf(place["value"])];
  return {
    ...(typeof line === "number" ? { line } : {}),
    ...(typeof column === "number" ? { column } : {}),
    ...(parameter === undefined ? {} : { parameter }),
    ...(file === undefined ? {} : { file }),
    ...(value === undefined ? {} : { value }),
  };
}

function readObject(text: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch (cause) {
    throw new Failure("UNAVAILABLE", `An answer that calls itself JSON is not: ${text.slice(0, 200)}.`, { cause });
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
