/** The composition root: the only file that names adapters. `main.ts` and `eval/` start the desk from here. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Recogniser } from "../intents/index.ts";
import type { Knowledge } from "../knowledge/index.ts";
import { startPlaceWatch } from "./act/watch-places.ts";
import type { TurnWorld } from "./act/world.ts";
import { accountPlatform } from "./adapters/account-platform-http.ts";
import { phoneNumbers } from "./adapters/phone-numbers.ts";
import { pinoLog } from "./adapters/pino-log.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./adapters/postgres/embedded.ts";
import { type MovedTable, moveStore } from "./adapters/postgres/move-store.ts";
import { openPostgresStore } from "./adapters/postgres/store.ts";
import { randomIds } from "./adapters/random-ids.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { telephonyByHand } from "./adapters/telephony-by-hand.ts";
import { createTurnPipeline } from "./channels/agents-pipeline.ts";
import { createDirectLine } from "./channels/direct-line/direct-line.ts";
import type { Config, ModelConfig } from "./config.ts";
import { createOutgoingGuard, guardShelf, guardStore } from "./contacts/index.ts";
import { createReceiver } from "./conversation/receive.ts";
import { createSecretShelf } from "./conversation/secret-shelf.ts";
import { type DemoPlatform, startDemoPlatform } from "./demo-platform/demo-platform.ts";
import { demoRoutes } from "./demo-platform/demo-routes.ts";
import { createDeskServices } from "./desk/desk-services.ts";
import { mask } from "./guard/mask.ts";
import { createAuth } from "./http/auth.ts";
import { officialContacts } from "./http/official-contacts.ts";
import { hashPassword, verifyPassword } from "./http/password.ts";
import { buildServer } from "./http/server.ts";
import type { LanguageHelp } from "./language-model/help.ts";
import { type LearningKnowledge, openLearningKnowledge } from "./learning-knowledge.ts";
import { LiveRecogniser, modelDirOf, openUnderstanding } from "./open-understanding.ts";
import { loadPolicy } from "./policy/load-policy.ts";
import { SKILLS } from "./policy/words.ts";
import type { Inbox } from "./ports/channel.ts";
import type { Clock } from "./ports/clock.ts";
import type { Log } from "./ports/log.ts";
import type { Store } from "./ports/store.ts";
import { createPhoneQueue } from "./queue/phone-queue.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { startSweep } from "./timers/sweep.ts";

export { openTaughtKnowledge } from "./learning-knowledge.ts";

export const ROOT = join(import.meta.dirname, "..");

export interface DeskOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Told what goes on while the desk starts, one short sentence each. */
  readonly onProgress?: (sentence: string) => void;
  /** Already opened parts, so that many desks in one process share them. */
  readonly recogniser?: Recogniser | Promise<Recogniser>;
  /** Learn the operator's files anew whenever they change. */
  readonly followCatalogue?: boolean;
  readonly knowledge?: Knowledge;
  /** Resolves when the built pages are in place. */
  readonly pagesReady?: Promise<unknown>;
}

export interface Desk {
  readonly url: string;
  readonly secrets: Secrets;
  /** Only when no platform was configured. */
  readonly demo: DemoPlatform | undefined;
  /** For a channel within the process. */
  readonly inbox: Inbox;
  /** Resolves when the first start has nothing left to learn. */
  readonly learnt: Promise<void>;
  /** Answers what is under way, then closes everything in the order in which it depends on each other. */
  stop(): Promise<void>;
}

/**
 * Starts everything in one process.
 * @throws DataFault for an operator's file, DataDirHeld for a folder in use, Problem `unavailable` for a database that does not answer
 */
export async function openDesk(config: Config, options: DeskOptions = {}): Promise<Desk> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? pinoLog(config.logLevel, (text) => mask(text).text);
  const say = options.onProgress ?? (() => {});
  const ids = randomIds(clock);
  const policy = loadPolicy(config.configDir);
  const secrets = readSecrets(config);
  const closers: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  const opening = openStore(config, clock, log, say, closers);
  try {
    const [opened, firstRecogniser, demo, learning] = await Promise.all([
      opening.then(async (store) => {
        await seedAdmin(store, secrets);
        return store;
      }),
      options.recogniser ?? openUnderstanding(config.dataDir, say),
      config.platform ? undefined : startDemoPlatform({ key: secrets.demoPlatformKey, now: () => clock.now() }),
      options.knowledge ? { ...FINISHED, knowledge: options.knowledge } : openArticles(modelDirOf(config.dataDir), clock, log),
    ]);
    if (demo) closers.push(() => demo.stop());
    closers.push(async () => learning.stop());
    const live = new LiveRecogniser(firstRecogniser, options.followCatalogue ? config.dataDir : undefined, log);
    closers.push(async () => live.close());
    const guard = createOutgoingGuard(policy, log);
    const store = guardStore(opened, guard);

    const queue = createPhoneQueue(store, policy, ids, clock);
    const platform = accountPlatform(config.platform ?? { url: demo?.url ?? "", key: secrets.demoPlatformKey });
    const languageHelp =
      config.model &&
      (await openLanguageHelp(config.model, { config, store, policy, recogniser: () => live.current, learning, clock, ids, log, say }));
    if (languageHelp) closers.push(() => languageHelp.stop());
    const world: TurnWorld = {
      ...(languageHelp ? { languageHelp } : {}),
      store,
      clock,
      ids,
      log,
      policy,
      // A turn copies the world when it begins and so keeps one recogniser to its end.
      get recogniser() {
        return live.current;
      },
      knowledge: learning.knowledge,
      platform,
      queue,
      telephony: telephonyByHand,
      phones: phoneNumbers(),
      pipeline: createTurnPipeline(),
      shelf: guardShelf(createSecretShelf(), guard),
    };
    const inbox = createReceiver(world, { after: waitAfter });
    closers.push(() => inbox.drain());
    const sweep = startSweep(
      world,
      () => inbox.resume(),
      (ms) => sleep(ms),
    );
    closers.push(() => sweep.stop());

    const auth = createAuth({ integrationKeys: [{ id: "main", key: secrets.apiKey }], secretKey: secrets.deskKey, clock });
    const channel = createDirectLine({
      inbox,
      secretKey: secrets.conversationKey,
      identitySecret: new TextEncoder().encode(secrets.identitySecret),
      isIntegrationKey: (key) => auth.isIntegrationKey(key),
      clock,
      ids,
      log,
      bot: { id: "jietong", name: "接通" },
    });
    inbox.onTurnBegins((conversationId) => channel.typing(conversationId));
    const watch = startPlaceWatch(world, channel, (ms) => sleep(ms, undefined, { ref: false }));
    closers.push(() => watch.stop());
    await options.pagesReady;
    const app = await buildServer({
      services: createDeskServices(world),
      auth,
      log,
      ids,
      plugins: [
        channel.plugin,
        officialContacts({ contacts: policy.contacts, signingSeed: secrets.contactsSeed, clock }),
        ...(demo ? [demoRoutes(secrets.identitySecret, clock)] : []),
      ],
      staticDir: join(ROOT, "bot/web/dist"),
    });
    closers.push(() => app.close());
    const url = await app.listen({ port: config.port, host: config.host });
    await inbox.resume();
    return { url, secrets, demo, inbox, learnt: learning.learn(), stop };
  } catch (error) {
    // Something else failed first: what is still being opened has to be there before it can be closed.
    await opening.catch(() => undefined);
    await stop();
    throw error;
  }
}

