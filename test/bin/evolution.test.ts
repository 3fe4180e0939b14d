/**
 * A fed table evolves while `neuralake ingest` feeds it and twenty queries a second ask `neuralake serve`: a column is added with a value for
 * older rows, one renamed, one widened, each by compile and apply. No query fails, no message is lost or taken twice, older versions read as
 * they were, and other engines read the newest with equal rows.
 */
import type { ChildProcess } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJson, type JsonInput } from "../../runtime/values/json-text.ts";
import { eager, makeTopic } from "../services/kafka.ts";
import { peerRows } from "../services/python.ts";
import { withServices } from "../services/with-services.ts";
import { makeShop, outcomeOf, printed, runCommand, startCommand, type Shop } from "./command.ts";

const classOf = (topic: string, columns: string): string => `import { deltaTable, from, fromKafka, initially, key, was } from "neuralake";
import type { Int32, Int64, Int8, Text } from "neuralake";

/** Rides, as they are told. */
@deltaTable({ freshness: "100ms" })
@fromKafka({ topic: "${topic}", format: "json" })
export class Trips {
  @key()
  id: Int64;

  ${columns}

  note: Text | null;
}
`;
/** The columns of each step beside the others, and what the plan says. */
const steps = [
  { columns: "fee: Int32;", changes: [] },
  { columns: "fee: Int32;\n\n  @initially(4)\n  seats: Int8;", changes: ["add seats: Int8, 4 in rows there are"] },
  { columns: "@was(\"fee\")\n  @from(\"fee\")\n  fare: Int32;\n\n  seats: Int8;", changes: ["rename fee to fare"] },
  { columns: "@from(\"fee\")\n  fare: Int64;\n\n  seats: Int32;", changes: ["widen fare from Int32 to Int64", "widen seats from Int8 to Int32"] },
] as const;
/** Messages that must be rows between two steps. */
const rowsBetween = 60;

