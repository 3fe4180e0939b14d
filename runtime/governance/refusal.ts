/** Rows that break a rule, gathered into the one failure that refuses their whole batch. */
import { Failure } from "../values/failure.ts";

/** One broken rule: where (`row 3`, `trips.csv line 17`), in which column (none for a check of the whole row), by which value. */
export interface Refusal { readonly where: string; readonly column?: string; readonly value?: string; readonly rule: string }

/** How many refusals a message names. */
export const namedRefusals = 5;

/** Counts rows and keeps the first few of them. */
export interface Refusals { readonly rows: number; readonly first: readonly Refusal[] }

/** ROWS_REFUSED with the number of rows and the first few, a line each; `file` is where they came from. */
export function rowsRefused(table: string, { rows, first }: Refusals, file?: string, hint = "Mend the rows, or loosen the rule in the catalog and compile it."): Failure {
  const lines = first.map((refusal) => `  ${refusalText(refusal)}`);
  const more = rows > first.length ? [`  and ${rows - first.length} more`] : [];
  const { column, value } = first[0] ?? {};
  return new Failure("ROWS_REFUSED", [`${table} refuses ${rows === 1 ? "1 row" : `${rows} rows`}; nothing was written.`, ...lines, ...more].join("\n"), {
    hint,
    place: { ...(file === undefined ? {} : { file }), ...(column === undefined ? {} : { parameter: column }), ...(value === undefined ? {} : { value }) },
  });
}

/** `row 3, column fare: "-1.00" breaks the rule: between 0 and 10000`. */
export function refusalText({ where, column, ...broken }: Refusal): string {
  return `${where}${column === undefined ? "" : `, column ${column}`}: ${brokenText(broken)}`;
}

/** `"-1.00" breaks the rule: between 0 and 10000`. */
export function brokenText({ value, rule }: Pick<Refusal, "value" | "rule">): string {
  return `${value === undefined ? "" : `${value} `}${rule}`;
}
