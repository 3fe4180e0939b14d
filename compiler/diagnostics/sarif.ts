/** Diagnostics as code hosts read them: a log of SARIF 2.1.0 (OASIS), one run, a rule for each code that was said. */
import type { Diagnostic, Edit } from "./diagnostic.ts";
import { endOf, withoutMark } from "./lines.ts";
import type { Page } from "./page.ts";
import { tellDiagnostics } from "./told.ts";
import type { ReadSource, ToldDiagnostic } from "./told.ts";

export interface SarifOptions {
  readonly version: string;
  readonly readSource: ReadSource;
  readonly pageOf: (code: string) => Page;
  /** The address of a code's page. */
  readonly urlOf: (code: string) => string;
}

/** The log as a value for JSON. Columns count UTF-16 units; paths are relative to the project. */
export function sarifLog(diagnostics: readonly Diagnostic[], options: SarifOptions): object {
  const codes = [...new Set(diagnostics.map((diagnostic) => diagnostic.code))].sort();
  const told = tellDiagnostics(diagnostics, options.readSource);
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: { driver: { name: "neuralake", semanticVersion: options.version, rules: codes.map((code) => rule(code, diagnostics, options)) } },
      columnKind: "utf16CodeUnits",
      results: told.map((one, index) => ({ ...result(one, codes), ...fixes(diagnostics[index], options.readSource) })),
    }],
  };
}

function rule(code: string, diagnostics: readonly Diagnostic[], { pageOf, urlOf }: SarifOptions): object {
  const page = pageOf(code);
  const whole = [page.means, ...page.sections.map((section) => `## ${section.title}\n\n${section.body}`)].join("\n\n");
  return {
    id: code,
    shortDescription: { text: `${page.title}.` },
    fullDescription: { text: page.means.replaceAll("`", "") },
    help: { text: whole, markdown: whole },
    helpUri: urlOf(code),
    defaultConfiguration: { level: diagnostics.find((diagnostic) => diagnostic.code === code)?.severity ?? "error" },
  };
}

function result({ code, severity, message, hint, place }: ToldDiagnostic, codes: readonly string[]): object {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message} ${hint}` },
    locations: [{ physicalLocation: { artifactLocation: artifact(place.file), region: region(place) } }],
  };
}

/** Every file that a fix touches, with what is taken out and what is put in its place. */
function fixes(diagnostic: Diagnostic | undefined, readSource: ReadSource): object {
  if (diagnostic?.fix === undefined) return {};
  const { title, edits } = diagnostic.fix;
  const byFile = [...Map.groupBy(edits, (edit) => edit.place.file)];
  const artifactChanges = byFile.map(([file, own]) => ({ artifactLocation: artifact(file), replacements: own.map((edit) => replacement(edit, withoutMark(readSource(file) ?? ""))) }));
  return { fixes: [{ description: { text: title }, artifactChanges }] };
}

function replacement({ place, text }: Edit, source: string): object {
  return { deletedRegion: region({ ...place, ...endOf(source, place) }), ...(text === "" ? {} : { insertedContent: { text } }) };
}

function region({ line, column, endLine, endColumn }: { readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number }): object {
  return { startLine: line, startColumn: column, endLine, endColumn };
}

function artifact(file: string): object {
  return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}
