/**
 * The catalog's files as TypeScript sees them: each alone, as it is read, and all as one program, as it is checked. "neuralake" always means
 * the language of the compiler that runs, so that the same source gives the same catalog wherever packages are installed.
 */
import { existsSync } from "node:fs";
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
  noEmit: true,
};

const libraries = path.dirname(createRequire(import.meta.url).resolve("typescript/lib/lib.esnext.d.ts"));

/** One file of the catalog, parsed; its name stays relative to the project. Undefined when it cannot be read. */
export function parseFile(project: string, file: string): ts.SourceFile | undefined {
  const text = ts.sys.readFile(path.resolve(project, file));
  return text === undefined ? undefined : ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
}

/** The program of files that are parsed already; their names are relative to `project`. */
export function createProgram(project: string, sources: readonly ts.SourceFile[]): ts.Program {
  const known = new Map(sources.map((source) => [source.fileName, source]));
  const cache = ts.createModuleResolutionCache(project, (name) => name, options);
  const host: ts.CompilerHost = {
    getSourceFile: (name, languageVersion) => {
      const parsed = known.get(name);
      if (parsed !== undefined) return parsed;
      return isOwn(name) ? parseOwn(name, languageVersion) : parseOther(path.resolve(project, name), name, languageVersion);
    },
    getDefaultLibFileName: () => path.join(libraries, "lib.esnext.d.ts"),
    getDefaultLibLocation: () => libraries,
    getCurrentDirectory: () => project,
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => existsSync(path.resolve(project, name)),
    readFile: (name) => ts.sys.readFile(path.resolve(project, name)),
    writeFile: () => undefined,
    resolveModuleNameLiterals: (literals, containing) =>
      literals.map((literal) => resolveModule(literal.text, containing)),
  };
  function resolveModule(name: string, containing: string): ts.ResolvedModuleWithFailedLookupLocations {
    if (name === "neuralake" && languageDoor !== undefined) return found(languageDoor);
    if (name.startsWith(".")) {
      const file = resolveRelative(path.relative(project, path.resolve(project, containing)).split(path.sep).join("/"), name);
      if (known.has(file)) return found(file);
    }
    return ts.resolveModuleName(name, path.resolve(project, containing), options, host, cache);
  }
  return ts.createProgram({ rootNames: [...known.keys()], options, host });
}

/** The parsed files of TypeScript's library and of the language: the same for every program of this process. */
const own = new Map<string, ts.SourceFile | undefined>();

function parseOwn(name: string, languageVersion: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  if (!own.has(name)) own.set(name, parseOther(name, name, languageVersion));
  return own.get(name);
}

function parseOther(file: string, name: string, languageVersion: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
  const text = ts.sys.readFile(file);
  return text === undefined ? undefined : ts.createSourceFile(name, text, languageVersion);
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

function isOwn(name: string): boolean {
  return name.startsWith(`${libraries}/`) || (languageDoor !== undefined && name.startsWith(`${path.dirname(languageDoor)}/`));
}
