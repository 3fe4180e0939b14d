import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { withServices } from "../../services/with-services.ts";
import { applyPlan } from "../lake/evolving-lake.ts";
import { feed, makeFedLake, produce, taken, totals } from "./fed-lake.ts";
import type { FedLake, Feeding } from "./fed-lake.ts";

const opened: FedLake[] = [];
const running: Feeding[] = [];
afterEach(async () => {
  for (const feeding of running.splice(0)) await feeding.stop().catch(() => undefined);
  for (const fed of opened.splice(0)) await fed.remove();
});

await withServices(["kafka"], "a column that is renamed while it is fed", ({ kafka }) => {
  // A newer declaration is looked for at the second message, before anybody has looked at the table again; a nullable column would lose its values without a word.
  test.each(["Int32", "Int32 | null"])("of type %s loses no value, and makes no dead letter", async (type) => {
    const fed = await makeFedLake(kafka, { body: `id: Int64;\nfee: ${type};` });
    opened.push(fed);
    const feeding = feed(fed);
    running.push(feeding);
    await produce(fed, ['{"id":1,"fee":10}']);
    await taken(feeding, 1);
    // Longer than a declaration is trusted.
    await wait(1_200);
    await fed.declare(`id: Int64;\n@was("fee") @from("fee") fare: ${type};`);
    expect((await applyPlan(fed.lake())).map(({ kind }) => kind)).toEqual(["rename-column"]);
    await produce(fed, ['{"id":2,"fee":20}']);
    await taken(feeding, 2);
    await feeding.stop();
    expect(totals(feeding.events)).toMatchObject({ rows: 2, dead: 0 });
    expect(await fed.rows("SELECT id, fare FROM rides.trips ORDER BY id")).toEqual([{ id: 1n, fare: 10 }, { id: 2n, fare: 20 }]);
  });
});
