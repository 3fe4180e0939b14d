import { deltaTable } from "neuralake";
import type { Int64, Text } from "neuralake";

/** 🚲 Orders of bicycles. */
@deltaTable()
export class Orders {
	/** 🚲🚲 */ order_id: Int64; amount: Decimall<10, 2>;
	state: Text;
}
