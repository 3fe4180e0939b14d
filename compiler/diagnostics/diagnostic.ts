/** What the compiler has to say about the author's files, as data: errors are never thrown, and all of them are told in one run. */
import type { Place } from "../ir/catalog.ts";

/** One message. `code` is stable (`NL1003`); `hint` is the way out. An error stops emitting, a warning does not. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly place: Place;
  readonly hint?: string;
  /** Only where no other thing can have been meant: `compile --fix` does it without asking. */
  readonly fix?: Fix;
}

/** A way out that a machine can take. All of its edits are made, or none. */
export interface Fix { readonly title: string; readonly edits: readonly Edit[] }

/** What stands at `place` becomes `text`; a place of no length is where `text` is put in. */
export interface Edit { readonly place: Place; readonly text: string }

/** Whether anything in `diagnostics` stops the compiler. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
