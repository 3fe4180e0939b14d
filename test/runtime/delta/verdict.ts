/** How something ended that an engine was asked for: with the rows there must be, with a refusal in words, or with others. */
import { NumberText } from "../../../runtime/values/json-text.ts";
import type { PeerRow } from "../../services/python.ts";
import type { PlainRow } from "./operations.ts";
import type { Answer } from "./peers.ts";

/** `why` is what the engine said, or which rows are not as they should be. */
export interface Verdict { readonly is: "equal" | "refused" | "wrong"; readonly why?: string }

/** An answer beside the rows there must be, in any order; one column may be left out. */
export function judged(answer: Answer<readonly PeerRow[]> | undefined, rows: readonly PlainRow[], except = ""): Verdict {
  if (answer === undefined || "refused" in answer) return { is: "refused", why: answer?.refused ?? "it was not asked" };
  const [told, wanted] = [textsOf(answer.gives, except), textsOf(rows, except)];
  if (JSON.stringify(told) === JSON.stringify(wanted)) return { is: "equal" };
  const beside = (some: readonly string[], others: readonly string[]): string => some.filter((text) => !others.includes(text)).slice(0, 2).join(", ");
  return { is: "wrong", why: `${told.length} rows for ${wanted.length}; it lacks ${beside(wanted, told)} and has ${beside(told, wanted)}` };
}

/** A row whose numbers are doubles, by which engines that spell them in other ways agree. */
export function plainRow(row: PeerRow): PlainRow {
  return JSON.parse(JSON.stringify(row, (_name, value: unknown) => (value instanceof NumberText ? Number(value.text) : typeof value === "bigint" ? Number(value) : value))) as PlainRow;
}

function textsOf(rows: readonly PeerRow[], except: string): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.entries(plainRow(row)).filter(([name]) => name !== except).toSorted(([one], [other]) => (one < other ? -1 : 1)))).toSorted();
}
