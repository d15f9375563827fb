import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { type Article, type Fault, LANGUAGES, type Language } from "./article.ts";
import { checkBody } from "./check-body.ts";
import { FrontMatter } from "./front-matter.ts";

/** Reads `articles/<topic>/<id>.<language>.md`, collecting faults with their places. The format is described in README.md. */

const KEYS = ["id", "title", "intents", "keywords", "reviewed_on", "source"] as const;
const KEYWORDS = { fewest: 4, most: 12 } as const;
/** Days after which somebody has to look at an article again. */
export const REVIEW_DAYS = 400;
const DAY_MS = 86_400_000;

export interface LoadOptions {
  /** Folder that holds the topic folders. */
  readonly dir: string;
  /** Decides whether a review is too old. */
  readonly now: Date;
  /** Hosts an article may link to. Not checked when absent. */
  readonly hosts?: readonly string[];
  /** What paths in messages are relative to. Default: the working directory. */
  readonly base?: string;
}

export interface LoadedArticles {
  readonly articles: readonly Article[];
  readonly faults: readonly Fault[];
}

interface Read {
  readonly article: Article;
  readonly front: FrontMatter;
}

/** Reads and checks every article. Files with an error are left out of `articles`; all faults are listed in file order. */
export function loadArticles(options: LoadOptions): LoadedArticles {
  const base = options.base ?? process.cwd();
  const faults: Fault[] = [];
  const read: Read[] = [];
  for (const path of articlePaths(options.dir, base, faults)) {
    const front = new FrontMatter(relative(base, path) || path, readFileSync(path, "utf8"));
    const article = readArticle(front, basename(dirname(path)), options);
    faults.push(...front.faults);
    if (article !== undefined && !front.faults.some((fault) => fault.severity === "error")) read.push({ article, front });
  }
  for (const entry of read) faults.push(...compare(entry, read, options.dir, base));
  if (read.length === 0 && faults.length === 0) {
    faults.push({ file: relative(base, options.dir) || options.dir, line: 1, column: 1, message: "no articles here", severity: "error" });
  }
  return { articles: read.map(({ article }) => article), faults };
}

/** Every `<topic>/<id>.<language>.md` in name order; anything else in the folder is a fault. */
function articlePaths(dir: string, base: string, faults: Fault[]): string[] {
  const paths: string[] = [];
  const misplaced = (path: string): void => {
    const message = `not an article's place; articles are <topic>/<id>.<language>.md with language ${LANGUAGES.join(" or ")}`;
    faults.push({ file: relative(base, path), line: 1, column: 1, message, severity: "error" });
  };
  for (const topic of readdirSync(dir, { withFileTypes: true }).sort(byName)) {
    if (topic.name.startsWith(".")) continue;
    const folder = join(dir, topic.name);
    if (!topic.isDirectory()) {
      misplaced(folder);
      continue;
    }
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort(byName)) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isFile() && nameOf(path) !== undefined) paths.push(path);
      else misplaced(path);
    }
  }
  return paths;
}

function byName(left: { readonly name: string }, right: { readonly name: string }): number {
  return left.name < right.name ? -1 : 1;
}

/** Id and language as the file name says them. */
function nameOf(path: string): { readonly id: string; readonly language: Language } | undefined {
  const match = /^([a-z0-9]+(?:-[a-z0-9]+)*)\.([a-z]+)\.md$/u.exec(basename(path));
  const language = LANGUAGES.find((known) => known === match?.[2]);
  return match?.[1] === undefined || language === undefined ? undefined : { id: match[1], language };
}

