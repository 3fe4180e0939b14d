/** Diagnostics as programs read them (`--json`): each place with its end, each edit with its offsets. */
import type { Diagnostic } from "./diagnostic.ts";
import { endOf, rangeOf, withoutMark } from "./lines.ts";
import type { Place } from "../ir/catalog.ts";

/** The end is just behind the last character, 1-based as the beginning is. */
export interface ToldPlace extends Place { readonly endLine: number; readonly endColumn: number }

/** What stands from `start` up to `end` of the file becomes `text`; in UTF-16 units, a byte order mark not counted. */
export interface ToldEdit { readonly file: string; readonly start: number; readonly end: number; readonly text: string }

export interface ToldDiagnostic extends Omit<Diagnostic, "place" | "fix"> {
  readonly place: ToldPlace;
  readonly fix?: { readonly title: string; readonly edits: readonly ToldEdit[] };
}

/** A file's text, undefined when it cannot be read. */
export type ReadSource = (file: string) => string | undefined;

/** All that is known of `diagnostics`; the text of a file that cannot be read is taken for empty. */
export function tellDiagnostics(diagnostics: readonly Diagnostic[], readSource: ReadSource): ToldDiagnostic[] {
  const texts = new Map<string, string>();
  const textOf = (file: string): string => {
    const text = texts.get(file) ?? withoutMark(readSource(file) ?? "");
    texts.set(file, text);
    return text;
  };
  return diagnostics.map(({ fix, place, ...diagnostic }) => ({
    ...diagnostic,
    place: { ...place, ...endOf(textOf(place.file), place) },
    ...(fix === undefined ? {} : { fix: { title: fix.title, edits: fix.edits.map((edit) => ({ file: edit.place.file, ...rangeOf(textOf(edit.place.file), edit.place), text: edit.text })) } }),
  }));
}
