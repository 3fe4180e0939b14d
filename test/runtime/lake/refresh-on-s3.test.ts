/** On S3 a view is refreshed as it is on a disk: by new files alone, by many at once, and past a file that is gone. */
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { objectsIn, onStores, removeBelow } from "../../stores.ts";
import { newDirectory } from "../query/fixture.ts";
import { openViews, rowTexts, viewCatalog, views } from "./refresh-views.ts";

const chosen = { picked: views["picked"]!, sums: views["sums"]! };
const row = (id: number): object => ({ id: BigInt(id), k: id % 2 === 0 ? "x" : "y", n: 10, x: null, d: "1.50" });

await onStores(["S3"], (site) => {
  test("rows that are new come once, whoever refreshes", { timeout: 60_000 }, async () => {
    const directory = await newDirectory();
    const root = site.newRoot(directory);
    {
      await using lake = await openViews(directory, viewCatalog(chosen), root);
      await using other = await openViews(directory, viewCatalog(chosen), root);
      for (const name of ["d.a", ...lake.materialized]) await lake.create(name);
      const refresh = async (): Promise<readonly string[]> => {
        const modes: string[] = [];
        for (const name of lake.materialized) modes.push(...(await Promise.all([lake, other].map((one) => one.refresh(name)))).map(({ mode }) => mode).toSorted());
        for (const name of ["picked", "sums"]) expect(await rowTexts(other, `SELECT * FROM m.${name}`)).toEqual(await rowTexts(lake, `SELECT * FROM now.${name}`));
        return modes;
      };
      await lake.append("d.a", [row(1), row(2)] as never);
      expect(await refresh()).toEqual(["full", "none", "full", "none"]);
      await lake.append("d.a", [row(3)] as never);
      expect(await refresh()).toEqual(["incremental", "none", "incremental", "none"]);
      const old = new Set(await objectsIn(root));
      await lake.append("d.a", [row(4)] as never);
      const added = new Set((await objectsIn(root)).filter((name) => !old.has(name) && name.endsWith(".parquet")));
      await lake.upkeep.compact("d.a");
      await removeBelow(root, "d/a", (name) => added.has(name));
      expect(await refresh()).toEqual(["full", "none", "full", "none"]);
      expect(await rowTexts(other, "SELECT k, c FROM m.sums")).toEqual(['{"k":"x","c":2}', '{"k":"y","c":2}']);
    }
    await rm(directory, { recursive: true });
  });
});
