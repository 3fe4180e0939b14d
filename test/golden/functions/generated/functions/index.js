// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import * as toolsFunctions from "./tools.js";

/** By table, the function that makes its rows. */
export const functions = {
  "tools.three": toolsFunctions.three,
  "tools.ticks": toolsFunctions.ticks,
};
