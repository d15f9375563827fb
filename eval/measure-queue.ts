/**
 * A short busy evening on the real queue engine with a virtual clock: small enough for every `npm run eval`. The long ones, with several seeds and the
 * plain policies beside them, are `npm run simulate`.
 */
import type { Scenario } from "./simulate/demand.ts";
import { type Figure, figuresOf } from "./simulate/measure-evening.ts";
import { openStage } from "./simulate/play.ts";

const EVENING: Scenario = {
  name: "evening",
  title: "two hours, one of them 40 % over capacity",
  load: [0.9, 1.4, 1.4, 0.8],
  patienceMs: 20 * 60_000,
};
const SEED = 3;
const KEPT = ["critical_in_60", "held_beyond_900_without_callback", "promises_broken", "wait_error", "wait_error_to_naive", "range_held"];

export async function measureQueue(): Promise<ReadonlyMap<string, Figure>> {
  const stage = await openStage();
  try {
    const { engine } = await stage.play(EVENING, SEED);
    return new Map([...figuresOf([engine])].filter(([name]) => KEPT.includes(name)).map(([name, value]) => [`queue.${name}`, value]));
  } finally {
    await stage.close();
  }
}
