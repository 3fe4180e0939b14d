/** What an editor shows of a text beside generated clients: TypeScript's language service over one file that is not on disk. `|>` in it marks where the caret stands. */
import path from "node:path";
import ts from "typescript";

const root = path.join(import.meta.dirname, "../../..");
const { config } = ts.readConfigFile(path.join(root, "tsconfig.json"), ts.sys.readFile) as { config: { compilerOptions: object } };
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);

export interface Editor {
  /** What is shown over the name behind the caret: its type, and the comment with its tags. */
  hover(text: string): { readonly type: string; readonly comment: string };
  /** The names that are offered at the caret, sorted. */
  offered(text: string): readonly string[];
  /** All errors, each with the text it is under. */
  errors(text: string): readonly { readonly under: string; readonly message: string }[];
  /** What is struck through. */
  struck(text: string): readonly string[];
}

/** An editor whose every text begins with `head`. */
export function openEditor(head: string): Editor {
  const file = path.join(import.meta.dirname, "written-in-an-editor.ts");
  let shown = { text: "", version: 0 };
  const service = ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(shown.version) : "1"),
    getScriptSnapshot: (name) => {
      const text = name === file ? shown.text : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: (name) => (name === file ? shown.text : ts.sys.readFile(name)),
  });
  const write = (text: string): number => {
    const caret = `${head}\n${text}`.indexOf("|>");
    shown = { text: `${head}\n${text}`.replace("|>", ""), version: shown.version + 1 };
    return caret;
  };
  const under = ({ start = 0, length = 0 }: ts.Diagnostic): string => shown.text.slice(start, start + length);
  return {
    hover(text) {
      const info = service.getQuickInfoAtPosition(file, write(text));
      const tags = (info?.tags ?? []).map((tag) => `@${tag.name} ${ts.displayPartsToString(tag.text)}`.trim());
      return { type: ts.displayPartsToString(info?.displayParts), comment: [ts.displayPartsToString(info?.documentation), ...tags].filter((part) => part !== "").join("\n") };
    },
    offered(text) {
      return (service.getCompletionsAtPosition(file, write(text), {})?.entries ?? []).map(({ name }) => name).sort();
    },
    errors(text) {
      write(text);
      const found = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)];
      return found.map((diagnostic) => ({ under: under(diagnostic), message: ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n") }));
    },
    struck(text) {
      write(text);
      return service.getSuggestionDiagnostics(file).filter(({ reportsDeprecated }) => reportsDeprecated !== undefined).map(under);
    },
  };
}
