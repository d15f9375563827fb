import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unknownContacts } from "../bot/contacts/index.ts";
import type { Policy } from "../bot/policy/policy.ts";
import type { Article } from "../knowledge/index.ts";
import { filesIn, type Placed, PlacedYaml } from "./check-yaml.ts";

/**
 * Numbers, sites and ids in articles and replies that the contact register does not know, and scams named where no warning is
 * given: found the same way as in what the desk is about to say.
 */
export function checkContacts(root: string, { contacts }: Policy, articles: readonly Article[]): string[] {
  const valid = [...contacts.official, ...contacts.public].map((contact) => contact.value).join(", ");
  const check = (texts: readonly Placed[], mayWarn: boolean): string[] =>
    texts.flatMap(({ text, at }) =>
      unknownContacts(text, contacts).flatMap(({ verdict, value }) => {
        if (verdict !== "reported_scam") return [`${at} "${value}" is not in bot/policy/contacts.yaml; valid contacts: ${valid}`];
        if (mayWarn) return [];
        return [`${at} "${value}" is a reported scam; valid places to name it: articles ${contacts.warningArticles.join(", ") || "none"}`];
      }),
    );
  const replies = filesIn(root, "bot/policy/replies", ".yaml").flatMap((path) => check(new PlacedYaml(root, path).everyText(), false));
  return [...articles.flatMap((article) => check(linesOf(root, article), contacts.warningArticles.includes(article.id))), ...replies];
}

/** The file's lines with their places, without the review date, which looks like a number. */
function linesOf(root: string, article: Article): Placed[] {
  const lines = readFileSync(join(root, article.file), "utf8").split("\n");
  return lines.flatMap((text, index) => (text.startsWith("reviewed_on:") ? [] : [{ text, at: `${article.file}:${index + 1}:1` }]));
}
