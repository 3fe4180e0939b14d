import { csvTable, key } from "neuralake";
import type { Text } from "neuralake";

/**
 * Countries of the world.
 * @deprecated see the atlas
 */
@csvTable({ location: "countries.csv", header: false })
export class Countries {
  @key()
  code: Text;
}
