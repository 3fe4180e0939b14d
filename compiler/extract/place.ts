/** Where a node of the source is, as the Catalog says it. */
import { ts } from "ts-morph";
import type { Place } from "../ir/catalog.ts";

/** From the first to the last character of `node`, comments before it left out. */
export function placeOf(node: ts.Node): Place {
  const source = node.getSourceFile();
  return placeAt(source, node.getStart(source, false), node.getEnd());
}

/** From offset `start` up to `end` of `source`. `fileName` is relative to the project: programs are made with such names. */
export function placeAt(source: ts.SourceFile, start: number, end: number): Place {
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  // A checkout of Windows has the same Catalog.
  const returns = source.getLineAndCharacterOfPosition(end).line === line ? 0 : source.text.slice(start, end).split("\r\n").length - 1;
  return { file: source.fileName, line: line + 1, column: character + 1, length: end - start - returns };
}
