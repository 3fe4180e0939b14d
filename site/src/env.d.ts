/// <reference types="astro/client" />
/** What site/stage.js hands to the pages of one build. */
declare module "neuralake:site" {
  export const options: {
    readonly generatedDir: string;
    readonly errorsDir: string;
    readonly factsFile?: string;
    readonly projectName?: string;
    readonly base: string;
    readonly version: string;
  };
}
