/** TypeScript alone over the catalog of the project named by the first argument: a program, made and checked. */
import { readdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import path from "node:path";

enableCompileCache();
const { default: ts } = await import("typescript");

const catalog = path.join(process.argv[2] ?? ".", "catalog");
const rootNames = readdirSync(catalog, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts")).map((name) => path.join(catalog, name));
const program = ts.createProgram({
  rootNames,
  options: {
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
    paths: { neuralake: [path.join(import.meta.dirname, "../../../runtime/language/index.ts")] },
  },
});
const diagnostics = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
if (diagnostics.length > 0) throw new Error(ts.flattenDiagnosticMessageText(diagnostics[0]?.messageText, "\n"));
