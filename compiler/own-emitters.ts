/**
 * Asks a project's own emitters, in this thread, since functions of a configuration cannot be sent to another. Their files stand beside
 * ours, never in place of them; what an emitter does wrong is a diagnostic that names it.
 */
import { inspect } from "node:util";
import type { Diagnostic } from "./diagnostics/diagnostic.ts";
import { diagnose } from "./diagnostics/messages.ts";
import type { PrintedFile } from "./emitter.ts";
import type { Catalog } from "./ir/catalog.ts";
import type { OwnContext, OwnEmitter, OwnFile } from "./ir/own-emitter.ts";

/** What the compiler itself emits, by the first step of its paths. */
export const ours: { readonly [step: string]: string } = {
  "catalog.json": "the catalog",
  client: "the typed client",
  diagrams: "the diagrams",
  functions: "the functions of rows",
  "json-schema": "the JSON Schemas",
  migrations: "the history",
  "openapi.json": "the API's description",
  site: "the site",
};

export interface OwnWork {
  readonly emitters: readonly OwnEmitter[];
  /** The configuration that names them, relative to the project. */
  readonly config: string;
  /** Ask each emitter twice, and mind when its answers differ. */
  readonly twice: boolean;
}

export interface OwnFiles { readonly files: readonly PrintedFile[]; readonly problems: readonly Diagnostic[] }

/** The files of all emitters, and what is wrong with them. */
export function emitOwn({ emitters, config, twice }: OwnWork, catalog: Catalog, context: OwnContext): OwnFiles {
  const place = { file: config, line: 1, column: 1, length: 0 };
  const taken = new Map<string, string>();
  const files: PrintedFile[] = [];
  const problems: Diagnostic[] = [];
  for (const emitter of emitters) {
    const asked = ask(emitter, catalog, context, twice);
    if (typeof asked === "string") problems.push(diagnose("emitterFailed", place, { emitter: emitter.name, text: asked }));
    else for (const { path, text } of asked) {
      const wrong = wrongPath(path, taken);
      if (wrong !== undefined) problems.push(diagnose("emitterPath", place, { emitter: emitter.name, path: JSON.stringify(path), text: wrong }));
      else {
        taken.set(foldedPath(path), emitter.name);
        files.push({ path, parts: [Buffer.from(text)] });
      }
    }
  }
  return { files, problems };
}

/** The emitter's files, or in words what is wrong with what it did. */
function ask(emitter: OwnEmitter, catalog: Catalog, context: OwnContext, twice: boolean): readonly OwnFile[] | string {
  const first = askOnce(emitter, catalog, context);
  if (!twice || typeof first === "string") return first;
  const second = askOnce(emitter, catalog, context);
  if (typeof second === "string") return second;
  const other = first.find(({ path, text }, index) => second[index]?.path !== path || second[index].text !== text);
  if (first.length !== second.length || other !== undefined) return `emits ${other === undefined ? "other files" : `another ${other.path}`} when it is asked again`;
  return first;
}

/** Each time of a catalog of its own, so that an emitter that changes it changes nobody else's. */
function askOnce({ emit }: OwnEmitter, catalog: Catalog, context: OwnContext): readonly OwnFile[] | string {
  try {
    const files: unknown = emit(structuredClone(catalog), { ...context });
    if (files instanceof Promise) {
      // What it fails with belongs to nobody, and would end the process.
      files.catch(() => undefined);
      return "is asynchronous, and returns a promise of files where files are wanted";
    }
    return isFiles(files) ? files : "returns no list of files, each with its path and its text";
  } catch (error) {
    return `failed: ${(error instanceof Error ? error.message : typeof error === "object" ? inspect(error) : String(error)).replace(/\.$/, "")}`;
  }
}

function isFiles(files: unknown): files is readonly OwnFile[] {
  return Array.isArray(files) && Array.from(files).every((file: unknown) => typeof file === "object" && file !== null && "path" in file && typeof file.path === "string" && "text" in file && typeof file.text === "string");
}

/** How many bytes a step of a path may have, next to what a draft's name adds: file systems take 255. */
const stepBytesMax = 240;

/** Paths that differ in case, or in how an accent is spelt, are one on some machines. */
function foldedPath(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** Why no file may stand at a path; undefined when it may. */
function wrongPath(path: string, taken: ReadonlyMap<string, string>): string | undefined {
  const steps = foldedPath(path).split("/");
  if (/[\\:\p{Cc}\p{Cs}]/u.test(path) || steps.some((step) => step === "" || step === "." || step === "..")) return "which is no path below the generated folder";
  if (path.split("/").some((step) => Buffer.byteLength(step) > stepBytesMax)) return `with a name of more than ${stepBytesMax} bytes`;
  const owner = Object.hasOwn(ours, steps[0] ?? "") ? ours[steps[0] ?? ""] : undefined;
  if (owner !== undefined) return `where the compiler keeps ${owner}`;
  for (const [other, emitter] of taken) {
    if (other === steps.join("/")) return `which the emitter "${emitter}" emits too`;
    if (other.startsWith(`${steps.join("/")}/`) || steps.join("/").startsWith(`${other}/`)) return `a file where the emitter "${emitter}" has a folder, or the other way round`;
  }
  return undefined;
}
