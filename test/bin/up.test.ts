/** `neuralake up`: its processes come back when they are killed, nothing stays when it ends, and with a broker messages become rows that are told. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Producer } from "@platformatic/kafka";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eager, makeTopic } from "../services/kafka.ts";
import { withServices } from "../services/with-services.ts";
import { makeShop, outcomeOf, runCommand, startCommand, type Outcome, type Shop } from "./command.ts";

interface Up {
  /** Lines of JSON it printed, as they come. */
  readonly lines: readonly Line[];
  readonly outcome: Promise<Outcome>;
  /** What was noted until now. */
  notes(): string;
  readonly url: string;
  /** The newest process of a name. */
  pid(name: string): number;
  figures(start: string): Promise<string[]>;
  kill(signal: NodeJS.Signals): void;
}

interface Line { readonly url?: string; readonly process?: string; readonly pid?: number; readonly table?: string; readonly rows?: number; readonly lag?: number; readonly goalMs?: number; readonly stale?: boolean }

const patience = { timeout: 180_000, interval: 50 };

async function startUp(folder: string, env: NodeJS.ProcessEnv = {}): Promise<Up> {
  const child = startCommand(folder, ["up", "--port", "0", "--json"], { TMPDIR: folder, ...env });
  const outcome = outcomeOf(child);
  const lines: Line[] = [];
  let [rest, notes] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString("utf8")).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Line));
  });
  child.stderr?.on("data", (chunk: Buffer) => { notes += chunk.toString("utf8"); });
  await expect.poll(() => lines[0]?.url, patience).toBeDefined();
  const url = lines[0]?.url ?? "";
  return {
    lines, outcome, url,
    notes: () => notes,
    pid: (name) => lines.findLast((line) => line.process === name && line.pid !== undefined)?.pid ?? 0,
    figures: async (start) => (await (await fetch(`${url}/metrics`)).text()).split("\n").filter((line) => line.startsWith(start)),
    kill: (signal) => void child.kill(signal),
  };
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

/** Processes of these names count in the server's figures. */
async function counting(up: Up, ...names: string[]): Promise<void> {
  for (const name of names) await expect.poll(async () => (await up.figures("process_start_time_seconds{")).filter((line) => line.includes(`process="${name}"`)).length, patience).toBe(1);
}

describe("without a broker", () => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());

  test("server, compact and vacuum run; each that is killed comes back; Ctrl-C leaves no process", async () => {
    const up = await startUp(shop.folder);
    await counting(up, "server", "compact", "vacuum");
    expect(up.notes().split("\n").filter((line) => line.startsWith("ingest"))).toEqual(["ingest is left out: no brokers are configured (kafka.brokers, or NEURALAKE_KAFKA_BROKERS)"]);
    expect(await up.figures("neuralake_table_rows")).toEqual(['neuralake_table_rows{table="shop.orders",process="server"} 8']);
    expect(up.lines.filter(({ table }) => table !== undefined)).toEqual([expect.objectContaining({ table: "shop.orders", rows: 8, version: 1, files: 1, stale: false })]);

    const killed = ["compact", "vacuum"].map((name) => up.pid(name));
    for (const pid of killed) process.kill(pid, "SIGKILL");
    for (const [k, name] of ["compact", "vacuum"].entries()) await expect.poll(() => up.pid(name), patience).not.toBe(killed[k]);
    await counting(up, "compact", "vacuum");
    expect((await fetch(`${up.url}/healthz`)).status).toBe(200);
    expect(up.notes()).toMatch(/^compact ended \(SIGKILL\); it is started again in \d+ ms$/m);

    const running = ["compact", "vacuum"].map((name) => up.pid(name));
    up.kill("SIGINT");
    expect((await up.outcome).code).toBe(0);
    expect(running.filter(runs)).toEqual([]);
  });

  test("when it is killed itself, its processes end", async () => {
    const up = await startUp(shop.folder);
    await counting(up, "compact", "vacuum");
    const running = ["compact", "vacuum"].map((name) => up.pid(name));
    expect(running.filter(runs)).toEqual(running);
    up.kill("SIGKILL");
    await up.outcome;
    await expect.poll(() => running.filter(runs), patience).toEqual([]);
  });

  test("a view that a compile adds is refreshed from then on, and counted", async () => {
    const up = await startUp(shop.folder);
    await counting(up, "server");
    expect(up.pid("refresh")).toBe(0);
    await writeFile(join(shop.folder, "catalog/shop/order_count.ts"), `import { columns, materializedView, sql } from "neuralake";\nimport { Orders } from "./orders.ts";\n/** How many orders there are. */\n@materializedView({ refresh: "1h" })\nexport class OrderCount {\n  static query(o = columns(Orders)) {\n    return sql\`SELECT count(*) AS n FROM \${o}\`;\n  }\n}\n`);
    for (const command of ["compile", "apply"]) expect((await runCommand(shop.folder, [command])).stderr).toBe("");
    await expect.poll(() => up.figures("neuralake_refreshes_total"), patience).toEqual(['neuralake_refreshes_total{table="shop.order_count",outcome="full",process="refresh"} 1']);
    expect(await up.figures("neuralake_refresh_rows_total")).toEqual(['neuralake_refresh_rows_total{table="shop.order_count",process="refresh"} 1']);
    up.kill("SIGTERM");
    expect((await up.outcome).code).toBe(0);
  });

  test("a port that is taken ends it before anything is started", async () => {
    const up = await startUp(shop.folder);
    const second = await runCommand(shop.folder, ["up", "--port", new URL(up.url).port, "--json"]);
    expect([second.code, second.stdout.includes("pid")]).toEqual([1, false]);
    expect(second.stderr).toContain("EADDRINUSE");
    up.kill("SIGTERM");
    expect((await up.outcome).code).toBe(0);
  });
});

