/** New values of columns, as options of commands give them. */
import { InvalidArgumentError } from "commander";

export interface Assigned { readonly column: string; readonly sql: string }

/** `column=sql`, added to those before; the name may be quoted as in SQL, and has to be where there is a sign of equality in it. */
export function assignment(text: string, before: readonly Assigned[] = []): readonly Assigned[] {
  const [, quoted, plain = "", sql = ""] = /^\s*(?:"((?:[^"]|"")+)"|([^=]*?))\s*=\s*([^]*?)\s*$/.exec(text) ?? [];
  const column = quoted === undefined ? plain : unquoted(quoted);
  if (column === "" || sql === "") throw new InvalidArgumentError("It is no column and its value, such as fare=0.");
  return [...before, { column, sql }];
}

/** `a,b`, each of which may be quoted as in SQL; undefined for what is no list of names. */
export function namesIn(text: string): readonly string[] | undefined {
  const names: string[] = [];
  for (let rest = text.trim(); rest !== "";) {
    const [whole, quoted, plain = ""] = /^(?:"((?:[^"]|"")+)"|([^",=<>.()\s]+))\s*(?:,\s*|$)/.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    names.push(quoted === undefined ? plain : unquoted(quoted));
    rest = rest.slice(whole.length);
  }
  return names;
}

function unquoted(text: string): string {
  return text.replaceAll('""', '"');
}
