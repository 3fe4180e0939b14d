import { database, sql, table } from "neuralake";
import type { Bool, Day, Decimal, Float64, Int32, Int64, Rows, Text, Timestamp } from "neuralake";

const seconds = 60;

function minutes(count: number): number {
  return count * seconds;
}

interface Tick {
  /** Seconds since the start. */
  second: Int32;
  label: Text | null;
}

/** Functions that need no stored table. */
@database()
export class Tools {
  /**
   * A tick each minute.
   * @param count how many
   * @param label what each is called
   */
  @table()
  static async ticks(count: Int32, label: "short" | "long" = "short"): Promise<Rows<Tick>> {
    return Array.from({ length: count }, (_, tick) => ({ second: minutes(tick), label }));
  }

  /** Three of them. */
  @table()
  static three(): Rows<Tick> {
    return [0, 1, 2].map((second) => ({ second, label: null }));
  }

  /** Every type a parameter can have, given back. */
  @table()
  static echo(text: Text, whole: Int64, exact: Decimal<10, 2>, ratio: Float64, day: Day, instant: Timestamp, sure: Bool = true, most: Int32 = 5) {
    return sql`SELECT ${text} AS text, ${whole} AS whole, ${exact} AS exact, ${ratio} AS ratio, ${day} AS day, ${instant} AS instant, ${sure} AS sure LIMIT ${most}`;
  }
}
