/**
 * Each operation's process is killed (SIGKILL) at every step: on files before, behind and amid each call of the file system; on S3, and with DynamoDB, before and behind each
 * request. The table is as it was or as it was to be, the next writer commits, and what is left behind a vacuum takes. NEURALAKE_TORTURE=1 kills at every step.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openEngine } from "../../../runtime/query/engine.ts";
import type { Engine } from "../../../runtime/query/engine.ts";
import { openS3Proxy, type S3Proxy } from "../../services/s3-proxy.ts";
import { onStores, type StoreKind } from "../../stores.ts";
import { checkEnd } from "./operation-end.ts";
import { prepareTable, tableOperations } from "./table-operations.ts";
import type { TableOperation } from "./table-operations.ts";

const isLong = process.env["NEURALAKE_TORTURE"] === "1";
const timeout = isLong ? 7_200_000 : 300_000;
/** Kills of each operation. */
const killsEach: { readonly [Kind in StoreKind]?: number } = isLong ? { "files": 60, "S3": 24, "S3 with DynamoDB": 12 } : { files: 1, S3: 1 };
/** In the short form S3 has some of them. */
const operationsOn = (kind: StoreKind): readonly TableOperation[] => tableOperations.filter(({ name }) => isLong || kind === "files" || ["update by vector", "compact", "clone", "vacuum", "erase"].includes(name));

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "operation-kills-"));
  await mkdir(path.join(folder, "engine"));
  engine = await openEngine({ readable: [folder], temporary: path.join(folder, "engine") });
});
afterAll(async () => {
  for (const { child } of waiting.splice(0)) child.kill("SIGKILL");
  await engine.close();
  await rm(folder, { recursive: true });
});

/** One who will do something, and is told what and when to die. */
interface Victim { readonly child: ChildProcess; readonly ready: Promise<unknown>; readonly ended: Promise<unknown[]> }

/** Those who get ready while another dies: to start is most of what they cost. */
const waiting: Victim[] = [];

function newVictim(env: NodeJS.ProcessEnv): Victim {
  const child = spawn(process.execPath, ["-C", "source", path.join(import.meta.dirname, "operation-victim.ts"), folder], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, TMPDIR: folder, NODE_COMPILE_CACHE: path.join(folder, "compiled"), ...env } });
  return { child, ready: once(child.stdout as NodeJS.ReadableStream, "data"), ended: once(child, "close") };
}

function nextVictim(env: NodeJS.ProcessEnv): Victim {
  const victim = waiting.shift() ?? newVictim(env);
  waiting.push(newVictim(env));
  return victim;
}

/** Lets it act, with an end at a step of its own where one is given; how it ended, and what it said. */
async function letAct({ child, ready, ended }: Victim, root: string, { name }: TableOperation, step = 0): Promise<{ readonly signal: NodeJS.Signals | null; readonly said: { readonly ended: string; readonly steps: readonly string[] } | undefined }> {
  if (await Promise.race([ready, ended.then(() => "ended")]) === "ended") throw new Error("it came to an end before it was told what to do");
  const said = text(child.stdout as NodeJS.ReadableStream & AsyncIterable<string>);
  child.stdin?.end(`${JSON.stringify({ root, operation: name, step })}\n`);
  const [, signal] = await ended as [number | null, NodeJS.Signals | null];
  const last = (await said).trim().split("\n").at(-1) ?? "";
  return { signal, said: last.startsWith("{") ? JSON.parse(last) as { readonly ended: string; readonly steps: readonly string[] } : undefined };
}

/** Of so many steps the k-th of so many kills: all in turn, or some from one end to the other. */
const stepOf = (k: number, kills: number, steps: number): number => 1 + (kills < steps ? Math.round(((k + 0.5) * (steps - 1)) / kills) : k % steps);

await onStores(isLong ? ["files", "S3", "S3 with DynamoDB"] : ["files", "S3"], (site) => {
  const kills = killsEach[site.kind] ?? 0;
  let proxies: readonly S3Proxy[] = [];
  let environment: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    if (site.kind === "files") return;
    const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_DYNAMODB, AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = process.env;
    const behind = (endpoint: string | undefined): Promise<S3Proxy>[] => (endpoint === undefined ? [] : [openS3Proxy({ endpoint, accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY })]);
    proxies = await Promise.all([...behind(AWS_ENDPOINT_URL_S3), ...behind(site.kind === "S3" ? undefined : AWS_ENDPOINT_URL_DYNAMODB)]);
    environment = { AWS_ENDPOINT_URL_S3: proxies[0]?.endpoint, ...(proxies[1] === undefined ? {} : { AWS_ENDPOINT_URL_DYNAMODB: proxies[1].endpoint }) };
  });
  afterAll(async () => {
    for (const { child } of waiting.splice(0)) child.kill("SIGKILL");
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  /** A prepared table of its own; on files a copy of one. */
  async function newTable({ name, properties }: TableOperation): Promise<string> {
    const template = path.join(folder, `template-${name}`);
    const root = site.newRoot(folder);
    if (site.kind !== "files") await prepareTable(site.open(root, folder), engine, properties);
    else await cp(template, root, { recursive: true });
    return root;
  }

  /** Its own step on files; on S3 the request, before it is passed on or behind its effect, for which this process kills it. */
  async function kill(operation: TableOperation, root: string, step: number): Promise<NodeJS.Signals | null> {
    const victim = nextVictim(environment);
    if (site.kind === "files") return (await letAct(victim, root, operation, step)).signal;
    const end = (): void => void victim.child.kill("SIGKILL");
    const isBehind = step % 2 === 0;
    let seen = 0;
    for (const proxy of proxies) proxy.inject({ effect: isBehind, answer: "none", done: end, on: () => {
      const isHit = (seen += 1) === Math.ceil(step / 2);
      if (isHit && !isBehind) end();
      return isHit;
    } });
    const { signal } = await letAct(victim, root, operation);
    for (const proxy of proxies) proxy.heal();
    return signal;
  }

  describe.each(operationsOn(site.kind).map((operation) => [operation.name, operation] as const))("%s", (name, operation) => {
    test("killed at any step leaves the table as it was or as it was to be", { timeout }, async () => {
      if (site.kind === "files") await prepareTable(site.open(path.join(folder, `template-${name}`), folder), engine, operation.properties);
      const first = await newTable(operation);
      const before = proxies.flatMap((proxy) => proxy.requests).length;
      const { said } = await letAct(nextVictim(environment), first, operation);
      expect(said?.ended).toBe("done");
      const steps = site.kind === "files" ? said?.steps.length ?? 0 : 2 * (proxies.flatMap((proxy) => proxy.requests).length - before);
      expect(await checkEnd(operation, { store: site.open(first, folder), engine, ended: "done", what: name })).toBe("after");
      const counts = { killed: 0, survived: 0, before: 0, after: 0 };
      for (let k = 0; k < kills; k++) {
        const root = await newTable(operation);
        const step = stepOf(k, kills, steps);
        counts[await kill(operation, root, step) === "SIGKILL" ? "killed" : "survived"] += 1;
        counts[await checkEnd(operation, { store: site.open(root, folder), engine, ended: "killed", what: `${name}, killed at step ${step} of ${steps}` })] += 1;
        if (site.kind === "files") await rm(root, { recursive: true });
      }
      console.log(JSON.stringify({ kills: site.kind, operation: name, steps, ...counts }));
      expect(counts.killed).toBeGreaterThan(0);
    });
  });
});
