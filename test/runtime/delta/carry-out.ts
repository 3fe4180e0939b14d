/** Tasks carried out by the engines that they are for: ours by the code of our commands, all of Spark's by one server, all of Python's by one process. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Peer } from "../../services/python.ts";
import type { Words, Writer } from "./operations.ts";
import { ownAnswer, pythonEach, sparkEach } from "./peers.ts";
import type { Answer, Peers } from "./peers.ts";

export interface Site extends Peers {
  /** A local folder for what is not a table. */
  readonly folder: string;
  /** Where tables lie: an absolute path, or an `s3://` address. */
  readonly root: string;
}

/** `at` is the table, `other` a place beside it. */
export interface Task { readonly writer: Writer; readonly words: Words | undefined; readonly at: string; readonly other: string }

/** What became of each; each engine takes its own one after the other. */
export async function carryOut(site: Site, tasks: readonly Task[]): Promise<readonly Answer<unknown>[]> {
  const ended = new Map<Task, Answer<unknown>>();
  const of = (...by: readonly Writer[]): readonly Task[] => tasks.filter(({ writer }) => by.includes(writer));
  const byUs = async (): Promise<void> => {
    for (const task of of("neuralake")) ended.set(task, await byCommands(site.folder, task));
  };
  const bySpark = async (): Promise<void> => {
    const own = of("spark");
    const groups = own.map(({ words, at, other }) => (words?.spark ?? []).map((sql) => sql.replaceAll("{t}", `delta.\`${site.theirs(at)}\``).replaceAll("{d}", `delta.\`${site.theirs(other)}\``)));
    for (const [k, answer] of (await sparkEach(site.spark, site.settings, groups)).entries()) ended.set(own[k] as Task, answer);
  };
  const byPython = async (): Promise<void> => {
    const own = of("delta-rs", "duckdb");
    const answers = await pythonEach(site.python, site.env, own.map(({ words, writer, at }) => [writer as Peer, at, words?.[writer as "duckdb"] ?? ""]));
    for (const [k, answer] of answers.entries()) ended.set(own[k] as Task, answer);
  };
  await Promise.all([byUs(), bySpark(), byPython()]);
  return tasks.map((task) => ended.get(task) ?? { refused: "it was not asked" });
}

/** Until one fails. */
async function byCommands(folder: string, { words, at, other }: Task): Promise<Answer<unknown>> {
  let answer: Answer<unknown> = { refused: "there is no command" };
  for (const command of words?.neuralake ?? []) {
    // S3 tells ages in whole seconds: before two have gone, no file has any.
    if (command[0] === "vacuum" && at.startsWith("s3:")) await setTimeout(2_000);
    answer = await ownAnswer(await Promise.all(command.map(async (word) => (word === "{t}" ? at : word === "{d}" ? other : (await fileOf(folder, word)) ?? word))));
    if ("refused" in answer) break;
  }
  return answer;
}

/** A file with the text of `{row:…}`, lines of JSON, or `{csv:…}`; of another word none. */
async function fileOf(folder: string, word: string): Promise<string | undefined> {
  const [, kind, text] = /^\{(row|csv):(.*)\}$/s.exec(word) ?? [];
  return text === undefined ? undefined : await textFile(folder, kind === "csv" ? "csv" : "ndjson", text);
}

/** A file of this text. */
export async function textFile(folder: string, ending: string, text: string): Promise<string> {
  const file = path.join(folder, `${Buffer.from(text).toString("hex").slice(-180)}.${ending}`);
  await writeFile(file, text);
  return file;
}
