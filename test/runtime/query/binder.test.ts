import { afterAll, beforeAll, expect, test } from "vitest";
import { isProblem, openBinder } from "../../../runtime/query/binder.ts";
import type { Binder } from "../../../runtime/query/binder.ts";
import { column } from "./fixture.ts";

let binder: Binder;
beforeAll(async () => {
  binder = await openBinder();
});
afterAll(() => binder.close());

test("of texts that are parsed together each has its own answer, in their order", async () => {
  const texts = ["SELECT a FROM d.t", "SELECT FROM", "DROP TABLE d.t", "SELECT 1; SELECT 2", "", "SELECT * FROM read_csv('x')", "SELECT 'it''s; ' FROM d.u", "SELECT 1\0 FROM", `SELECT 1${" + 1".repeat(2_000)}`];
  const answers = await binder.parse(texts);
  expect(answers.map((answer) => (isProblem(answer) ? answer.message.slice(0, 34) : answer.mentions.map(({ name }) => name)))).toEqual([
    ["t"], "syntax error at end of input", "It is no SELECT.", "There is more than one statement.", "There is no statement.", ["read_csv"], ["u"], "a NUL is no character of SQL", "Max expression depth limit of 1000",
  ]);
});

test("tables that are declared together are known by their full and their bare names, and a function table is called", async () => {
  await binder.declareTables([
    { name: "d.t", columns: [column("a", "int32")] },
    { name: "e.f", columns: [column("b", "text")], parameters: [{ name: "p", required: true }, { name: "q", required: false }] },
  ]);
  expect(await binder.describe("SELECT a, b FROM t, e.f(1)")).toMatchObject([{ name: "a" }, { name: "b" }]);
  await binder.declareTables([{ name: "g.u", columns: [column("c", "day")] }]);
  expect(await binder.describe("SELECT a, c FROM t, u, f(1, q := 2)")).toMatchObject([{ name: "a" }, { name: "c" }]);
});

test("plans are asked in turn: each is that of its own text, and one that cannot be made says why", async () => {
  await binder.declareTables([{ name: "h.w", columns: [column("a", "int32")] }]);
  const [one, none, two] = [await binder.plan("SELECT a FROM h.w"), await binder.plan("SELECT z FROM h.w"), await binder.plan("SELECT a FROM h.w LIMIT 1")];
  expect([one, two].map((plan) => (typeof plan === "string" ? plan : plan["type"]))).toEqual(["LOGICAL_PROJECTION", "LOGICAL_LIMIT"]);
  expect(none).toContain('"z" not found');
});
