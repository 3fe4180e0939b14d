/** Where the columns that a query gives stand in its author's SQL: items of the outermost SELECT, in their order. */
import { isMark, isWord, tokensOf } from "../../runtime/query/sql-tokens.ts";
import type { SqlToken } from "../../runtime/query/sql-tokens.ts";
import type { Place } from "../ir/catalog.ts";
import { placeInTemplate } from "./sql-place.ts";
import type { SentSql } from "./sql-place.ts";

/** `name`: the word that names the column; `item`: all of what gives it, or its first word where it is longer than a line. */
export interface ResultPlace { readonly name: Place; readonly item: Place }

/** The places of `count` columns; the whole template for each where items and columns are not the same, as with `*`. */
export function resultPlaces(sent: SentSql, count: number): readonly ResultPlace[] {
  const items = selectItems(tokensOf(sent.printed.sql));
  const whole = sent.template.place;
  if (items.length !== count) return Array.from({ length: count }, () => ({ name: whole, item: whole }));
  return items.map((item) => placesOf(sent, item));
}

function placesOf(sent: SentSql, item: readonly SqlToken[]): ResultPlace {
  const place = (token: SqlToken | undefined): Place => placeInTemplate(sent, token === undefined ? undefined : token.start + sent.before);
  const [first, last] = [place(item[0]), place(item.at(-1))];
  const length = last.column + last.length - first.column;
  // `name: expression` is DuckDB's other way to name one.
  return { name: isMark(item[1], ":") ? first : last, item: first.line === last.line && length > 0 ? { ...first, length } : first };
}

const ends = ["FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "QUALIFY", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "USING"];

/** What stands between the first SELECT that is in no brackets and the clause behind it, parted by commas. */
function selectItems(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const items: SqlToken[][] = [];
  let depth = 0;
  let item: SqlToken[] | undefined;
  for (const token of tokens) {
    if (depth === 0 && item === undefined) {
      if (isWord(token, "SELECT")) item = [];
    } else if (depth === 0 && (isMark(token, ";") || ends.some((word) => isWord(token, word)))) break;
    else if (depth === 0 && isMark(token, ",")) {
      items.push(item ?? []);
      item = [];
    } else if (!(item?.length === 0 && ["DISTINCT", "ALL"].some((word) => isWord(token, word)))) item?.push(token);
    depth += opening(token) - closing(token);
  }
  return item === undefined ? [] : [...items, item].filter((each) => each.length > 0);
}

function opening(token: SqlToken): number {
  return ["(", "[", "{"].some((mark) => isMark(token, mark)) ? 1 : 0;
}

function closing(token: SqlToken): number {
  return [")", "]", "}"].some((mark) => isMark(token, mark)) ? 1 : 0;
}
