/** The author's mistakes, when they stop a command: all of them at once, with the frames that show where. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { printDiagnostics } from "../compiler/diagnostics/printer.ts";
import { tellDiagnostics, type ReadSource, type ToldDiagnostic } from "../compiler/diagnostics/told.ts";
import { pluralText } from "./amounts.ts";

/** Thrown by a command that cannot go on: `frames` is for people, `told` for programs; both with the warnings. */
export class CatalogErrors extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly told: readonly ToldDiagnostic[];
  readonly frames: string;

  constructor(diagnostics: readonly Diagnostic[], project: string, colour: boolean) {
    super(`The catalog has ${pluralText(diagnostics.filter((diagnostic) => diagnostic.severity === "error").length, "error")}.`);
    this.name = "CatalogErrors";
    this.diagnostics = diagnostics;
    this.told = tellDiagnostics(diagnostics, sourceReader(project));
    this.frames = frameText(diagnostics, project, colour);
  }
}

/** The diagnostics with a frame of the author's source around each. */
export function frameText(diagnostics: readonly Diagnostic[], project: string, colour: boolean): string {
  return printDiagnostics(diagnostics, sourceReader(project), { colour });
}

/** Reads files as places name them, relative to `project`. */
export function sourceReader(project: string): ReadSource {
  return (file) => {
    const found = resolve(project, file);
    return existsSync(found) && statSync(found).isFile() ? readFileSync(found, "utf8") : undefined;
  };
}
