/** The author's mistakes, when they stop a command: all of them at once, with the frames that show where. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Diagnostic } from "../compiler/diagnostics/diagnostic.ts";
import { printDiagnostics } from "../compiler/diagnostics/printer.ts";
import { pluralText } from "./amounts.ts";

/** Thrown by a command that cannot go on: `frames` is for people, `diagnostics` for programs. */
export class CatalogErrors extends Error {
  readonly diagnostics: readonly Diagnostic[];
  readonly frames: string;

  constructor(diagnostics: readonly Diagnostic[], project: string, colour: boolean) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    super(`The catalog has ${pluralText(errors.length, "error")}.`);
    this.name = "CatalogErrors";
    this.diagnostics = errors;
    this.frames = frameText(diagnostics, project, colour);
  }
}

/** The diagnostics with a frame of the author's source around each. */
export function frameText(diagnostics: readonly Diagnostic[], project: string, colour: boolean): string {
  return printDiagnostics(diagnostics, (file) => (existsSync(resolve(project, file)) ? readFileSync(resolve(project, file), "utf8") : undefined), { colour });
}
