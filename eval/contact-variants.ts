/**
 * Ways in which a contact of the register is written, and fakes made from it, by rule and with a fixed seed: what a customer pastes, and what those
 * who are after his money send him.
 */
import type { Contact } from "../bot/policy/policy.ts";

export interface Variant {
  readonly text: string;
  /** The entry it was made from. */
  readonly of: Contact;
  /** Name of the rule that made it. */
  readonly rule: string;
}

export interface Variants {
  /** Each is the register's entry, however it is written. */
  readonly genuine: readonly Variant[];
  /** None is. */
  readonly fake: readonly Variant[];
}

/** @param seed any whole number; the same gives the same variants @param each how many of every rule for every entry */
export function contactVariants(entries: readonly Contact[], seed: number, each: number): Variants {
  const random = mulberry32(seed);
  const genuine: Variant[] = [];
  const fake: Variant[] = [];
  for (const of of entries) {
    const add = (list: Variant[], rules: Readonly<Record<string, (draw: Draw) => string>>, isGenuine: boolean): void => {
      for (const [rule, make] of Object.entries(rules)) {
        const texts = new Set<string>();
        for (let tries = 0; texts.size < each && tries < each * 4; tries += 1)
          texts.add(placed(make(drawFrom(random)), of, isGenuine, drawFrom(random)));
        list.push(...[...texts].map((text) => ({ text, of, rule: `${of.kind}.${rule}` })));
      }
    };
    const made = of.kind === "site" ? siteRules(of) : of.kind === "wechat" ? nameRules(of) : numberRules(of);
    add(genuine, made.genuine, true);
    add(fake, made.fake, false);
  }
  return { genuine, fake };
}

type Rules = Readonly<Record<string, (draw: Draw) => string>>;

interface Draw {
  pick<T>(from: readonly T[]): T;
  /** 0 … below − 1. */
  place(below: number): number;
}

function drawFrom(random: () => number): Draw {
  const place = (below: number): number => Math.floor(random() * below);
  return {
    place,
    pick: (from) => {
      const value = from[place(from.length)];
      if (value === undefined) throw new Error("nothing to pick from");
      return value;
    },
  };
}

/** Mulberry32, a 32-bit generator by T. Ettinger (public domain): small, and the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

// --- numbers -----------------------------------------------------------------------------------------------------------------------------

const row = (zero: number) => (text: string) => text.replace(/\d/gu, (digit) => String.fromCodePoint(zero + Number(digit)));
const spelled = (numerals: string) => (text: string) => text.replace(/\d/gu, (digit) => numerals[Number(digit)] ?? digit);
const circled = (text: string) => text.replace(/\d/gu, (digit) => (digit === "0" ? "⓪" : String.fromCodePoint(0x245f + Number(digit))));
/** Full width, mathematical bold and monospace, Arabic-Indic, Devanagari, Thai, circled, keycaps, Chinese, with joiners between. */
const DRESSES: readonly ((text: string) => string)[] = [
  row(0xff10),
  row(0x1d7ce),
  row(0x1d7f6),
  row(0x0660),
  row(0x0966),
  row(0x0e50),
  circled,
  (text) => text.replace(/\d/gu, "$&\ufe0f\u20e3"),
  (text) => text.replace(/\d/gu, "$&\u200b"),
  spelled("零一二三四五六七八九"),
  spelled("〇壹贰叁肆伍陆柒捌玖"),
  spelled("零幺二三四五六七八九"),
];
const GAPS = ["", " ", "-", "–", "—", "－", ".", "·", "　", "_", " - ", "➡", "🔥", "*"] as const;
const COUNTRY = ["+86 ", "+86-", "+86", "0086 ", "0086-", "(+86)", "＋86 "] as const;

function groupsOf(digits: string): string[] {
  return digits.length === 10 ? [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)] : [digits];
}

function gapped(digits: string, draw: Draw): string {
  const gap = draw.pick(GAPS);
  return groupsOf(digits).join(gap);
}

