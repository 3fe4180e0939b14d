import { csvTable } from "neuralake";
import type { Day, Decimal } from "neuralake";

/** What a sack of flour cost, as the mill publishes it. */
@csvTable({ location: "s3://neuralake-everything/mill/flour-*.csv" })
export class FlourPrices {
  day: Day;
  euros: Decimal<8, 2>;
}