function readArticle(front: FrontMatter, topic: string, options: LoadOptions): Article | undefined {
  const named = nameOf(front.file);
  if (named === undefined || front.root === undefined) return undefined;
  front.onlyKeys(KEYS);
  const id = front.text("id");
  const title = front.text("title");
  const intents = front.list("intents");
  const keywords = front.list("keywords");
  const reviewedOn = front.text("reviewed_on");
  const source = front.text("source");

  if (id !== undefined && id !== named.id) front.fault("id", `id "${id}" must be the file's name "${named.id}"`);
  for (const intent of intents ?? []) {
    if (!/^[a-z][a-z0-9_]*$/u.test(intent)) front.fault("intents", `"${intent}" is no intent's name`, intent);
  }
  if (intents?.length === 0) front.fault("intents", "name at least one intent that the article helps with");
  for (const key of ["intents", "keywords"] as const) {
    for (const twice of doubles(key === "intents" ? intents : keywords)) front.fault(key, `"${twice}" stands twice in "${key}"`, twice);
  }
  if (keywords !== undefined && (keywords.length < KEYWORDS.fewest || keywords.length > KEYWORDS.most)) {
    front.fault("keywords", `${keywords.length} keywords; ${KEYWORDS.fewest} to ${KEYWORDS.most} are wanted`);
  }
  if (reviewedOn !== undefined) checkReview(front, reviewedOn, options.now);
  checkBody(front, named.language, options.hosts);
  if (id === undefined || title === undefined || intents === undefined || keywords === undefined) return undefined;
  if (reviewedOn === undefined || source === undefined) return undefined;
  return { id, language: named.language, topic, title, intents, keywords, reviewedOn, source, body: front.body, file: front.file };
}

function doubles(texts: readonly string[] | undefined): string[] {
  const seen = new Set<string>();
  return (texts ?? []).filter((text) => {
    const key = text.toLowerCase();
    const known = seen.has(key);
    seen.add(key);
    return known;
  });
}

function checkReview(front: FrontMatter, reviewedOn: string, now: Date): void {
  const time = /^\d{4}-\d{2}-\d{2}$/u.test(reviewedOn) ? Date.parse(`${reviewedOn}T00:00:00Z`) : Number.NaN;
  // Date.parse takes 2026-02-31 for the third of March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== reviewedOn) {
    front.fault("reviewed_on", `"${reviewedOn}" is no day; write YYYY-MM-DD`);
    return;
  }
  const age = Math.floor((now.getTime() - time) / DAY_MS);
  // A day ahead may be today in the operator's time zone.
  if (age < -1) front.fault("reviewed_on", `"${reviewedOn}" has not come yet`);
  if (age > REVIEW_DAYS) {
    front.fault(
      "reviewed_on",
      `last reviewed ${age} days ago; check every figure and set the date (at most ${REVIEW_DAYS} days)`,
      undefined,
      "warning",
    );
  }
}

/** Faults that need more than one file: missing language, differing intents, an id or a title used twice. */
function compare({ article, front }: Read, all: readonly Read[], dir: string, base: string): Fault[] {
  const before = front.faults.length;
  const position = all.findIndex((entry) => entry.article === article);
  const twins = all.filter((entry) => entry.article.id === article.id && entry.article !== article);
  const sameLanguage = twins.find((twin) => twin.article.language === article.language);
  if (sameLanguage !== undefined && all.indexOf(sameLanguage) < position) {
    front.fault("id", `id "${article.id}" is also used in ${sameLanguage.article.file}`);
  }
  const other = twins.find((twin) => twin.article.language !== article.language);
  if (other !== undefined && article.language !== LANGUAGES[0]) {
    const [mine, theirs] = [article, other.article].map(({ intents }) => [...intents].sort().join(", "));
    if (mine !== theirs) front.fault("intents", `intents differ from ${basename(other.article.file)}: ${mine} and ${theirs}`);
    if (article.topic !== other.article.topic) front.fault("id", `the other language stands in topic "${other.article.topic}"`);
  }
  if (other === undefined) {
    for (const language of LANGUAGES.filter((wanted) => wanted !== article.language)) {
      const missing = join(dir, article.topic, `${article.id}.${language}.md`);
      front.fault("id", `no usable "${language}" version; ${relative(base, missing)} is missing or has a fault`);
    }
  }
  const title = all.find((entry) => entry.article.title === article.title && entry.article.language === article.language);
  if (title !== undefined && title.article !== article && title.article.id !== article.id) {
    front.fault("title", `title "${article.title}" is also used in ${title.article.file}`);
  }
  return front.faults.slice(before);
}
