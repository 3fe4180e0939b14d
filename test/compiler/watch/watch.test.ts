/**
 * Edits by chance to a catalog that stays open: after each, the Catalog, what is said and every file are those of a compiler that begins
 * anew. NEURALAKE_TORTURE=1 makes ten times as many.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { compile, openCompiler } from "../../../compiler/compile.ts";
import type { Compiled } from "../../../compiler/compile.ts";
import { hasErrors } from "../../../compiler/diagnostics/diagnostic.ts";
import { chance, oneOf, randomOf } from "../../random.ts";
import type { Random } from "../../random.ts";
import { baseCatalog } from "./base-catalog.ts";
import { edits } from "./edits.ts";
import type { Edit, Texts } from "./edits.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const editCount = isLong ? 500 : 50;
/** A whole new compile, with its thread, is held against as well after one in so many. */
const wholeEvery = 25;

function apply(project: string, texts: Map<string, string>, edit: Edit): void {
  for (const [file, text] of edit) {
    const target = path.join(project, file);
    if (text === undefined) rmSync(target);
    else {
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    if (text === undefined) texts.delete(file);
    else texts.set(file, text);
  }
}

/** What leads from `texts` back to `good`: in one file, or in all. */
function mending(random: Random, texts: Texts, good: Texts): Edit {
  const wrong = [...new Set([...texts.keys(), ...good.keys()])].filter((file) => texts.get(file) !== good.get(file));
  const mended = chance(random, 0.5) || wrong.length === 0 ? wrong : [oneOf(random, wrong)];
  return new Map(mended.map((file) => [file, good.get(file)]));
}

function generatedFiles(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(entries.map((entry) => path.join(entry.parentPath, entry.name)).sort().map((file) => [path.relative(folder, file), readFileSync(file, "utf8")]));
}

const textsOf = ({ files }: Compiled): ReadonlyMap<string, string> => new Map(files.map(({ path: name, parts }) => [name, Buffer.concat(parts).toString("utf8")]));
const toldBy = ({ catalog, diagnostics }: Compiled): object => ({ catalog: JSON.stringify(catalog), diagnostics });

/** What a compiler says that begins anew; it writes to a folder that it does not have. */
async function anew(project: string, whole: boolean): Promise<Compiled> {
  const options = { project, generatedDir: "nowhere", draft: true, check: true };
  if (whole) return compile(options);
  const compiler = openCompiler(options);
  try {
    return await compiler.compile();
  } finally {
    await compiler.close();
  }
}

test(`after each of ${editCount} edits everything is as if it were compiled anew`, { timeout: 40 * 60_000 }, async () => {
  const random = randomOf(isLong ? 7 : 1);
  const project = mkdtempSync(path.join(tmpdir(), "neuralake-watch-"));
  const compiler = openCompiler({ project, draft: true });
  const counts = new Map<string, number>();
  const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1);
  try {
    const texts = new Map<string, string>();
    apply(project, texts, new Map(Object.entries(baseCatalog)));
    expect((await compiler.compile()).diagnostics).toEqual([]);
    const base = new Map(texts);
    let good = new Map(texts);
    let broken = false;
    let disk = generatedFiles(path.join(project, "generated"));
    for (let number = 0; number < editCount;) {
      // Edits take away more than they bring: now and then all is as it was at first.
      const does = number % 25 === 24 ? "begins again" : broken && chance(random, 0.5) ? "mends" : oneOf(random, Object.keys(edits));
      const edit = does === "begins again" ? mending(() => 0, texts, base) : does === "mends" ? mending(random, texts, good) : edits[does]?.(random, texts);
      if (edit === undefined) continue;
      number++;
      apply(project, texts, edit);
      const now = await compiler.compile(chance(random, 0.2) ? undefined : new Set(edit.keys()));
      const cold = await anew(project, number % wholeEvery === 0);
      const what = `edit ${number}, which ${does} (${[...edit.keys()].join(", ")})`;
      expect(toldBy(now), what).toEqual(toldBy(cold));
      const found = generatedFiles(path.join(project, "generated"));
      broken = hasErrors(now.diagnostics);
      expect(found, what).toEqual(broken ? disk : textsOf(cold));
      expect([...now.written, ...now.removed].sort(), what).toEqual([...new Set([...disk.keys(), ...found.keys()])].filter((file) => disk.get(file) !== found.get(file)).sort());
      if (!broken) good = new Map(texts);
      disk = found;
      count(does);
      count(broken ? "= with errors" : "= compiled");
    }
    expect([...counts.keys()].filter((what) => what.startsWith("="))).toHaveLength(2);
    console.log(`watched: ${[...counts].map(([what, times]) => `${times} ${what}`).sort().join(", ")}`);
  } finally {
    await compiler.close();
    rmSync(project, { recursive: true });
  }
});
