/** Closing the engine in the middle of what it does: every query ends with its rows or with UNAVAILABLE, and the process goes on. */
import { expect, test } from "vitest";
import { Failure } from "../../../runtime/values/failure.ts";
import { newDirectory, openFixture } from "./fixture.ts";

const sql = "SELECT r AS n, r * 2 AS twice FROM range(300000) t(r) WHERE r % 3 = 0";

/** How a query ended. */
async function ending(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return "rows";
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
}

test("queries under way when the engine closes give all their rows or say that it is closed", async () => {
  const endings = new Map<string, number>();
  for (let round = 0; round < 60; round += 1) {
    const fixture = await openFixture(await newDirectory(), { catalog: { format: 1, databases: [] } });
    const running = Array.from({ length: 4 }, (_, k) => ending(async () => { expect((await fixture.rows(k % 2 === 0 ? sql : "SELECT 1 AS one")).length).toBe(k % 2 === 0 ? 100_000 : 1); }));
    await new Promise((resolve) => { setTimeout(resolve, round % 15); });
    await fixture.close();
    for (const end of await Promise.all(running)) endings.set(end, (endings.get(end) ?? 0) + 1);
    expect(await ending(() => fixture.rows("SELECT 1 AS one"))).toBe("UNAVAILABLE");
  }
  expect([...endings.keys()].filter((end) => end !== "rows" && end !== "UNAVAILABLE")).toEqual([]);
  expect(endings.get("UNAVAILABLE")).toBeGreaterThan(0);
});

test("a result that nobody reads to its end holds nothing up, and can be put away later", async () => {
  const fixture = await openFixture(await newDirectory(), { catalog: { format: 1, databases: [] } });
  const batches = (await fixture.query(sql)).batches[Symbol.asyncIterator]();
  expect((await batches.next()).done).toBe(false);
  await fixture.close();
  await expect(batches.next()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await batches.return?.()).toEqual({ done: true, value: undefined });
});
