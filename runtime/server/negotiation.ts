/** Which format a reply takes: `?format=` first, else the Accept header (RFC 9110, section 12.5.1), else JSON. */
import { formatList, formatNamed, formats } from "../query/formats/format.ts";
import type { Format } from "../query/formats/format.ts";
import { Failure } from "../values/failure.ts";
import { invalid } from "./query-string.ts";

/** The format, and the media type the client calls it by. */
export interface Negotiated { readonly format: Format; readonly mediaType: string }

/** What `?format=` and Accept come to; PARAMETER_INVALID or FORMAT_NOT_ACCEPTABLE when that is nothing we write. */
export function negotiate(parameter: string | undefined, accept: string | undefined): Negotiated {
  if (parameter !== undefined) return namedFormat(parameter);
  if (accept === undefined || accept.trim() === "") return usual("json");
  const ranges = readRanges(accept);
  for (const range of ranges) {
    const found = range.quality > 0 ? firstMatch(range.type, ranges) : undefined;
    if (found !== undefined) return found;
  }
  throw new Failure("FORMAT_NOT_ACCEPTABLE", `Nothing this server writes is acceptable as ${accept}.`, { hint: `It writes ${formatList.map(([, facts]) => facts.mediaType).join(", ")}.` });
}

function namedFormat(name: string): Negotiated {
  const format = formatNamed(name);
  if (format === undefined) throw invalid("format", `There is no format ${JSON.stringify(name)}.`, `There is ${formatList.flatMap(([, facts]) => facts.names).join(", ")}.`);
  return usual(format);
}

interface Range { readonly type: string; readonly quality: number }

/** The ranges of an Accept header, best first; the more exact one first among equals. */
function readRanges(accept: string): Range[] {
  const ranges = accept.split(",").map((text) => {
    const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) };
  });
  return ranges.toSorted((left, right) => right.quality - left.quality || stars(left) - stars(right));
}

function stars(range: Range): number {
  return range.type.split("*").length;
}

/** The first format a range allows, unless another range rules it out. */
function firstMatch(type: string, ranges: readonly Range[]): Negotiated | undefined {
  const exact = formatNamed(type);
  if (exact !== undefined && type.includes("/")) return { format: exact, mediaType: type };
  const allowed = formatList.find(([, facts]) => {
    const refused = ranges.some((range) => range.type === facts.mediaType && range.quality === 0);
    return !refused && (type === "*/*" || (type.endsWith("/*") && facts.mediaType.startsWith(type.slice(0, -1))));
  });
  return allowed === undefined ? undefined : usual(allowed[0]);
}

function usual(format: Format): Negotiated {
  return { format, mediaType: formats[format].mediaType };
}

/** The Content-Type of a reply in this format. */
export function contentType(negotiated: Negotiated): string {
  return negotiated.format === "csv" ? `${negotiated.mediaType}; charset=utf-8; header=present` : negotiated.mediaType;
}
