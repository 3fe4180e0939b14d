// Written by `neuralake compile` from catalog/. Do not edit: change the catalog and compile again.

/** Where things stand. */
export function shelves() {
    return [{ number: 1, room: "front" }, { number: 2, room: "back" }];
}
