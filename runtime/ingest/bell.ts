/** Wakes one who waits: for something to do, or for a time to pass. */

export interface Bell {
  ring(): void;
  /** Resolves when it rang since the last wait began, or after `ms`. */
  wait(ms: number): Promise<void>;
}

/** A bell that has not rung. */
export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rung = true;
      wake?.();
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      [rung, wake] = [false, undefined];
    },
  };
}
