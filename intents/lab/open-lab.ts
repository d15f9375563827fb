/** The engine on other people's lines, for benchmarks. Loaded only when asked for: a desk that answers never trains in its own process. */
export const openLab = (): Promise<typeof import("./lab.ts")> => import("./lab.ts");
