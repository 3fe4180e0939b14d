/** Where in what someone sent a value stands, for the failures of readers: `Line 3, column "fare": …`. */
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { Failure } from "../../values/failure.ts";
import type { Value } from "../../values/value.ts";

/** A row as messages name it, and its line where it has one. */
export interface RowPlace { readonly where: string; readonly line?: number }

/** Runs `read`; its failure then says which row and column it is about. */
export function placedAt(place: RowPlace, column: NamedType, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(error.code, `${place.where}, column "${column.name}": ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      place: { ...lineOf(place), parameter: column.name, ...error.place },
      cause: error,
    });
  }
}

/** The failure of a row that cannot be read at all. */
export function unreadable(place: RowPlace, message: string, hint?: string): Failure {
  return new Failure("VALUE_INVALID", `${place.where} ${message}`, { place: lineOf(place), ...(hint === undefined ? {} : { hint }) });
}

/** The failure of a column that the table does not have. */
export function unknownColumn(place: RowPlace, name: string, columns: readonly NamedType[]): Failure {
  return new Failure("VALUE_INVALID", `${place.where} has a column "${name}" that the table does not have.`, {
    place: { ...lineOf(place), parameter: name }, hint: `It has ${columns.map((column) => column.name).join(", ")}.`,
  });
}

function lineOf({ line }: RowPlace): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
