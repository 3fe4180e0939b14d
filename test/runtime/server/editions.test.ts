/** A catalog that changes while it is served, with a lake that counts what it is asked and may be closed. */
import { afterEach, expect, test } from "vitest";
import type { Catalog, Table } from "../../../compiler/ir/catalog.ts";
import { openServer } from "../../../runtime/server/server.ts";
import type { Edition, Editions } from "../../../runtime/server/server.ts";
import { Failure } from "../../../runtime/values/failure.ts";
import { catalog } from "./served-rides.ts";

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

interface Counted extends Edition { readonly asked: () => number; readonly end: () => void }

/** An edition whose one table is named `table`; its queries fail with `failure`, or give no rows and end when told to. */
function edition(table: string, failure?: Failure): Counted {
  let asked = 0;
  const ended = Promise.withResolvers<void>();
  const [database] = catalog.databases;
  const tables = (database?.tables ?? []).filter(({ name }) => name === "trips").map((trips): Table => ({ ...trips, name: table }));
  const changed: Catalog = { format: 1, databases: [{ name: "rides", doc: "", tables }] };
  const lake: Edition["lake"] = {
    catalog: changed,
    query: async () => {
      asked += 1;
      if (failure !== undefined) throw failure;
      return { columns: [], tables: [], volatile: true, batches: (async function* () { await ended.promise; yield* []; })() };
    },
    append: () => Promise.reject(new Error("not asked for")),
    deleteRows: () => Promise.reject(new Error("not asked for")),
    updateRows: () => Promise.reject(new Error("not asked for")),
    mergeRows: () => Promise.reject(new Error("not asked for")),
    versions: () => Promise.resolve(undefined),
    states: () => Promise.resolve([]),
  };
  return { lake, openapi: { info: { title: table } }, asked: () => asked, end: ended.resolve };
}

/** Editions that move from one to the next when they are asked whether they have moved. */
function inTurn(...all: Counted[]): Editions & { readonly held: (edition: Edition) => number } {
  const held = new Map<Edition, number>();
  let at = 0;
  const count = (of: Edition, by: number): void => void held.set(of, (held.get(of) ?? 0) + by);
  const newest = (): Counted => all[at] ?? (() => { throw new Error("there is no edition"); })();
  return {
    held: (of) => held.get(of) ?? 0,
    take() {
      count(newest(), 1);
      return newest();
    },
    giveBack: (of) => count(of, -1),
    async moved(of) {
      if (of !== newest() || at === all.length - 1) return of !== newest();
      at += 1;
      return true;
    },
  };
}

async function serve(editions: Editions): Promise<string> {
  const server = await openServer({ editions, host: "127.0.0.1", port: 0, log: "silent" });
  stop = () => server.close();
  return server.url;
}

const ask = (url: string) => fetch(`${url}/sql`, { method: "POST", body: "SELECT 1" });
const invalid = new Failure("SQL_INVALID", "There is no column colour.");

test("a query that fails for what a newer edition knows is answered by that one, once", async () => {
  const [first, second] = [edition("old", invalid), edition("new")];
  second.end();
  const url = await serve(inTurn(first, second));
  expect((await ask(url)).status).toBe(200);
  expect([first.asked(), second.asked()]).toEqual([1, 1]);
});

test("a query that fails in both fails with what the newer one says", async () => {
  const [first, second] = [edition("old", invalid), edition("new", new Failure("SQL_INVALID", "There is no column color."))];
  const url = await serve(inTurn(first, second));
  const reply = await ask(url);
  expect([reply.status, await reply.json()]).toEqual([400, expect.objectContaining({ detail: "There is no column color." })]);
});

test("a failure that no edition could mend is not tried again", async () => {
  const [first, second] = [edition("old", new Failure("SQL_FORBIDDEN", "No.")), edition("new")];
  const url = await serve(inTurn(first, second));
  expect((await ask(url)).status).toBe(403);
  expect(second.asked()).toBe(0);
});

test("a table only the newer edition has is found, in its schema and its document too", async () => {
  const [first, second] = [edition("old"), edition("new")];
  const url = await serve(inTurn(first, second));
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ info: { title: "old" } });
  expect((await fetch(`${url}/api/schema/rides.new`)).status).toBe(200);
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ info: { title: "new" } });
  expect((await fetch(`${url}/api/schema/rides.old`)).status).toBe(404);
});

test("an edition is held until the reply it began is out, however long that takes", async () => {
  const [first, second] = [edition("old"), edition("new")];
  const editions = inTurn(first, second);
  const url = await serve(editions);
  const slow = ask(url);
  await expect.poll(() => first.asked()).toBe(1);
  expect((await fetch(`${url}/api/schema/rides.new`)).status).toBe(200);
  expect(editions.held(first)).toBe(1);
  first.end();
  expect((await slow).status).toBe(200);
  await expect.poll(() => [editions.held(first), editions.held(second)]).toEqual([0, 0]);
});
