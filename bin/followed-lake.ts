/**
 * A project's lake that follows its compiled catalog: when generated/ changed and the lake fits it, the newer one is taken, and the one
 * before closes with its last user. Until then the last that fitted goes on. Nobody who uses it has to stop for that.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Lake } from "../runtime/lake.ts";
import { pluralText } from "./amounts.ts";
import { readOpenApi, stampOf } from "./compiled-project.ts";
import { holdEditions, type HeldEditions, type LakeEdition } from "./held-editions.ts";
import { openProjectLake, type Project } from "./project.ts";

export interface FollowedLake extends AsyncDisposable {
  /** The newest edition, which stays open until it is given back. */
  take(): LakeEdition;
  giveBack(edition: LakeEdition): void;
  /** Whether a newer one than `edition` is there; looks at once, and waits a short while where one must be on its way. */
  moved(edition: LakeEdition): Promise<boolean>;
}

export interface FollowOptions {
  /** Hears in one line what was taken, and once why a newer catalog is not. */
  readonly note: (line: string) => void;
  /** How often generated/ is looked at. */
  readonly everyMs?: number;
  /** How long a newer catalog, or one that the tables are ahead of, is waited for in all. */
  readonly patienceMs?: number;
}

/** Opens the project's lake as it is compiled now, whether or not its tables are there yet, and follows it until it is disposed of. */
export async function followLake(project: Project, { note, everyMs = 250, patienceMs = 5_000 }: FollowOptions): Promise<FollowedLake> {
  const { stamp } = await stampOf(project.generatedDir);
  const held = holdEditions(await openEdition(project), (error) => note(`a lake that nobody uses any more could not be closed: ${String(error)}`));
  const watch = watchCatalog(project, stamp, held, note);
  let patience = { reason: "", until: 0 };
  const stop = new AbortController();
  const following = follow(watch, everyMs, stop.signal, note);
  return {
    take: held.take,
    giveBack: held.giveBack,
    async moved(edition) {
      for (;;) {
        // What it failed with is told by the one who follows.
        await watch.look().catch(() => undefined);
        if (held.newest() !== edition) return true;
        const reason = watch.reason() ?? (await edition.lake.misfit({ known: true }))?.text;
        if (reason === undefined || stop.signal.aborted) return false;
        // Whoever comes later waits for the same, and no longer than the first.
        if (reason !== patience.reason) patience = { reason, until: Date.now() + patienceMs };
        if (Date.now() > patience.until) return false;
        await wait(Math.min(50, everyMs));
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await following;
      watch.drop();
      await held.close();
    },
  };
}

async function openEdition(project: Project): Promise<LakeEdition> {
  const openapi = await readOpenApi(project.generatedDir);
  return { openapi, lake: await openProjectLake(project) };
}

async function follow(watch: Watch, everyMs: number, signal: AbortSignal, note: (line: string) => void): Promise<void> {
  let told = "";
  while (!signal.aborted) {
    const problem = await watch.look().then(() => "", (error: unknown) => `generated/ cannot be followed just now: ${String(error)}`);
    if (problem !== "" && problem !== told) note(problem);
    told = problem;
    await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

interface Watch {
  /** Takes the newer catalog when there is one and the lake fits it, as it is from now on; those who ask at once share a look that begins after they asked. */
  look(): Promise<void>;
  /** Why a newer catalog was not taken (yet). */
  reason(): string | undefined;
  /** Lets go of a catalog that was not taken. */
  drop(): void;
}

/** How long files that no compile sealed must rest before they are taken. */
const restMs = 1_000;

/** A newer catalog that was not taken (yet): what it waits for, or why it cannot be opened. */
interface Waiting { readonly stamp: string; readonly candidate: LakeEdition | undefined; readonly reason: string; readonly misfit?: string }

function watchCatalog(project: Project, first: string, held: HeldEditions, note: (line: string) => void): Watch {
  let taken = first;
  let waiting: Waiting | undefined;
  let looking: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const drop = (): void => {
    if (waiting?.candidate !== undefined) held.discard(waiting.candidate);
    waiting = undefined;
  };
  const keep = (next: Waiting): void => {
    if (next.reason !== "" && next.reason !== waiting?.reason) note(`${next.reason}; the catalog before it goes on`);
    waiting = next;
  };
  let unsealed: { readonly stamp: string; readonly since: number } | undefined;
  const lookOnce = async (): Promise<void> => {
    const { stamp, sealed } = await stampOf(project.generatedDir);
    if (waiting?.stamp !== stamp) drop();
    if (stamp === taken || sealed) unsealed = undefined;
    else if (unsealed?.stamp !== stamp) unsealed = { stamp, since: Date.now() };
    if (stamp === taken || (unsealed !== undefined && Date.now() - unsealed.since < restMs)) return;
    if (waiting === undefined) keep(await openWaiting(project, stamp));
    const candidate = waiting?.candidate;
    if (candidate === undefined) return;
    const misfit = await candidate.lake.misfit(waiting?.misfit === undefined ? {} : { first: waiting.misfit });
    if (misfit !== undefined) return keep({ stamp, candidate, misfit: misfit.table, reason: `the lake does not fit the newer catalog: ${misfit.text}` });
    await warm(candidate.lake);
    // What was read while it was being written is read again.
    if ((await stampOf(project.generatedDir)).stamp !== stamp) return drop();
    [taken, waiting] = [stamp, undefined];
    held.replace(candidate);
    note(`took the newer catalog: ${pluralText(candidate.lake.catalog.databases.flatMap(({ tables }) => tables).length, "table")}`);
  };
  const look = (): Promise<void> => {
    if (looking === undefined) return (looking = lookOnce().finally(() => { looking = undefined; }));
    // The one that is under way may have read what was there before.
    return (next ??= looking.catch(() => undefined).then(() => {
      next = undefined;
      return look();
    }));
  };
  const reason = (): string | undefined => (waiting !== undefined && waiting.reason !== "" ? waiting.reason : unsealed === undefined ? undefined : "generated/ is being written");
  return { look, drop, reason };
}

async function openWaiting(project: Project, stamp: string): Promise<Waiting> {
  try {
    return { stamp, candidate: await openEdition(project), reason: "" };
  } catch (error) {
    return { stamp, candidate: undefined, reason: `the newer catalog cannot be taken: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Starts the engine, so that the first who asks does not wait for it. */
async function warm(lake: Lake): Promise<void> {
  const { batches } = await lake.query({ sql: "SELECT 1 AS one" });
  for await (const batch of batches) void batch;
}
