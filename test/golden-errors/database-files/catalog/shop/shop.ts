import { database } from "neuralake";
import type { Text } from "neuralake";

@database({ owner: "shop" })
export class Shop {
  name: Text;
}