await withServices(["kafka"], "with a broker", ({ kafka }) => {
  let shop: Shop;
  beforeAll(async () => { shop = await makeShop(); });
  afterAll(() => shop.remove());

  test("a table that a compile adds is fed from then on, and goes on where it was when ingest is killed", async () => {
    const topic = `heard-${crypto.randomUUID()}`;
    await makeTopic(kafka, topic);
    const producer = new Producer({ clientId: "up-test", bootstrapBrokers: [...kafka.brokers], ...eager });
    const produce = async (from: number, to: number): Promise<void> => {
      await producer.send({ messages: Array.from({ length: to - from }, (_, k) => ({ topic, key: Buffer.from("k"), value: Buffer.from(JSON.stringify({ id: from + k })) })) });
    };
    const up = await startUp(shop.folder, { NEURALAKE_KAFKA_BROKERS: kafka.brokers.join(",") });
    try {
      await counting(up, "compact", "vacuum");
      expect(up.pid("ingest")).toBe(0);
      await mkdir(join(shop.folder, "catalog/ears"), { recursive: true });
      await writeFile(join(shop.folder, "catalog/ears/heard.ts"), `import { deltaTable, fromKafka, key } from "neuralake";\nimport type { Int64 } from "neuralake";\n/** What was heard. */\n@deltaTable({ freshness: "100ms" })\n@fromKafka({ topic: "${topic}", format: "json" })\nexport class Heard {\n  @key()\n  id: Int64;\n}\n`);
      for (const command of ["compile", "apply"]) expect((await runCommand(shop.folder, [command])).stderr).toBe("");
      await counting(up, "ingest");
      const rows = async (): Promise<unknown> => (await fetch(`${up.url}/sql`, { method: "POST", body: "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM ears.heard" })).json();
      await produce(0, 500);
      await expect.poll(rows, patience).toEqual([{ n: 500, ids: 500 }]);
      await expect.poll(() => up.lines.findLast((line) => line.table === "ears.heard"), patience).toMatchObject({ rows: 500, lag: 0, goalMs: 100, stale: false });
      expect(await up.figures("neuralake_ingest_rows_total")).toEqual(['neuralake_ingest_rows_total{table="ears.heard",process="ingest"} 500']);
      expect(Number((await up.figures("neuralake_ingest_latency_seconds_count"))[0]?.split(" ").at(-1))).toBeGreaterThan(0);

      const killed = up.pid("ingest");
      process.kill(killed, "SIGKILL");
      await produce(500, 1000);
      await expect.poll(rows, patience).toEqual([{ n: 1000, ids: 1000 }]);
      expect(up.pid("ingest")).not.toBe(killed);
    } finally {
      await producer.close();
      up.kill("SIGINT");
      expect((await up.outcome).code).toBe(0);
    }
    expect(["ingest", "compact", "vacuum"].map((name) => up.pid(name)).filter(runs)).toEqual([]);
  });
});
