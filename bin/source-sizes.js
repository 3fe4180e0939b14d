/**
 * Reads the syntax of every TypeScript file of the house: how long files and functions are (an aim, reported), and whether a decorator
 * stands where Node must run the file as it is (an error: type stripping leaves decorators in).
 */
import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";

const rooms = ["bin", "compiler", "runtime", "site"];
const undecorated = /^(bin|compiler|runtime)\//;

/** `{ files: [{ file, lines, functions: [lines] }], decorated: ["file:line"] }` of the folder's sources. */
export function measureSources(root) {
  const files = [];
  const decorated = [];
  for (const file of rooms.flatMap((room) => sourcesIn(root, room))) {
    const text = readFileSync(new URL(file, root), "utf8");
    const tree = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
    const functions = [];
    const visit = (node) => {
      if (ts.isFunctionLike(node) && node.body !== undefined) functions.push(lineOf(tree, node.end) - lineOf(tree, node.getStart()) + 1);
      if (ts.isDecorator(node) && undecorated.test(file)) decorated.push(`${file}:${lineOf(tree, node.getStart())}`);
      ts.forEachChild(node, visit);
    };
    visit(tree);
    files.push({ file, lines: lineOf(tree, text.trimEnd().length), functions });
  }
  return { files, decorated };
}

/** The middle of the numbers; 0 of none. */
export function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function sourcesIn(root, room) {
  return readdirSync(new URL(`${room}/`, root), { recursive: true })
    .map((name) => `${room}/${name.replaceAll("\\", "/")}`)
    .filter((file) => /\.(ts|js)$/.test(file) && !file.includes("node_modules/"))
    .sort();
}

function lineOf(tree, position) {
  return tree.getLineAndCharacterOfPosition(position).line + 1;
}
