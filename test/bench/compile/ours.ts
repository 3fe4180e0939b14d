/** One cold compile of the project named by the first argument. */
import { compile } from "../../../compiler/compile.ts";

const { diagnostics, written } = await compile({ project: process.argv[2] ?? "." });
if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics[0]));
if (written.length < 1_000) throw new Error(`only ${written.length} files were written`);