function numberRules({ kind, value }: Contact): { genuine: Rules; fake: Rules } {
  const digits = value.replace(/\D/gu, "");
  const change = (draw: Draw): string => {
    const place = draw.place(digits.length);
    const other = (Number(digits[place]) + 1 + draw.place(9)) % 10;
    return digits.slice(0, place) + String(other) + digits.slice(place + 1);
  };
  const swap = (draw: Draw): string => {
    const places = [...digits].flatMap((digit, place) => (place + 1 < digits.length && digit !== digits[place + 1] ? [place] : []));
    const place = draw.pick(places);
    return digits.slice(0, place) + (digits[place + 1] ?? "") + (digits[place] ?? "") + digits.slice(place + 2);
  };
  const more = (draw: Draw): string => {
    const place = draw.place(digits.length + 1);
    return digits.slice(0, place) + String(draw.place(10)) + digits.slice(place);
  };
  const less = (draw: Draw): string => {
    const place = draw.place(digits.length);
    return digits.slice(0, place) + digits.slice(place + 1);
  };
  const letters = (draw: Draw): string => {
    const looks: Readonly<Record<string, string>> = { 0: "O", 1: "l", 2: "Z", 5: "S", 8: "B", 9: "g" };
    const places = [...digits].flatMap((digit, place) => (looks[digit] === undefined ? [] : [place]));
    const place = draw.pick(places);
    return digits.slice(0, place) + (looks[digits[place] ?? ""] ?? "") + digits.slice(place + 1);
  };
  const isPhone = kind === "phone";
  return {
    genuine: {
      plain: (draw) => (isPhone ? gapped(digits, draw) : digits),
      dressed: (draw) => draw.pick(DRESSES)(isPhone ? gapped(digits, draw) : digits),
      ...(isPhone ? { country: (draw: Draw) => draw.pick(COUNTRY) + gapped(digits, draw) } : {}),
    },
    fake: {
      one_digit: (draw) => gapped(change(draw), draw),
      swapped: (draw) => gapped(swap(draw), draw),
      extra_digit: (draw) => gapped(more(draw), draw),
      missing_digit: (draw) => gapped(less(draw), draw),
      letters: (draw) => gapped(letters(draw), draw),
      dressed_one_digit: (draw) => draw.pick(DRESSES)(gapped(change(draw), draw)),
      dressed_swap: (draw) => draw.pick(DRESSES)(gapped(swap(draw), draw)),
      prefixed: (draw) => `${draw.pick(["010-", "9", "00852", "1", "+1 ", "17951 ", "#31#"])}${gapped(digits, draw)}`,
      suffixed: (draw) => gapped(digits, draw) + draw.pick(["5", "-0", " 8", "0#", "/2", "a"]),
      other_kind: (draw) =>
        `${draw.pick(isPhone ? ["QQ ", "加微信", "QQ群", "telegram "] : ["电话 ", "QQ群 ", "热线", "telegram "])}${digits}`,
    },
  };
}

// --- sites -------------------------------------------------------------------------------------------------------------------------------

const LETTERS_LIKE: Readonly<Record<string, string>> = {
  a: "аɑ4",
  e: "е3é",
  o: "о0ο",
  p: "рρ",
  s: "ѕ5",
  h: "һհ",
  x: "х",
  l: "1Iӏ",
  m: "м",
  i: "іı1",
  t: "т",
  n: "п",
  g: "9ɡ",
  d: "ԁ",
};

/** One letter put in another's place that looks like it. */
function lookAlike(name: string, draw: Draw): string {
  const places = [...name].flatMap((letter, place) => (LETTERS_LIKE[letter] === undefined ? [] : [place]));
  const place = draw.pick(places);
  return name.slice(0, place) + draw.pick([...(LETTERS_LIKE[name[place] ?? ""] ?? "")]) + name.slice(place + 1);
}

function typo(name: string, draw: Draw): string {
  const places = [...name].flatMap((letter, place) => (/[a-z]/u.test(letter) ? [place] : []));
  const place = draw.pick(places);
  const letter = draw.pick([..."abcdefghijkmnoqrstuvwyz"].filter((other) => other !== name[place]));
  return draw.pick([
    name.slice(0, place) + letter + name.slice(place + 1),
    name.slice(0, place) + letter + name.slice(place),
    name.slice(0, place) + (name[place] ?? "") + name.slice(place),
  ]);
}

