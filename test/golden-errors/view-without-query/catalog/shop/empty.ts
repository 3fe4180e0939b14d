import { view } from "neuralake";
import type { Day } from "neuralake";

@view()
export class Empty {
  day: Day;
}
