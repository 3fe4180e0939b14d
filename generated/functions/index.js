// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import * as demoFunctions from "./demo.js";

/** By table, the function that makes its rows. */
export const functions = {
  "demo.supplier": demoFunctions.supplier,
};
