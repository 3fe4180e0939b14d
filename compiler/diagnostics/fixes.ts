/** Makes the certain fixes of a run in the texts they are about: pure, texts in, texts out. */
import type { Diagnostic, Edit } from "./diagnostic.ts";
import { rangeOf, withoutMark } from "./lines.ts";

/** What became of the texts of one run. */
export interface Fixed {
  /** The files that changed, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The diagnostics whose fix was made. */
  readonly applied: readonly Diagnostic[];
}

interface Change { readonly start: number; readonly end: number; readonly text: string }

/** A line that git leaves in a file it could not merge. */
const mergeMarker = /^(?:<{7}|>{7})(?: |$)/m;

/** Whether a file waits for somebody to merge it. */
export function isUnmerged(text: string): boolean {
  return mergeMarker.test(text);
}

/**
 * Makes all fixes whose files are all among `texts`, in the order of `diagnostics`. One that touches what another has changed is left
 * out: it is found again when the catalog is compiled once more. Two that are the same are made once.
 */
export function applyFixes(texts: ReadonlyMap<string, string>, diagnostics: readonly Diagnostic[]): Fixed {
  const changes = new Map<string, Change[]>();
  const applied = diagnostics.filter((diagnostic) => {
    const edits = diagnostic.fix?.edits ?? [];
    if (edits.length === 0 || edits.some((edit) => !texts.has(edit.place.file))) return false;
    const wanted = edits.map((edit) => ({ file: edit.place.file, change: changeOf(edit, texts.get(edit.place.file) ?? "") }));
    const isFree = ({ file, change }: (typeof wanted)[number]): boolean => (changes.get(file) ?? []).every((other) => isSame(change, other) || !meet(change, other));
    if (!wanted.every(isFree)) return false;
    for (const { file, change } of wanted) {
      const own = changes.get(file) ?? [];
      if (!own.some((other) => isSame(change, other))) changes.set(file, [...own, change]);
    }
    return true;
  });
  return { texts: new Map([...changes].map(([file, own]) => [file, changed(texts.get(file) ?? "", own)])), applied };
}

function changeOf(edit: Edit, text: string): Change {
  return { ...rangeOf(withoutMark(text), edit.place), text: edit.text };
}

/** Two insertions into one list may stand at one place; two lines may not, since their order would be chance. */
function meet(left: Change, right: Change): boolean {
  if (left.start === left.end && right.start === right.end) return left.start === right.start && /\n/.test(left.text + right.text);
  return left.start < right.end && right.start < left.end;
}

function isSame(left: Change, right: Change): boolean {
  return left.start === right.start && left.end === right.end && left.text === right.text;
}

/** From the last change to the first, so that offsets stay true; a byte order mark stays where it is. */
function changed(text: string, changes: readonly Change[]): string {
  const body = withoutMark(text);
  const mark = text.slice(0, text.length - body.length);
  const ordered = changes.toSorted((a, b) => b.start - a.start || b.end - a.end || (a.text < b.text ? 1 : -1));
  return mark + ordered.reduce((done, { start, end, text: put }) => done.slice(0, start) + put + done.slice(end), body);
}
