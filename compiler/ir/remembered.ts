/** What is worked out of a value of the Catalog once and kept for as long as the value itself: such values never change, they are replaced. */

/** `work`, done once for each key; the keys are known by being the same object. */
export function remembered<Key extends object, Result>(work: (key: Key) => Result): (key: Key) => Result {
  const known = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const found = known.get(key) ?? { result: work(key) };
    known.set(key, found);
    return found.result;
  };
}

/** The same for work that is given a text beside the key; what was worked out with the last one is kept. */
export function rememberedWith<Key extends object, Result>(work: (key: Key, given: string) => Result): (key: Key, given: string) => Result {
  const known = new WeakMap<Key, { readonly given: string; readonly result: Result }>();
  return (key, given) => {
    const before = known.get(key);
    const found = before?.given === given ? before : { given, result: work(key, given) };
    known.set(key, found);
    return found.result;
  };
}

/** `former` where `value` says the same, so that what was worked out of it stands. */
export function sameOrNew<Value>(former: Value | undefined, value: Value): Value {
  return former !== undefined && JSON.stringify(former) === JSON.stringify(value) ? former : value;
}
