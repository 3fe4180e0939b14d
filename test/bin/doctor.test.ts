import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Finding } from "../../bin/doctor-checks.ts";
import { nodeFinding } from "../../bin/doctor-checks.ts";
import { makeDatabase, postgresClient } from "../services/postgres.ts";
import { withServices } from "../services/with-services.ts";
import { runCommand, temporaryFolder } from "./command.ts";

const table = (columns: string, word = '@postgresTable({ owner: "shop" })'): string => `import { postgresTable } from "neuralake";
import type { Decimal, Int32, Int64, Text } from "neuralake";

/** Who buys. */
${word}
export class Customers {
${columns}
}
`;

test("a Node that is too old is told with the way out", () => {
  expect(nodeFinding("20.20.2")).toMatchObject({ ok: false, hint: expect.stringContaining("26") as string });
  expect(nodeFinding("26.10.0")).toMatchObject({ ok: true });
});

await withServices(["postgres"], "doctor and plan over a table of PostgreSQL", ({ postgres }) => {
  test("each thing is a line, each that is wrong says the way out, and no password is told", async () => {
    const { folder, remove } = await temporaryFolder();
    const database = await makeDatabase(postgres, "CREATE TABLE customers (id bigint NOT NULL, name varchar(30), credit numeric(10, 2))");
    const env = { SHOP_PASSWORD: postgres.password };
    const run = (...args: readonly string[]) => runCommand(folder, args, env);
    const doctor = async (): Promise<{ code: number | null; findings: readonly Finding[] }> => {
      const { code, stdout } = await run("doctor", "--json");
      return { code, findings: JSON.parse(stdout) as readonly Finding[] };
    };
    const write = (text: string): Promise<void> => writeFile(join(folder, "catalog/shop/customers.ts"), text);
    await mkdir(join(folder, "catalog/shop"), { recursive: true });
    await writeFile(join(folder, "neuralake.config.ts"), `export default {
      postgres: { main: { host: "${postgres.host}", port: ${postgres.port}, database: "${database}", user: "postgres", password: { env: "SHOP_PASSWORD" } } },
      environments: { away: { postgres: { main: { host: "127.0.0.1", port: 1, database: "shop", password: "never-to-be-told" } }, kafka: { brokers: ["127.0.0.1:1"] }, root: "./neuralake.config.ts/lake" } },
    };\n`);
    await write(table("  id: Int64;\n  name: Text | null;\n  credit: Decimal<10, 2> | null;"));
    expect((await run("compile")).code).toBe(0);

    expect(await doctor()).toMatchObject({ code: 0, findings: [
      { about: "Node", ok: true }, { about: "configuration", ok: true }, { about: "generated", ok: true, text: "up to date" }, { about: "root", ok: true }, { about: "Delta tables", ok: true },
      { about: "PostgreSQL main", ok: true, text: "answers" }, { about: "shop.customers", ok: true, text: "as it is declared" },
    ] });
    const said = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await run(...args, "--json")).stdout) as unknown;
    expect(await said("plan")).toMatchObject({ changes: [] });
    expect(await said("ls")).toMatchObject([{ table: "shop.customers", kind: "postgres", location: "main:public.customers", rows: null }]);
    expect(await said("describe", "shop.customers")).toMatchObject({ kind: "postgres", connection: "main", location: "public.customers" });

    // The server moves on: what is declared stays, and is told beside what there is.
    const client = await postgresClient(postgres, database);
    await client.query("INSERT INTO customers VALUES (1, 'Ada', 12.5); ALTER TABLE customers ALTER id TYPE numeric(20), ALTER id DROP NOT NULL; ALTER TABLE customers RENAME credit TO balance");
    await client.end();
    const moved = await doctor();
    expect(moved.code).toBe(3);
    expect(moved.findings.filter(({ ok }) => !ok).map(({ about, text }) => `${about} ${text}`)).toEqual([
      expect.stringMatching(/^shop\.customers column id is declared Int64, and public\.customers of the PostgreSQL connection "main" .* keeps numeric\(20,0\)$/),
      expect.stringMatching(/^shop\.customers public\.customers of .* has no column credit$/),
    ]);
    const planned = await run("plan", "--json");
    expect(planned.code).toBe(2);
    expect((JSON.parse(planned.stdout) as { error: { diagnostics: readonly unknown[] } }).error.diagnostics).toMatchObject([
      { code: "NL4007", place: { file: "catalog/shop/customers.ts", line: 7 } }, { code: "NL4007", place: { file: "catalog/shop/customers.ts", line: 9 } },
    ]);
    expect(await said("query", "SELECT name FROM shop.customers")).toEqual([{ name: "Ada" }]);

    // Another environment, where nothing answers.
    const away = await run("doctor", "--env", "away");
    expect(away.code).toBe(3);
    expect(away.stdout).toMatch(/wrong root {2}.*neuralake\.config\.ts\/lake cannot be written/);
    expect(away.stdout).toMatch(/wrong Kafka broker {2}127\.0\.0\.1:1: .*ECONNREFUSED/);
    expect(away.stdout).toMatch(/wrong PostgreSQL main {2}The PostgreSQL connection "main" \(shop at 127\.0\.0\.1:1\) does not answer: .*ECONNREFUSED/);
    for (const { stdout, stderr } of [away, await run("plan", "--env", "away"), await run("query", "SELECT name FROM shop.customers", "--env", "away")]) {
      expect(stdout + stderr).not.toMatch(new RegExp(`never-to-be-told|${postgres.password}`));
    }

    // The catalog moves on, and has a name the configuration lacks.
    await write(table("  id: Int32;"));
    expect((await doctor()).findings).toContainEqual(expect.objectContaining({ about: "generated", ok: false, hint: "Run `neuralake compile`." }));
    await write(table("  id: Int32;", '@postgresTable({ connection: "mian" })'));
    expect((await doctor()).findings).toContainEqual(expect.objectContaining({ about: "generated", ok: false, text: "The catalog has 1 error." }));
    expect(await run("compile")).toMatchObject({ code: 2, stderr: expect.stringMatching(/NL2054[\s\S]*Did you mean main\?/) as string });
    await rm(join(folder, "generated"), { recursive: true });
    await writeFile(join(folder, "neuralake.config.ts"), 'export default { postgres: { main: { password: 7 } } };\n');
    expect(await doctor()).toMatchObject({ code: 3, findings: [{ about: "Node" }, { about: "configuration", ok: false, text: expect.stringContaining("postgres.main.password") as string }] });
    await remove();
  });
});