function siteRules({ value }: Contact): { genuine: Rules; fake: Rules } {
  const host = new URL(value).hostname;
  const [first = "", ...rest] = host.split(".");
  const scheme = (draw: Draw): string => draw.pick(["", "http://", "https://", "https://www."]);
  const path = (draw: Draw): string => draw.pick(["", "/", "/login", "/refund?id=7", "/a#b"]);
  const wide = (text: string): string => text.replace(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));
  return {
    genuine: {
      plain: (draw) => scheme(draw) + host + path(draw),
      shouted: (draw) => draw.pick(["", "HTTPS://"]) + host.toUpperCase() + path(draw),
      wide: (draw) => wide(draw.pick(["", "https://"]) + host) + path(draw),
      part: (draw) => `${draw.pick(["", "https://"])}${draw.pick(["help", "m", "pay"])}.${host}${path(draw)}`,
      port: (draw) => `${draw.pick(["", "https://"])}${host}:443${path(draw)}`,
    },
    fake: {
      look_alike: (draw) => scheme(draw) + lookAlike(first, draw) + host.slice(first.length) + path(draw),
      typo: (draw) => scheme(draw) + typo(first, draw) + host.slice(first.length) + path(draw),
      below_another: (draw) => `${scheme(draw)}${host}.${draw.pick(["evil.com", "refund-help.cn", "pay.top"])}${path(draw)}`,
      hyphen: (draw) => `${scheme(draw)}${host.replaceAll(".", "-")}.${draw.pick(["com", "cn", "top"])}${path(draw)}`,
      other_ending: (draw) => `${scheme(draw)}${first}.${draw.pick(["com", "cn", "top", "vip"])}${path(draw)}`,
      longer_ending: (draw) => `${scheme(draw)}${host}.${draw.pick(["co", "cn", "xyz"])}${path(draw)}`,
      glued: (draw) => `${scheme(draw)}${draw.pick(["my", "i-", "the", "x"])}${host}${path(draw)}`,
      user_part: (draw) => `${draw.pick(["https://", "http://"])}${host}@${draw.pick(["evil.com", "refund-help.cn"])}${path(draw)}`,
      in_path: (draw) => `https://${draw.pick(["evil.com", "refund-help.cn"])}/${host}${path(draw)}`,
      led_on: (draw) => `https://${host}/go?to=${draw.pick(["https://evil.com", "https%3A%2F%2Frefund-help.cn"])}`,
      mail: (draw) => `${draw.pick(["service", "kefu"])}@${lookAlike(first, draw)}.${rest.join(".")}`,
    },
  };
}

// --- names -------------------------------------------------------------------------------------------------------------------------------

function nameRules({ value }: Contact): { genuine: Rules; fake: Rules } {
  const service = (draw: Draw): string => draw.pick(["微信 ", "微信号：", "公众号 ", "WeChat ", "vx:", ""]);
  return {
    genuine: {
      plain: (draw) => service(draw) + value,
      shouted: (draw) => service(draw) + draw.pick([value.toUpperCase(), value[0]?.toUpperCase() + value.slice(1)]),
      wide: (draw) => service(draw) + value.replace(/[!-~]/gu, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
    },
    fake: {
      look_alike: (draw) => draw.pick(["微信 ", "微信号：", "WeChat "]) + lookAlike(value, draw),
      typo: (draw) => draw.pick(["微信 ", "微信号：", "WeChat "]) + typo(value, draw),
      longer: (draw) => draw.pick(["微信 ", "微信号："]) + value + draw.pick(["1", "-kefu", "_01", "-vip", "888"]),
      other_dash: (draw) => `微信号：${value.replace(/[-_]/u, draw.pick(["_", "", "--"]))}`,
      other_kind: (draw) => draw.pick(["telegram: ", "QQ号 ", "whatsapp ", "抖音号 "]) + value,
    },
  };
}

// --- around ------------------------------------------------------------------------------------------------------------------------------

const AROUND: readonly (readonly [before: string, after: string])[] = [
  ["", ""],
  ["请问 ", " 是你们的吗"],
  ["这个是官方的吗：", ""],
  ["", " 是官方的吗"],
  ["刚才有人让我联系 ", " ，说要退款"],
  ["Is ", " really yours?"],
  ["they told me to use ", " for a refund"],
];

/** In a sentence. A QQ number by itself is any number: it is said to be one. */
function placed(written: string, { kind }: Contact, isGenuine: boolean, draw: Draw): string {
  const [before, after] = draw.pick(AROUND);
  const needsWord = kind === "qq" && (isGenuine || /^\d+$/u.test(written));
  return `${before}${needsWord ? draw.pick(["QQ ", "QQ：", "扣扣"]) : ""}${written}${after}`;
}
