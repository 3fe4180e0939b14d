/** The query string of a request, read so that nothing in it is overlooked: a parameter nobody asked for is an error, and so is one given twice. */
import { Failure } from "../values/failure.ts";
import type { AsOf } from "../query/request.ts";

/** The parameters of a request, taken one by one; what is left at the end is unknown. */
export interface QueryString {
  /** The one value of a parameter; undefined when it is not there. A Failure PARAMETER_INVALID when it is there twice. */
  take(name: string): string | undefined;
  /** Every parameter not taken yet. */
  rest(): readonly (readonly [name: string, value: string])[];
}

/** Reads what stands after the `?` of a request's URL. */
export function readQueryString(url: string): QueryString {
  const start = url.indexOf("?");
  let pairs = [...new URLSearchParams(start < 0 ? "" : url.slice(start + 1))];
  return {
    take(name) {
      const [first, second] = pairs.filter(([other]) => other === name);
      if (second !== undefined) throw invalid(name, `Parameter "${name}" is given twice.`, "Give it once.");
      pairs = pairs.filter(([other]) => other !== name);
      return first?.[1];
    },
    rest: () => pairs,
  };
}

/** Refuses what nobody took; `known` names what there is. */
export function refuseRest(query: QueryString, known: readonly string[]): void {
  const [unknown] = query.rest();
  if (unknown !== undefined) throw invalid(unknown[0], `There is no parameter "${unknown[0]}" here.`, `There is ${known.join(", ")}.`);
}

/** `version` or `timestamp`, if either is given. */
export function takeAsOf(query: QueryString): AsOf | undefined {
  const version = query.take("version");
  const timestamp = query.take("timestamp");
  if (version !== undefined && timestamp !== undefined) throw invalid("timestamp", "A version and a timestamp are both given.", "Give one of them.");
  if (version !== undefined) return { version: readCount("version", version) };
  return timestamp === undefined ? undefined : { timestamp: readInstant(timestamp) };
}

/** A whole number that is not negative. */
export function readCount(name: string, text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw invalid(name, `Parameter "${name}" is ${JSON.stringify(text)}, not a whole number from 0 on.`);
  return count;
}

/** An RFC 3339 time, as it was given. */
export function readInstant(text: string): string {
  try {
    return Temporal.Instant.from(text).toString();
  } catch (error) {
    throw new Failure("PARAMETER_INVALID", `Parameter "timestamp" is ${JSON.stringify(text)}, not a time.`, {
      place: { parameter: "timestamp", value: text }, hint: "Write it as in 2026-08-01T12:00:00Z.", cause: error,
    });
  }
}

/** A PARAMETER_INVALID about one parameter. */
export function invalid(parameter: string, message: string, hint?: string): Failure {
  return new Failure("PARAMETER_INVALID", message, { place: { parameter }, ...(hint === undefined ? {} : { hint }) });
}
