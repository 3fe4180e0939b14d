/** Where a mention stands in the query's text: its name, its arguments, its AT clause; and the splices that spell them anew. */
import type { Parameter } from "../../compiler/ir/catalog.ts";
import { quoteName } from "../../compiler/ir/names.ts";
import { Failure } from "../values/failure.ts";
import { parameterMarks } from "./bind-parameters.ts";
import { applySplices } from "./splice.ts";
import type { Splice } from "./splice.ts";
import type { Mention } from "./sql-gate.ts";
import { placeOf } from "./sql-problem.ts";
import { closingBracket, isMark, isWord } from "./sql-tokens.ts";
import type { SqlToken } from "./sql-tokens.ts";

/** A query's text and its words. */
export interface SqlText { readonly sql: string; readonly tokens: readonly SqlToken[] }

/** The first and last word of a mention's name: `rides` and `trips`. */
function nameAt({ tokens }: SqlText, mention: Mention): { readonly first: number; readonly last: number } {
  const first = tokens.findIndex((token) => token.start >= mention.offset);
  let last = first;
  while (isMark(tokens[last + 1], ".")) last += 2;
  return { first, last };
}

/** Puts `name` in the place of the mention's own; with `whole`, in the place of the call and its arguments. A table keeps its name for the columns. */
export function spliceName(text: SqlText, mention: Mention, name: readonly string[], whole: boolean): Splice {
  const { first, last } = nameAt(text, mention);
  const end = text.tokens[whole ? closingBracket(text.tokens, last + 1) : last]?.end ?? text.sql.length;
  const alias = (mention.at !== undefined || whole) && mention.alias === "" ? ` AS ${quoteName(mention.name)}` : "";
  return { start: text.tokens[first]?.start ?? 0, end, text: name.map(quoteName).join(".") + alias };
}

/** The AT clause behind a mention: where it stands, and its expression. */
export function atClause(text: SqlText, mention: Mention): { readonly start: number; readonly end: number; readonly expression: string } {
  const { tokens, sql } = text;
  const from = nameAt(text, mention).last;
  const at = tokens.findIndex((token, k) => k > from && isWord(token, "AT") && isMark(tokens[k + 1], "(") && isMark(tokens[k + 3], "=>"));
  const close = closingBracket(tokens, at + 1);
  return { start: tokens[at]?.start ?? 0, end: tokens[close]?.end ?? sql.length, expression: sql.slice(tokens[at + 3]?.end, tokens[close]?.start) };
}

interface Argument { readonly name: SqlToken | undefined; readonly start: number; readonly end: number }

function argumentsOf(text: SqlText, mention: Mention): Argument[] {
  const { tokens } = text;
  const open = nameAt(text, mention).last + 1;
  const close = closingBracket(tokens, open);
  const found: Argument[] = [];
  let first = open + 1;
  for (let k = open + 1; k <= close; k += 1) {
    if (k < close && !isMark(tokens[k], ",")) {
      if (/^[([{]$/.test(tokens[k]?.text ?? "") && tokens[k]?.kind === "mark") k = endOfGroup(tokens, k);
      continue;
    }
    if (k > first) {
      const named = isMark(tokens[first + 1], ":=") || isMark(tokens[first + 1], "=>");
      found.push({ name: named ? tokens[first] : undefined, start: tokens[named ? first + 2 : first]?.start ?? 0, end: tokens[k - 1]?.end ?? 0 });
    }
    first = k + 1;
  }
  return found;
}

const closing: { readonly [open: string]: string } = { "(": ")", "[": "]", "{": "}" };

function endOfGroup(tokens: readonly SqlToken[], open: number): number {
  const pending: string[] = [];
  for (let k = open; k < tokens.length; k += 1) {
    const token = tokens[k];
    if (token?.kind !== "mark") continue;
    const close = closing[token.text];
    if (close !== undefined) pending.push(close);
    else if (token.text === pending.at(-1)) pending.pop();
    if (pending.length === 0) return k;
  }
  return tokens.length;
}

/** Spells the names of a call's named arguments anew. */
export function renamedArguments(text: SqlText, mention: Mention, rename: (name: string) => string): Splice[] {
  return argumentsOf(text, mention).flatMap(({ name }) => (name === undefined ? [] : [{ start: name.start, end: name.end, text: quoteName(rename(name.text)) }]));
}

/** An argument's SQL; a `?` in it keeps the number it has in the whole text. */
function argumentText(text: SqlText, { start, end }: Argument): string {
  const marks = parameterMarks(text.tokens).filter((mark) => mark.start >= start && mark.end <= end);
  return applySplices(text.sql.slice(start, end), marks.map((mark) => ({ start: mark.start - start, end: mark.end - start, text: `$${mark.number}` })));
}

/** The SQL of each parameter's argument, by place or by name; undefined where the default holds. SQL_INVALID for one too many, unknown or missing. */
export function callArguments(text: SqlText, mention: Mention, parameters: readonly Parameter[]): readonly (string | undefined)[] {
  const values = new Map<string, string>();
  for (const [k, argument] of argumentsOf(text, mention).entries()) {
    const parameter = argument.name === undefined ? parameters[k] : parameters.find(({ name }) => name.toLowerCase() === argument.name?.text.toLowerCase());
    if (parameter === undefined) {
      throw new Failure("SQL_INVALID", `${mention.name} has no parameter ${argument.name?.text ?? `number ${k + 1}`}.`, {
        hint: parameters.length === 0 ? "It takes none." : `It takes ${parameters.map(({ name }) => name).join(", ")}.`,
        place: placeOf(text.sql, argument.start),
      });
    }
    values.set(parameter.name, argumentText(text, argument));
  }
  const missing = parameters.find(({ name, default: fallback }) => fallback === undefined && !values.has(name));
  if (missing === undefined) return parameters.map(({ name }) => values.get(name));
  throw new Failure("SQL_INVALID", `${mention.name} needs a value for its parameter ${missing.name}.`, { hint: `Write ${mention.name}(${missing.name} := …).`, place: placeOf(text.sql, mention.offset) });
}
