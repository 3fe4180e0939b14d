/** The catalog that edits begin with: tables of two databases that import, reference and read one another, in every way there is. */

/** Text by path below the project. */
export const baseCatalog: { readonly [file: string]: string } = {
  "package.json": '{ "name": "edited" }\n',
  "catalog/rides/trips.ts": `import { between, check, deltaTable, key, partition, pii, references, sql } from "neuralake";
import type { Columns, Day, Decimal, Int32, Int64, Text, Timestamp } from "neuralake";
import { Drivers } from "./drivers.ts";
import type { Place } from "./drivers.ts";

/** One finished ride. */
@deltaTable({ layer: "silver", freshness: "15m" })
export class Trips {
  /** Ride number. */
  @key()
  trip_id: Int64;

  @references(() => Drivers, "driver_id")
  driver_id: Int64;

  @partition()
  day: Day;

  picked_up_at: Timestamp;

  @pii("email", { mask: "hash" })
  rider_email: Text | null;

  @between(1, 8)
  passengers: Int32;

  fare: Decimal<10, 2>;

  paid_with: "card" | "cash" | "voucher";

  begin: Place;

  /** Somebody pays. */
  @check({ onFail: "quarantine" })
  static paid(t: Columns<Trips>) {
    return sql\`\${t.fare} >= 0\`;
  }
}
`,
  "catalog/rides/drivers.ts": `import { deltaTable, key, matches } from "neuralake";
import type { Float64, Int64, Text } from "neuralake";

/** Somewhere. */
export interface Place {
  /** Degrees north. */
  lat: Float64;
  lon: Float64;
}

/** Who drives. */
@deltaTable()
export class Drivers {
  @key()
  driver_id: Int64;

  @matches(/^[A-Z]/)
  name: Text;

  home: Place | null;
}
`,
  "catalog/rides/card_trips.ts": `import { columns, sql, view } from "neuralake";
import type { Decimal, Int64 } from "neuralake";
import { Trips } from "./trips.ts";

/** Rides paid by card. */
@view()
export class CardTrips {
  trip_id: Int64;
  fare: Decimal<10, 2>;

  static query(t = columns(Trips)) {
    return sql\`SELECT \${t.trip_id}, \${t.fare} FROM \${t} WHERE \${t.paid_with} = 'card'\`;
  }
}
`,
  "catalog/rides/database.ts": `import { columns, database, sql, table } from "neuralake";
import type { Day, Int32, Int64, Rows, Text } from "neuralake";
import { CardTrips } from "./card_trips.ts";
import { Drivers } from "./drivers.ts";
import { Trips } from "./trips.ts";

interface Supplier {
  number: Int64;
  name: Text;
}

const first = 1n;

/** Everything about rides. */
@database({ owner: "rides" })
export class Rides {
  /** Who delivers. */
  @table({ input: "In memory." })
  static supplier(): Rows<Supplier> {
    return [{ number: first, name: "one" }];
  }

  /**
   * Rides of a day.
   * @param day the day
   * @param atLeast fewer are left out
   */
  @table()
  static busy(day: Day, atLeast: Int32 = 1) {
    const t = columns(Trips);
    return sql\`SELECT \${t.driver_id}, count(*) AS rides FROM \${t} WHERE \${t.day} = \${day} GROUP BY 1 HAVING count(*) >= \${atLeast}\`;
  }

  /** Names of those who took cards. */
  @table()
  static carded() {
    const c = columns(CardTrips);
    const d = columns(Drivers);
    return sql\`SELECT \${d.name}, \${c.fare} FROM \${c} JOIN \${d} ON \${d.driver_id} = \${c.trip_id}\`;
  }
}
`,
  "catalog/people/riders.ts": `import { deltaTable, key, unit } from "neuralake";
import type { Float64, Int64, Text } from "neuralake";
import type { Place } from "../rides/drivers.ts";

/** Who rides. */
@deltaTable({ owner: "people" })
export class Riders {
  @key()
  rider_id: Int64;

  name: Text;

  @unit("m")
  height: Float64 | null;

  home: Place[];
}
`,
  "catalog/people/everyone.ts": `import { columns, sql, view } from "neuralake";
import { Drivers } from "../rides/drivers.ts";
import { Riders } from "./riders.ts";

/** All of them. */
@view()
export class Everyone {
  static query(r = columns(Riders), d = columns(Drivers)) {
    return sql\`SELECT \${r.name}, \${r.rider_id} AS number FROM \${r} UNION ALL SELECT \${d.name}, \${d.driver_id} FROM \${d}\`;
  }
}
`,
};
