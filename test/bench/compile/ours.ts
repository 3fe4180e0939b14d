/** One cold compile of the project named by the first argument. */
import { compile } from "../../../compiler/compile.ts";

const { catalog, diagnostics, written } = await compile({ project: process.argv[2] ?? "." });
if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
if (written.length === 0 || catalog.databases.length === 0) throw new Error("nothing was compiled");
