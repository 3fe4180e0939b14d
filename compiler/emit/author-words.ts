/** Words over a class or a column as the author of a catalog writes them: `@between(0, 10_000)`, `@references(() => Airports, "iata")`. */
import type { Word, WordArgument } from "../ir/catalog.ts";
import { memberName } from "./author-types.ts";

/** The class of a table, by the table's full name, as it is called in the file. */
export type ClassOf = (table: string) => string;

/** A word with its arguments, without a line end. */
export function wordText({ name, args }: Pick<Word, "name" | "args">, classOf: ClassOf): string {
  return `@${name}(${args.map((argument) => argumentText(argument, classOf)).join(", ")})`;
}

function argumentText(argument: WordArgument, classOf: ClassOf): string {
  if (argument === null || typeof argument === "boolean") return String(argument);
  if (typeof argument === "number") return numberText(String(argument));
  if (typeof argument === "string") return JSON.stringify(argument);
  if ("bigint" in argument) return `${numberText(argument.bigint)}n`;
  if ("pattern" in argument) return `/${argument.pattern}/${argument.flags}`;
  if ("reference" in argument) return `() => ${classOf(argument.reference)}`;
  if ("list" in argument) return `[${argument.list.map((item) => argumentText(item, classOf)).join(", ")}]`;
  return `{ ${Object.entries(argument.object).map(([key, value]) => `${memberName(key)}: ${argumentText(value, classOf)}`).join(", ")} }`;
}

/** Whole numbers of five digits and more in groups of three: `10_000`. */
function numberText(digits: string): string {
  return /^-?\d{5,}$/.test(digits) ? digits.replaceAll(/\B(?=(\d{3})+$)/g, "_") : digits;
}

/** The tables that words refer to. */
export function referencesOf(words: readonly Word[]): readonly string[] {
  return words.flatMap(({ args }) => args.flatMap((argument) => (typeof argument === "object" && argument !== null && "reference" in argument ? [argument.reference] : [])));
}
