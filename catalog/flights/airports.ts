import { between, csvTable, key, matches, unit } from "neuralake";
import type { Float64, Text } from "neuralake";

/** Every airport of the United States that has a code, and four in the Pacific and in Thailand that its airlines serve. */
@csvTable({ location: "node_modules/vega-datasets/data/airports.csv", layer: "bronze" })
export class Airports {
  /** The airport's code; airfields without a code of the airlines' association bear the one of the aviation authority. */
  @key()
  @matches(/^[A-Z0-9]{3}$/)
  iata: Text;

  /** What the airport calls itself. */
  name: Text;

  /** The town it serves; `NA` outside the United States. */
  city: Text;

  /** Two letters of the state or territory; `NA` outside the United States. */
  state: Text;

  country: Text;

  /** North of the equator. */
  @unit("degrees")
  @between(-90, 90)
  latitude: Float64;

  /** East of Greenwich, so negative in most of this table. */
  @unit("degrees")
  @between(-180, 180)
  longitude: Float64;
}
