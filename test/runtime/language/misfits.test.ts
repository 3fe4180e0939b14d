/** Words over columns they do not fit: each is an error in the editor, and the type check of this repository holds them to it. */
import { expect, test } from "vitest";
import { between, cluster, dayOf, deltaTable, factsOf, initially, kafka, key, matches, partition, pii, references, table, unique, unit, view } from "neuralake";
import type { Bool, Bytes, Day, Decimal, Float64, Int32, Int64, Rows, Text, Timestamp, Uuid } from "neuralake";

@deltaTable()
class Targets {
  code: Text;
  number: Int64;
}

// @ts-expect-error a layer is bronze, silver or gold
@deltaTable({ layer: "platinum" })
// @ts-expect-error a view has a query
@view()
class Misfits {
  // @ts-expect-error a key is never null
  @key()
  absentKey: Int64 | null;

  // @ts-expect-error floating point is no key
  @key()
  floatingKey: Float64;

  // @ts-expect-error bytes name no folder
  @partition()
  bytesPartition: Bytes;

  // @ts-expect-error lists are not near each other
  @cluster()
  listCluster: Int64[];

  // @ts-expect-error nor are they told apart
  @unique()
  listUnique: Text[];

  // @ts-expect-error a number is no e-mail address
  @pii("email")
  numberEmail: Int64;

  // @ts-expect-error a birthday is hidden or shortened to its year
  @pii("birthday", { mask: "hash" })
  hashedBirthday: Day;

  // @ts-expect-error text counts nothing
  @unit("EUR")
  textUnit: Text;

  // @ts-expect-error a Uuid has no order worth a bound
  @between(1, 2)
  uuidBetween: Uuid;

  // @ts-expect-error a decimal is not matched
  @matches(/1/)
  decimalMatches: Decimal<10, 2>;

  // @ts-expect-error there is no such column
  @references(() => Targets, "cod")
  missingTarget: Text;

  // @ts-expect-error a column has the type of the one it refers to
  @references(() => Targets, "number")
  otherTarget: Int32;

  // @ts-expect-error there is no such column
  @dayOf("nowhere")
  dayOfNothing: Day;

  // @ts-expect-error text has no day
  @dayOf("textUnit")
  dayOfText: Day;

  // @ts-expect-error a time is no day
  @dayOf("at")
  timeOfTime: Timestamp;

  at: Timestamp;

  // @ts-expect-error the broker's time is an instant
  @kafka("timestamp")
  kafkaDay: Day;

  // @ts-expect-error the value has the column's type
  @initially("none")
  initialNumber: Int32;

  // @ts-expect-error true is no number
  @between(0, 1)
  truth: Bool;
}

class Computed {
  // @ts-expect-error a table's rows are objects
  @table()
  static numbers(): Iterable<number> {
    return [1];
  }

  @table()
  static rows(): Rows<{ a: Int64 }> {
    // @ts-expect-error a string is no bigint
    return [{ a: "1" }];
  }
}

test("what a word says is recorded also where it does not fit, since only the type check refuses it", () => {
  const facts = factsOf(Misfits);
  expect(facts.words).toEqual([{ name: "deltaTable", args: [{ layer: "platinum" }] }, { name: "view", args: [] }]);
  expect(facts.columns.flatMap((column) => column.words.map((word) => word.name))).toHaveLength(18);
  expect(factsOf(Computed).methods.map((method) => [method.name, method.words.map((word) => word.name)])).toEqual([["numbers", ["table"]], ["rows", ["table"]]]);
});
