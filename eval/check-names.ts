import { DESK_TOOLS } from "../bot/act/desk-tools.ts";
import { TOOLS } from "../bot/act/tools/index.ts";
import { OUT_OF_SCOPE } from "../intents/index.ts";
import type { Article } from "../knowledge/index.ts";
import { filesIn, PlacedYaml, placeOf } from "./check-yaml.ts";

/** What the other files may name. */
export interface Names {
  readonly intents: readonly string[];
  readonly articles: readonly Article[];
  /** Absent when the replies could not be read: then nothing is said about them. */
  readonly replies: readonly string[] | undefined;
}

/** Names of the intents that have a file. */
export function intentNames(root: string): string[] {
  return filesIn(root, "intents/catalog", ".yaml").map((file) => file.replace(/^.*\/|\.yaml$/gu, ""));
}

/** Names in intent files, articles and the policy that lead nowhere. */
export function checkNames(root: string, names: Names): string[] {
  return [
    ...answerFaults(root, names),
    ...articleFaults(root, names),
    ...routingFaults(root, names),
    ...intakeFaults(root, names),
    ...flowFaults(root, names),
  ];
}

/** What an intent file's `answer` names exists, and its main article helps with the intent. */
function answerFaults(root: string, names: Names): string[] {
  const ids = [...new Set(names.articles.map((article) => article.id))];
  const tools = [...TOOLS.keys(), ...DESK_TOOLS.keys()];
  return filesIn(root, "intents/catalog", ".yaml").flatMap((path) => {
    const file = new PlacedYaml(root, path);
    const faults: string[] = [];
    const [article, tool, reply] = [file.text("answer", "article"), file.text("answer", "tool"), file.text("answer", "reply")];
    if (article && !ids.includes(article.text))
      faults.push(`${article.at} no article "${article.text}"; valid articles: ${ids.join(", ")}`);
    if (tool && !tools.includes(tool.text)) faults.push(`${tool.at} no tool "${tool.text}"; valid tools: ${tools.join(", ")}`);
    if (reply && names.replies && !names.replies.includes(reply.text)) {
      faults.push(`${reply.at} no reply "${reply.text}" in bot/policy/replies/; valid replies: ${near(reply.text, names.replies)}`);
    }
    const intent = file.text("name")?.text ?? "";
    const main = names.articles.find((candidate) => candidate.id === article?.text);
    if (article && main && !main.intents.includes(intent)) {
      faults.push(
        `${article.at} article "${main.id}" does not list the intent "${intent}"; valid intents there: ${main.intents.join(", ")}`,
      );
    }
    return faults;
  });
}

function articleFaults(root: string, names: Names): string[] {
  return names.articles.flatMap((article) =>
    article.intents
      .filter((intent) => !names.intents.includes(intent))
      .map((intent) => {
        const line = placeOf(root, article.file, new RegExp(`(?<=^intents:.*)\\b${intent}\\b`, "u"));
        return `${line} no intent "${intent}"; valid intents: ${names.intents.join(", ")}`;
      }),
  );
}

function routingFaults(root: string, names: Names): string[] {
  const file = new PlacedYaml(root, "bot/policy/routing.yaml");
  const used = Array.from({ length: file.size("rules") }, (_, index) => {
    const example = file.text("rules", index, "example", "intent");
    return [...file.texts("rules", index, "when", "intent"), ...(example ? [example] : [])];
  }).flat();
  const skilled = file.keys("skills").flatMap((skill) => file.texts("skills", skill.text));
  const twice = skilled.filter((one, index) => skilled.findIndex((other) => other.text === one.text) < index);
  return [
    ...unknownIntents([...used, ...skilled], names),
    ...twice.map((one) => `${one.at} intent "${one.text}" stands in two skills; valid: one`),
  ];
}

function intakeFaults(root: string, names: Names): string[] {
  return unknownIntents(new PlacedYaml(root, "bot/policy/intake.yaml").keys("problems"), names);
}

/** What a guided flow begins with and stands on exists. */
function flowFaults(root: string, names: Names): string[] {
  const ids = [...new Set(names.articles.map((article) => article.id))];
  return filesIn(root, "bot/policy/flows", ".yaml").flatMap((path) => {
    const file = new PlacedYaml(root, path);
    const own = file.text("article");
    const used = Array.from({ length: file.size("steps") }, (_, index) => file.text("steps", index, "article"));
    const articles = [own, ...used].flatMap((one) => one ?? []);
    return [
      ...unknownIntents(file.texts("intents"), names),
      ...articles
        .filter(({ text }) => !ids.includes(text))
        .map(({ text, at }) => `${at} no article "${text}"; valid articles: ${ids.join(", ")}`),
    ];
  });
}

function unknownIntents(used: readonly { readonly text: string; readonly at: string }[], names: Names): string[] {
  const known = [...names.intents, OUT_OF_SCOPE];
  return used
    .filter(({ text }) => !known.includes(text))
    .map(({ text, at }) => `${at} no intent "${text}"; valid intents: ${known.join(", ")}`);
}

/** The names that begin alike, or all when none do. */
function near(name: string, all: readonly string[]): string {
  const alike = all.filter((other) => other[0] === name[0]);
  return (alike.length === 0 ? all : alike).join(", ");
}
