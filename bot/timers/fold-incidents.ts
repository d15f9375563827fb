/**
 * Folds like cases into incidents: opens one where a rule sees many more customers than usual, merges the like cases that are open, and tells every
 * one of their customers each word once. What a customer was told is marked in the transaction that writes it into his conversation: a killed node
 * leaves the rest untold, not told twice, and the next look goes on.
 */
import { sayPlace } from "../act/say-place.ts";
import { tellCase } from "../act/tell-case.ts";
import type { QueueWorld } from "../act/world.ts";
import type { Case } from "../cases/case.ts";
import { sayCode, sayRange, sayTime } from "../policy/speak.ts";
import type { Incident, IncidentDraft, Untold } from "../ports/incidents.ts";
import type { Repositories } from "../ports/store.ts";

/** In one transaction. */
const BATCH = 20;
const MINUTE = 60_000;
const DAY = 86_400_000;

export interface Folded {
  readonly opened: number;
  readonly merged: number;
  readonly told: number;
}

export async function foldIncidents(world: QueueWorld): Promise<Folded> {
  const opened = await openByRule(world);
  const merged = await gather(world);
  let told = 0;
  for (;;) {
    const done = await world.store.transaction((repositories) => tellBatch(world, repositories));
    told += done;
    if (done < BATCH) return { opened, merged, told };
  }
}

async function openByRule(world: QueueWorld): Promise<number> {
  const { store, policy, clock, ids } = world;
  const { baselineDays, rules } = policy.incidents;
  let opened = 0;
  for (const rule of rules) {
    const now = clock.now();
    const [windowMs, baselineMs] = [rule.minutes * MINUTE, baselineDays * DAY];
    const like = await store.incidents.likeCases(
      { dimension: rule.by, intents: rule.intents, windowMs, cases: rule.cases, baselineMs },
      now,
    );
    for (const { value, seen, before } of like) {
      const usual = (before * windowMs) / baselineMs;
      if (seen < rule.times * usual) continue;
      const draft: IncidentDraft = {
        id: ids.next("incident"),
        dimension: rule.by,
        value,
        intents: rule.intents,
        since: new Date(now - windowMs).toISOString(),
        title: titleOf(rule.by, value, world),
        openedAt: new Date(now).toISOString(),
        openedBy: `rule:${rule.id}`,
        seen,
        usual,
      };
      if (await openIncident(world, draft)) opened += 1;
    }
  }
  return opened;
}

/** With its event and its audit line. @returns false when one about the same is open. */
export async function openIncident({ store }: Pick<QueueWorld, "store">, draft: IncidentDraft): Promise<boolean> {
  return store.transaction(async (repositories) => {
    if (!(await repositories.incidents.open(draft))) return false;
    const { id, dimension, value, openedAt, openedBy, title, seen, usual } = draft;
    const data = { incident: id, dimension, value, title, openedBy, ...(seen === undefined ? {} : { seen, usual }) };
    await repositories.events.append({ type: "incident.opened", at: openedAt, data });
    await repositories.audit.append({ at: openedAt, who: openedBy, action: "incident.open", subject: id, data: { dimension, value } });
    return true;
  });
}

/** The value is the platform's word for it; channels have names of their own. */
export function titleOf(dimension: Incident["dimension"], value: string, { policy }: Pick<QueueWorld, "policy">): Incident["title"] {
  const name = (language: "zh" | "en"): string => {
    const key = `value.channel.${value}`;
    return dimension === "channel" && policy.replyKeys.includes(key) ? policy.say(key, language) : value;
  };
  const title = (language: "zh" | "en"): string => policy.say(`incident.title.${dimension}`, language, { value: name(language) });
  return { zh: title("zh"), en: title("en") };
}

async function gather({ store, clock }: QueueWorld): Promise<number> {
  const now = clock.now();
  const at = new Date(now).toISOString();
  return store.transaction(async (repositories) => {
    const merged = await repositories.incidents.gather(now);
    for (const { incidentId, caseId } of merged)
      await repositories.events.append({ type: "case.merged", at, caseId, data: { incident: incidentId } });
    return merged.length;
  });
}

async function tellBatch(world: QueueWorld, repositories: Repositories): Promise<number> {
  const batch = await repositories.incidents.takeUntold(BATCH);
  for (const untold of batch) {
    const value = await repositories.cases.get(untold.caseId);
    if (!value) continue;
    const isOver = value.status === "resolved" || value.status === "closed";
    // Of trouble that is over before he heard of it he hears the last word, if there was one; whose case is over is not told that it is known.
    if (untold.number === 0 && (isOver || untold.incident.state === "closed")) continue;
    const solves = untold.resolves && (value.status === "open" || value.status === "queued" || value.status === "waiting_customer");
    const { id, title, state } = untold.incident;
    const text = await wordsFor(untold, value, solves, world, repositories);
    await tellCase(repositories, value, text, world, { incident: { id, title: title[value.language], state } });
    if (solves) await solve(value, untold.incident, world, repositories);
  }
  return batch.length;
}

async function wordsFor(
  { incident, number, said }: Untold,
  value: Case,
  solves: boolean,
  { policy, clock, queue }: QueueWorld,
  repositories: Repositories,
): Promise<string> {
  const { language } = value;
  const now = clock.now();
  const code = sayCode(value.code);
  const title = incident.title[language];
  const text = said?.[language] ?? "";
  if (number > 0) {
    const update = policy.say("incident.update", language, { title, text });
    return solves ? `${update}\n\n${policy.say("incident.solved", language, { code })}` : update;
  }
  const since = sayTime(Date.parse(incident.since), now, policy.timeZone, language);
  const parts = [policy.say("incident.known", language, { since, title, code })];
  if (said) parts.push(policy.say("incident.latest", language, { text }));
  const entry = await repositories.queue.openFor(value.id);
  const standing = entry?.state === "waiting" && queue.isOpen(now) ? await queue.standing(entry, repositories) : undefined;
  if (standing?.range) {
    const wait = sayRange(standing.range, now, policy.timeZone, language);
    parts.push(policy.say("incident.place", language, { place: sayPlace(standing.position - 1, policy, language), wait }));
  }
  return parts.join("\n\n");
}

/** @throws when somebody changed the case in this moment: the batch is told again as a whole. */
async function solve(value: Case, incident: Incident, { clock }: QueueWorld, repositories: Repositories): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const after: Case = { ...value, status: "resolved", disposition: "solved", version: value.version + 1, updatedAt: at };
  if (!(await repositories.cases.update(after))) throw new Error(`case ${value.id} was changed meanwhile`);
  await repositories.events.append({ type: "case.resolved", at, caseId: value.id, data: { by: incident.closedBy, incident: incident.id } });
}
