// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.
import * as shopFunctions from "./shop.js";

/** By table, the function that makes its rows. */
export const functions = {
  "shop.currencies": shopFunctions.currencies,
  "shop.discounts": shopFunctions.discounts,
  "shop.letters": shopFunctions.letters,
  "shop.ticks": shopFunctions.ticks,
};
