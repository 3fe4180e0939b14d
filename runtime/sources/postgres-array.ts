/** The text of an array of one dimension (PostgreSQL, "Array Input and Output Syntax"): `{1,NULL,"a \"b\""}`. */
import { Failure } from "../values/failure.ts";

/** Its elements' texts; VALUE_INVALID where it has more dimensions, or does not count from 1. */
export function parseArray(text: string): readonly (string | null)[] {
  if (!text.startsWith("{")) throw refusal(text, "counts its elements from another number than 1");
  const elements: (string | null)[] = [];
  let index = 1;
  while (text[index] !== "}") {
    if (text[index] === "{") throw refusal(text, "has more than one dimension");
    const [element, end] = text[index] === '"' ? quoted(text, index + 1) : bare(text, index);
    elements.push(element);
    index = text[end] === "," ? end + 1 : end;
  }
  return elements;
}

function bare(text: string, start: number): readonly [string | null, number] {
  let end = start;
  while (text[end] !== "," && text[end] !== "}") end += 1;
  const element = text.slice(start, end);
  return [element === "NULL" ? null : element, end];
}

function quoted(text: string, start: number): readonly [string, number] {
  let element = "";
  let index = start;
  for (; text[index] !== '"'; index += 1) {
    if (text[index] === "\\") index += 1;
    element += text[index] ?? "";
  }
  return [element, index + 1];
}

function refusal(text: string, what: string): Failure {
  return new Failure("VALUE_INVALID", `The array ${text.slice(0, 100)} ${what}.`, { hint: "A column of arrays holds plain lists.", place: { value: text.slice(0, 100) } });
}
