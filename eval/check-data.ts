/** `npm run check:data`: checks everything an operator may change, together. Prints `file:line:col message; valid …` for each fault; exit 1 when there is any. */
import { join, relative, resolve } from "node:path";
import { loadPolicy } from "../bot/policy/load-policy.ts";
import { loadPrompts } from "../bot/policy/load-prompts.ts";
import type { Policy } from "../bot/policy/policy.ts";
import { DataFault } from "../bot/policy/read-yaml.ts";
import { checkCatalogue, formatFault as formatIntentFault } from "../intents/index.ts";
import { checkArticles, formatFault } from "../knowledge/index.ts";
import { checkContacts } from "./check-contacts.ts";
import { checkDatasets } from "./check-datasets.ts";
import { checkNames, intentNames } from "./check-names.ts";
import { placeOf } from "./check-yaml.ts";

const POLICY = "bot/policy";

/**
 * Every fault of the operator's files under `root`, each file by itself and all of them together.
 * @param root folder that holds `intents/ knowledge/ bot/policy/ eval/datasets/`
 * @param now decides whether an article's review is too old
 */
export function checkData(root: string, now: Date): string[] {
  const policy = readPolicy(root);
  const hosts = policy.read?.contacts.official.flatMap(({ kind, value }) => (kind === "site" ? [new URL(value).hostname] : []));
  const { articles, faults } = checkArticles({ dir: join(root, "knowledge/articles"), now, base: root, ...(hosts ? { hosts } : {}) });
  const names = { intents: intentNames(root), articles, replies: policy.read?.replyKeys };
  return [
    ...catalogueFaults(root),
    ...faults.map(formatFault),
    ...policy.faults,
    ...promptFaults(root),
    ...checkNames(root, names),
    ...(policy.read ? checkContacts(root, policy.read, articles) : []),
    ...checkDatasets(root, names),
  ];
}

function catalogueFaults(root: string): string[] {
  const folder = (name: string): string => join(root, "intents", name);
  const faults = checkCatalogue({ catalogDir: folder("catalog"), backgroundDir: folder("background"), phrasingsDir: folder("phrasings") });
  // It names files as seen from the working directory.
  return faults.map((fault) => formatIntentFault({ ...fault, file: relative(root, resolve(fault.file)) }));
}

function readPolicy(root: string): { readonly read: Policy | undefined; readonly faults: readonly string[] } {
  try {
    return { read: loadPolicy(join(root, POLICY)), faults: [] };
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    return { read: undefined, faults: error.faults.map((fault) => placed(root, fault)) };
  }
}

function promptFaults(root: string): readonly string[] {
  try {
    loadPrompts(join(root, POLICY));
    return [];
  } catch (error) {
    if (!(error instanceof DataFault)) throw error;
    return error.faults.map((fault) => `${POLICY}/${fault}`);
  }
}

/** Some faults of the policy concern several lines and name no place: the key they begin with or the name they quote is looked up. */
function placed(root: string, fault: string): string {
  const [, file = "", place, message = fault] = /^([\w/.-]+\.yaml)(:\d+:\d+)?\s+(.*)$/su.exec(fault) ?? [];
  if (place !== undefined || file === "") return `${POLICY}/${fault}`;
  const path = `${POLICY}/${file}`;
  const key = /^([\w.]+): /u.exec(message)?.[1];
  const quoted = /"([^"]+)"/u.exec(message)?.[1];
  return `${placeOf(root, path, key === undefined ? (quoted ?? "") : `${key}:`)} ${message}`;
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, "..");
  const faults = checkData(root, new Date());
  for (const fault of faults) console.error(fault);
  console.log(faults.length === 0 ? "operator data: no faults" : `operator data: ${faults.length} fault${faults.length === 1 ? "" : "s"}`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
