/**
 * The catalog's files as TypeScript sees them: each alone, as it is read, and all as one program, as it is checked. "neuralake" always means
 * the language of the compiler that runs, so that the same source gives the same catalog wherever packages are installed.
 */
import { existsSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ts } from "ts-morph";

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ["lib.esnext.d.ts", "lib.esnext.temporal.d.ts"],
  types: [],
  strict: true,
  strictPropertyInitialization: false,
  experimentalDecorators: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  moduleDetection: ts.ModuleDetectionKind.Force,
  noEmit: true,
};

const libraries = path.dirname(createRequire(import.meta.url).resolve("typescript/lib/lib.esnext.d.ts"));

/** The text of a file of the catalog; undefined when it cannot be read. */
export function readText(project: string, file: string): string | undefined {
  return ts.sys.readFile(path.resolve(project, file));
}

/** A file of the catalog, parsed; its name stays relative to the project. Each is a module, also while nothing is imported or exported in it. */
export function parseSource(file: string, text: string): ts.SourceFile {
  const setExternalModuleIndicator = (source: ts.SourceFile): void => {
    (source as { externalModuleIndicator?: ts.Node | true }).externalModuleIndicator ??= true;
  };
  return ts.createSourceFile(file, text, { languageVersion: ts.ScriptTarget.ESNext, setExternalModuleIndicator }, true);
}

/** The catalog's files as they are parsed now, by names relative to the project. */
export type ParsedFiles = ReadonlyMap<string, ts.SourceFile>;

/** The program of `roots` and of whatever they import. */
export function createProgram(project: string, roots: readonly string[], parsed: ParsedFiles): ts.Program {
  const cache = ts.createModuleResolutionCache(project, (name) => name, options);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => parsed.get(name) ?? parseOther(project, name),
    getDefaultLibFileName: () => path.join(libraries, "lib.esnext.d.ts"),
    getDefaultLibLocation: () => libraries,
    getCurrentDirectory: () => project,
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => existsSync(path.resolve(project, name)),
    readFile: (name) => ts.sys.readFile(path.resolve(project, name)),
    writeFile: () => undefined,
    resolveModuleNameLiterals: (literals, containing) => literals.map((literal) => resolveModule(literal.text, containing)),
  };
  function resolveModule(name: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations {
    if (name === "neuralake" && languageDoor !== undefined) return found(languageDoor);
    if (name.startsWith(".")) {
      const file = resolveRelative(path.relative(project, path.resolve(project, containing)).split(path.sep).join("/"), name);
      if (parsed.has(file)) return found(file);
    }
    return ts.resolveModuleName(name, path.resolve(project, containing), options, host, cache);
  }
  return ts.createProgram({ rootNames: roots, options, host });
}

/** TypeScript's own files, the language's and those of packages, by address: for all programs of this process. */
const others = new Map<string, { readonly stamp: string; readonly source: ts.SourceFile }>();

/** One of them, parsed again only when it changed on disk. Nobody reads its comments. */
function parseOther(project: string, name: string): ts.SourceFile | undefined {
  const file = path.resolve(project, name);
  const facts = statSync(file, { throwIfNoEntry: false });
  const stamp = `${facts?.mtimeMs} ${facts?.size}`;
  const before = path.isAbsolute(name) ? others.get(name) : undefined;
  if (before?.stamp === stamp) return before.source;
  const text = ts.sys.readFile(file);
  if (text === undefined) return undefined;
  const source = ts.createSourceFile(name, text, { languageVersion: ts.ScriptTarget.ESNext, jsDocParsingMode: ts.JSDocParsingMode.ParseNone });
  others.set(name, { stamp, source });
  return source;
}

/** The file a relative import in `containing` means, by name alone: `./trips.ts`, `./trips.js` and `./trips` are one. */
export function resolveRelative(containing: string, name: string): string {
  const joined = path.posix.join(path.posix.dirname(containing), name);
  return `${joined.replace(/\.[jt]s$/, "")}.ts`;
}

function found(resolvedFileName: string): ts.ResolvedModuleWithFailedLookupLocations {
  const extension = resolvedFileName.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts;
  return { resolvedModule: { resolvedFileName, extension, isExternalLibraryImport: false } } as ts.ResolvedModuleWithFailedLookupLocations;
}

/** The language's door beside this compiler: its source, or the types it was built into. */
const languageDoor = [".ts", ".d.ts"]
  .map((extension) => fileURLToPath(new URL(`../../runtime/language/index${extension}`, import.meta.url)))
  .find((file) => existsSync(file));
