import type { EstimateView } from "../http/services.ts";
import type { WaitRange } from "../queue/estimate-wait.ts";

/** Place and range as the API shows them; seconds. */
export function estimateView(position: number, range: WaitRange | undefined): EstimateView {
  if (!range) return { position };
  const { lowSeconds: low, highSeconds: high, coverage } = range;
  return { position, low, high, ...(coverage === undefined ? {} : { coverage }) };
}