await withServices(["kafka", "python"], "a table that ingest feeds and serve answers for", ({ kafka, python }) => {
  const topic = `evolving-${crypto.randomUUID()}`;
  const env = { NEURALAKE_KAFKA_BROKERS: kafka.brokers.join(",") };
  let shop: Shop;
  let children: readonly ChildProcess[] = [];
  let url = "";

  beforeAll(async () => {
    shop = await makeShop();
    await makeTopic(kafka, topic);
    await mkdir(join(shop.folder, "catalog/rides"));
    await step(0);
    const start = (...args: readonly string[]): ChildProcess => startCommand(shop.folder, args, { TMPDIR: shop.folder, ...env });
    const [ingest, serve] = [start("ingest"), start("serve", "--port", "0")];
    children = [ingest, serve];
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(await printed(serve, /http:\/\/127\.0\.0\.1:\d+/))?.[0] ?? "";
  });

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await shop.remove();
  });

  /** Compiles and applies a step; what was changed. */
  async function step(number: number): Promise<readonly string[]> {
    await writeFile(join(shop.folder, "catalog/rides/trips.ts"), classOf(topic, steps[number]?.columns ?? ""));
    for (const args of [["compile"], ["apply", "--json"]]) {
      const { code, stdout, stderr } = await runCommand(shop.folder, args, env);
      if (code !== 0) throw new Error(`${args.join(" ")}: ${stdout}${stderr}`);
      if (args[0] === "apply") return (JSON.parse(stdout) as { changed: { changes: string[] }[] }).changed.flatMap(({ changes }) => changes);
    }
    return [];
  }

  async function ask(sql: string, version?: number): Promise<readonly { readonly [column: string]: JsonInput }[]> {
    const reply = await fetch(`${url}/api/sql`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ sql, ...(version === undefined ? {} : { version }) }) });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${reply.status}: ${text}`);
    return parseJson(text) as readonly { readonly [column: string]: JsonInput }[];
  }

  const countOf = async (): Promise<number> => Number((await ask("SELECT count(*) AS n FROM rides.trips"))[0]?.["n"]);

  async function untilRows(count: number): Promise<void> {
    const until = Date.now() + 60_000;
    while ((await countOf()) < count) {
      if (Date.now() > until) throw new Error(`after a minute there are ${await countOf()} rows, not ${count}`);
      await wait(100);
    }
  }

  /** Twenty queries a second until the signal; what went wrong is told with how many there were. */
  async function asking(signal: AbortSignal): Promise<{ readonly queries: number; readonly wrong: readonly unknown[] }> {
    const open = new Set<Promise<void>>();
    const wrong: unknown[] = [];
    let queries = 0;
    for (; !signal.aborted; await wait(50)) {
      // A machine that is too slow for twenty is asked fewer.
      if (open.size >= 10) continue;
      queries += 1;
      const sql = queries % 2 === 0 ? "SELECT * FROM rides.trips ORDER BY id LIMIT 3" : "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM rides.trips";
      const one: Promise<void> = ask(sql).then(([row]) => expect(row?.["ids"]).toEqual(row?.["n"])).catch((error: unknown) => void wrong.push(error)).finally(() => void open.delete(one));
      open.add(one);
    }
    await Promise.all(open);
    return { queries, wrong };
  }

  /** Tells a ride every 20 milliseconds until the signal; how many. */
  async function tell(signal: AbortSignal): Promise<number> {
    const producer = new Producer({ clientId: "evolution", bootstrapBrokers: [...kafka.brokers], ...eager });
    let told = 0;
    for (; !signal.aborted; await wait(20)) {
      await producer.send({ messages: [{ topic, value: Buffer.from(JSON.stringify({ id: told, fee: told % 100, seats: 1, note: `ride ${told}` })) }] });
      told += 1;
    }
    await producer.close();
    return told;
  }

  test("takes a new, a renamed and a widened column up: no query fails, no message is lost, and every engine reads it", async () => {
    const [stopTelling, stopAsking] = [new AbortController(), new AbortController()];
    const telling = tell(stopTelling.signal);
    const asked = asking(stopAsking.signal);
    const before: { readonly version: number; readonly rows: unknown }[] = [];
    const all = "SELECT * FROM rides.trips ORDER BY id";
    for (const [number, { changes }] of steps.entries()) {
      if (number === 0) continue;
      await untilRows((await countOf()) + rowsBetween);
      const [{ version }] = JSON.parse((await runCommand(shop.folder, ["history", "rides.trips", "--json"])).stdout) as [{ version: number }];
      before.push({ version, rows: await ask(all, version) });
      expect(await step(number)).toEqual(changes);
    }
    await untilRows((await countOf()) + rowsBetween);
    stopTelling.abort();
    const told = await telling;
    await untilRows(told);
    stopAsking.abort();
    const { queries, wrong } = await asked;
    console.log(`queries: ${queries}, failed: ${wrong.length}; messages: ${told}`);
    expect(wrong).toEqual([]);
    expect(queries).toBeGreaterThan(50);

    const rows = await ask(all);
    expect(rows.map(({ id, fare, note }) => [id, fare, note])).toEqual(Array.from({ length: told }, (_, id) => [id, id % 100, `ride ${id}`]));
    const seats = rows.map((row) => row["seats"]);
    expect([new Set(seats), seats.lastIndexOf(4)]).toEqual([new Set([4, 1]), seats.indexOf(1) - 1]);
    expect(await ask("SELECT count(*) AS n FROM rides.trips__dead")).toEqual([{ n: 0 }]);
    for (const { version, rows: then } of before) expect([version, await ask(all, version)]).toEqual([version, then]);
    for (const peer of ["delta-rs", "duckdb"] as const) expect(await peerRows(python, peer, join(shop.folder, "lake/rides/trips"), { orderBy: "id" }), peer).toEqual(rows);
  });

  test("and the two end well", async () => {
    for (const child of children) {
      const outcome = outcomeOf(child);
      child.kill("SIGINT");
      expect((await outcome).code).toBe(0);
    }
  });
});