/** Of knowledge that was opened elsewhere. */
const FINISHED = { learn: async () => {}, stop: () => {} };

/** Not before the database and the recogniser have begun: what they wait for goes on meanwhile. */
async function openArticles(modelDir: string, clock: Clock, log: Log): Promise<LearningKnowledge> {
  await Promise.resolve();
  return openLearningKnowledge(join(ROOT, "knowledge/articles"), modelDir, new Date(clock.now()), log);
}

/** Nothing of it is loaded before somebody has set a key: a second of the start and 100 MB. */
async function openLanguageHelp(
  model: ModelConfig,
  { config, store, policy, recogniser, learning, clock, ids, log, say }: LanguageParts,
): Promise<LanguageHelp> {
  const [{ openAiModel }, { createLanguageHelp }, { loadPrompts }] = await Promise.all([
    import("./adapters/language-model-openai.ts"),
    import("./language-model/index.ts"),
    import("./policy/load-prompts.ts"),
  ]);
  const help = createLanguageHelp({
    model: openAiModel(model),
    prompts: loadPrompts(config.configDir),
    store,
    policy,
    knowledge: learning.knowledge,
    catalogue: () => recogniser().catalogue,
    clock,
    ids,
    log,
    limits: { turnMs: model.turnMs, tokensPerDay: model.tokensPerDay },
    deadline: (ms) => AbortSignal.timeout(ms),
  });
  say(`language model ${model.model} at ${new URL(model.url ?? "https://api.openai.com").host}`);
  return help;
}

interface LanguageParts extends Pick<TurnWorld, "store" | "policy" | "clock" | "ids" | "log"> {
  /** The one in use. */
  readonly recogniser: () => Recogniser;
  readonly config: Config;
  readonly learning: Pick<LearningKnowledge, "knowledge">;
  readonly say: (sentence: string) => void;
}

/** The embedded database by itself; `openStore` and the evaluation both begin with it. */
export function openEmbeddedDatabase(dataDir: string, log: Log, say: (sentence: string) => void): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, log, onProgress: say });
}

/** The store of a stopped desk into an empty database. @throws DataDirHeld while the desk runs, MoveRefused */
export async function moveEmbeddedStore(config: Config, to: string, tell: (done: MovedTable) => void): Promise<MovedTable[]> {
  const embedded = await openEmbeddedDatabase(
    config.dataDir,
    pinoLog(config.logLevel, (text) => mask(text).text),
    () => {},
  );
  try {
    return await moveStore(embedded.connection, to, tell);
  } finally {
    await embedded.stop();
  }
}

async function openStore(
  config: Config,
  clock: Clock,
  log: Log,
  say: (sentence: string) => void,
  closers: (() => Promise<unknown>)[],
): Promise<Store> {
  const embedded = config.databaseUrl === undefined ? await openEmbeddedDatabase(config.dataDir, log, say) : undefined;
  if (embedded) closers.push(() => embedded.stop());
  const store = await openPostgresStore({
    connection: embedded?.connection ?? config.databaseUrl ?? "",
    clock,
    log,
    onMigrated: (names) => say(`store set up (${names.length === 1 ? "1 migration" : `${names.length} migrations`})`),
  });
  closers.push(() => store.close());
  return store;
}

/** The first supervisor. The password follows the environment, so that a forgotten one can be set anew. */
async function seedAdmin(store: Store, { adminPassword }: Secrets): Promise<void> {
  const existing = await store.agents.get("admin");
  if (existing && (await verifyPassword(adminPassword, existing.passwordHash))) return;
  await store.agents.put({
    id: "admin",
    name: "admin",
    role: "supervisor",
    passwordHash: await hashPassword(adminPassword),
    skills: SKILLS,
    languages: ["zh", "en"],
    modifiers: ["senior", "calming"],
    capacity: 1,
    state: existing?.state ?? "offline",
  });
}

function waitAfter(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
}
