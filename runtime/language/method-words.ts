/** The words over a static method: a computed table of a database, or a check of a table. */
import { record } from "./facts.ts";
import type { Rows, Sql } from "./sql.ts";
import type { ShownFacts, TableFacts } from "./table-words.ts";

type OnMethod<Shape> = <Method extends Shape>(owner: object, name: string, method: TypedPropertyDescriptor<Method>) => void;

function onMethod(word: string, ...args: readonly unknown[]): (owner: object, name: string) => void {
  return (owner, name) => record(owner, name, word, args);
}

/** A table computed when it is asked; the method's parameters become the query's. */
export function table(facts?: TableFacts & ShownFacts & { /** Where the rows come from, in words. */ readonly input?: string }): OnMethod<(...parameters: never[]) => Sql | Rows<object> | Promise<Rows<object>>> {
  return onMethod("table", facts);
}

/** A condition every row should satisfy: `reject` refuses the batch, `quarantine` sets the row aside, `warn` keeps and counts it. */
export function check(facts: {
  readonly onFail: "reject" | "quarantine" | "warn";
  /** Also as a constraint of the Delta table, which shuts out simpler engines. */
  readonly enforce?: "delta";
}): OnMethod<(row: never) => Sql> {
  return onMethod("check", facts);
}
