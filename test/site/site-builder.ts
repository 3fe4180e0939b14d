/** Loads site/build.js, which is plain JavaScript, with the types of what it exports. */
export interface SiteBuilder {
  buildSite(options: { generatedDir: string; factsFile?: string; outDir: string; cacheDir: string; projectName?: string; base?: string }): Promise<{ pages: number }>;
}

/** The builder at `address`; another copy of it for another address. */
export async function siteBuilder(address: URL): Promise<SiteBuilder> {
  return (await import(address.href)) as SiteBuilder;
}
