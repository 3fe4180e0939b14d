/** Spelling of generated TypeScript: comments, property names, string literals, and the note that heads each generated file. */

import type { Column } from "../ir/catalog.ts";

/** The first line of each generated TypeScript or JavaScript file. */
export const generatedNote = "// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.";

/** A JSDoc comment of the author's words, indented, with its newline; empty when there is nothing to say. */
export function comment(doc: string, deprecated: string | undefined, indent = ""): string {
  const words = doc.trim() === "" ? [] : doc.trim().split("\n");
  const tag = deprecated === undefined ? [] : [`@deprecated ${deprecated}`.trim()];
  const lines = [...words, ...(words.length > 0 && tag.length > 0 ? [""] : []), ...tag].map((line) => line.replaceAll("*/", "*\\/").trimEnd());
  if (lines.length === 0) return "";
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

/** What a comment says of a column: the author's words, then what its decorators say that a type does not, `Unit: mi. Personal data: email.` */
export function columnDoc({ doc, unit, pii }: Pick<Column, "doc" | "unit" | "pii">): string {
  const facts = [...(unit === undefined ? [] : [`Unit: ${unit}.`]), ...(pii === undefined ? [] : [`Personal data: ${pii.category}.`])].join(" ");
  return facts === "" ? doc : sentences(doc, facts);
}

/** Words and what follows them, a stop between; behind several lines it is a paragraph of its own. */
export function sentences(doc: string, more: string): string {
  const words = doc.trim();
  if (words === "" || more === "") return words + more;
  return words.includes("\n") ? `${words}\n\n${more}` : `${words}${/[.!?]$/.test(words) ? "" : "."} ${more}`;
}

/** A property's name, quoted only where TypeScript needs it. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** `rides` and `city_pulse` as `Rides` and `CityPulse`. */
export function pascalCase(name: string): string {
  return name.split("_").filter((part) => part !== "").map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}

/** Whether a comment of an author can say this text letter for letter, as the compiler reads it. */
export function isSayable(text: string): boolean {
  return text === text.trim() && !/\*\/|\{@|\r|[ \t]$/m.test(text) && !/^([ \t]|[@*])/m.test(text);
}

/** The nearest that a comment can say. */
export function sayable(text: string): string {
  const lines = text.replaceAll("*/", "* /").replaceAll("{@", "{ @").split(/\r\n?|\n/).map((line) => line.trim().replace(/^[@*]+\s*/, "").trim());
  return isSayable(text) ? text : lines.join("\n").trim();
}
