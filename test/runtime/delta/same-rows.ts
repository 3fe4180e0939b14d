/** Rows of ours and of another engine, held against each other as values: in any order, numbers by what they are and not by how they are spelled. */
import { expect } from "vitest";
import type { NamedType } from "../../../compiler/ir/column-type.ts";
import { rowJson } from "../../../runtime/values/json.ts";
import { NumberText, parseJson } from "../../../runtime/values/json-text.ts";
import type { Row } from "../../../runtime/values/value.ts";
import type { PeerRow } from "../../services/python.ts";

/** Our rows as our own JSON spells them, which is how peers' rows come. */
export function spelledRows(columns: readonly NamedType[], rows: readonly Row[]): readonly PeerRow[] {
  return rows.map((row) => parseJson(rowJson(columns, row)) as PeerRow);
}

/** Fails the test where the rows differ; columns of `except` are not looked at. */
export function sameRows(ours: readonly PeerRow[], theirs: readonly PeerRow[], of: string, except: readonly string[] = []): void {
  expect(textsOf(ours, except), of).toEqual(textsOf(theirs, except));
}

function textsOf(rows: readonly PeerRow[], except: readonly string[]): readonly string[] {
  return rows.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).filter(([name]) => !except.includes(name))), plain)).toSorted();
}

function plain(_name: string, value: unknown): unknown {
  if (value instanceof NumberText) return Number(value.text);
  return typeof value === "bigint" ? `${value}n` : value;
}
