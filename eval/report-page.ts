/** The evaluation as a page one can look at: each measure as a bar with its interval and the bar it has to reach. */
export interface Measure {
  readonly name: string;
  readonly figure: number | undefined;
  readonly count: number | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly bar: number | undefined;
  readonly direction: "at_least" | "at_most";
  readonly missed: boolean;
}

const WIDTH = 320;

export function reportPage(measures: readonly Measure[], notes: readonly string[]): string {
  const rows = measures.map(
    (measure) => `<tr class="${measure.missed ? "missed" : measure.bar === undefined ? "free" : "held"}">
<th scope="row">${escapeHtml(measure.name)}</th><td>${measure.figure === undefined ? "not measured" : measure.figure.toFixed(3)}</td>
<td>${plot(measure)}</td><td>${measure.bar === undefined ? "" : `${measure.direction === "at_least" ? "≥" : "≤"} ${measure.bar}`}</td>
<td>${measure.count ?? ""}</td><td>${measure.bar === undefined ? "" : measure.missed ? "missed" : "held"}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Jietong evaluation</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#16302e;background:#fff}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid #d9e3e1;font-variant-numeric:tabular-nums}th{font-weight:500}.missed th,.missed td:last-child{color:#a3231a;font-weight:700}
svg{display:block;max-width:100%}li{margin:.3rem 0}</style></head><body><h1>Evaluation</h1>
<p>Each measure with its 95 % interval (Wilson) and the bar it has to reach.</p>
<table><thead><tr><th>measure</th><th>value</th><th>0 … 1</th><th>bar</th><th>samples</th><th></th></tr></thead><tbody>${rows.join("\n")}</tbody></table>
<h2>What went wrong, most frequent first</h2><ul>${notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("")}</ul></body></html>
`;
}

function plot({ figure, low, high, bar, missed }: Measure): string {
  if (figure === undefined) return "";
  const x = (value: number): number => Math.round(Math.max(0, Math.min(1, value)) * WIDTH);
  const interval =
    low === undefined || high === undefined ? "" : `<line x1="${x(low)}" x2="${x(high)}" y1="9" y2="9" stroke="#16302e" stroke-width="2"/>`;
  const mark =
    bar === undefined
      ? ""
      : `<line x1="${x(bar)}" x2="${x(bar)}" y1="0" y2="18" stroke="#a3231a" stroke-width="2" stroke-dasharray="3 2"/>`;
  return `<svg width="${WIDTH}" height="18" role="img" aria-label="${figure.toFixed(3)}"><rect width="${WIDTH}" height="18" fill="#eef4f3"/><rect width="${x(figure)}" height="18" fill="${missed ? "#d98880" : "#7fb8b2"}"/>${interval}${mark}</svg>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/gu, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? char);
}
