import { columns, database, sql, table } from "neuralake";
import type { Day, Decimal, Int32, Int64, Lake, Rows, Text } from "neuralake";
import { Customers } from "./customers.ts";
import { Orders } from "./orders.ts";
import { Regulars } from "./regulars.ts";
import { Stores } from "./stores.ts";

interface Currency {
  /** ISO 4217, in capitals. */
  code: Text;
  /** What one of it is worth in euros. */
  in_euros: Decimal<12, 6>;
}

interface Discount {
  customer_id: Int64;
  percent: Int32;
}

interface Letter {
  name: Text;
  text: Text;
}

interface Tick {
  tick: Int32;
}

const worth: Record<string, string> = { EUR: "1.000000", USD: "0.920000", JPY: "0.006100" };

/** A chain of bakeries: what it sold, to whom, in what weather. */
@database({ owner: "bakers" })
export class Shop {
  /** Currencies that tills take. */
  @table({ input: "A list in the catalog." })
  static currencies(): Rows<Currency> {
    return Object.entries(worth).map(([code, inEuros]) => ({ code, in_euros: inEuros }));
  }

  /**
   * Discounts, as the loyalty service tells them.
   * @param atLeast leave out smaller ones
   */
  @table()
  static async discounts(atLeast: Int32 = 1): Promise<Rows<Discount>> {
    const all = await Promise.resolve([{ customer_id: 1n, percent: 10 }, { customer_id: 2n, percent: 5 }]);
    return all.filter(({ percent }) => percent >= atLeast);
  }

  /**
   * Counts, a row at a time.
   * @param upTo the last one
   */
  @table()
  static async *ticks(upTo: Int32 = 3): Rows<Tick> {
    for (let tick = 1; tick <= upTo; tick++) yield await Promise.resolve({ tick });
  }

  /**
   * Letters to those who come again and again, read out of two tables of this lake.
   * @param atLeast leave out who came less often
   */
  @table()
  static async *letters(lake: Lake, atLeast: Int32 = 2): Rows<Letter> {
    for await (const regular of lake.rows(Regulars)) {
      if (regular.orders < BigInt(atLeast)) continue;
      for await (const { name } of lake.rows(Customers, { columns: ["name"], where: { customer_id: regular.customer_id }, limit: 1 })) {
        yield { name, text: `Dear ${name}, thank you for ${regular.total} euros.` };
      }
    }
  }

  /**
   * What each store of a region took since a day. Worked out when asked.
   * @param region as the stores' folders are named
   * @param since the first day that counts
   */
  @table()
  static takings(region: Text, since: Day = Temporal.PlainDate.from("2026-08-01")) {
    const o = columns(Orders);
    const s = columns(Stores);
    return sql`
      SELECT ${s.name} AS store, count(*) AS orders, sum(${o.total}) AS total
      FROM ${o} JOIN ${s} ON ${o.store_id} = ${s.store_id}
      WHERE ${s.region} = ${region} AND ${o.ordered_day} >= ${since}
      GROUP BY 1`;
  }
}
