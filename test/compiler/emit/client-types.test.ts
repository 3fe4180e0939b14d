import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

test("the generated clients type-check, and accept no table, column, parameter or value that is not the catalog's", () => {
  const root = path.join(import.meta.dirname, "../../..");
  const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const file = path.join(import.meta.dirname, "client-types.ts");
  const program = ts.createProgram([file], options);
  const checked = [file, path.join(root, "generated/client/index.ts"), path.join(root, "generated/client/rest.ts")];
  const said = checked.flatMap((name) => ts.getPreEmitDiagnostics(program, program.getSourceFile(name))).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    return `${path.basename(diagnostic.file?.fileName ?? "")}:${line + 1} ${ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")}`;
  });
  expect(said).toEqual([]);
});
