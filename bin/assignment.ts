/** New values of columns, as options of commands give them. */
import { InvalidArgumentError } from "commander";

export interface Assigned { readonly column: string; readonly sql: string }

/** `column=sql`, added to those before. */
export function assignment(text: string, before: readonly Assigned[] = []): readonly Assigned[] {
  const at = text.indexOf("=");
  const [column, sql] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || column === "" || sql === "") throw new InvalidArgumentError("It is no column and its value, such as fare=0.");
  return [...before, { column, sql }];
}
