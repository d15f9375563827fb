/** What is said to a request that nobody here will fulfil: no, and the lawful way to what may lie behind it, where there is one. */
import type { Policy } from "../policy/policy.ts";
import type { Language } from "../policy/words.ts";

/** Sentence `refuse.<way>` for the first whose words are found. */
const WAYS: readonly (readonly [way: string, words: RegExp])[] = [
  ["found", /捡到?|拾到|\bfound (?:a|somebody's|someone's|this) (?:phone|wallet|card)/iu],
  [
    "proof",
    /假(?:的)?.{0,6}(?:截图|凭证|发票|回单|小票|收据|签收)|(?:p|ps|伪造|做)[一张个份]{0,2}.{0,8}(?:图|凭证|回单|签收单|收据)|fake.{0,12}(?:receipt|screenshot|invoice|proof|payment)|forge/iu,
  ],
  [
    "identity",
    /实名|防沉迷|人脸|身份证|未成年|认证|kyc|id (?:check|card|verification)|age (?:check|limit)|play ?time|face (?:scan|check|recognition)|passport/iu,
  ],
  [
    "money",
    /洗(?:一下|钱|干净|白)|手洗|套现|套.{0,4}(?:花呗|白条)|黑卡|黑u|盗刷|来路|跑分|信用卡号|偷来的卡|cvv|dirty money|launder|stolen (?:card|credit)|cash out|card numbers?/iu,
  ],
  [
    "person",
    /定位|住哪|住在哪|住址|地址|真名|真实姓名|机主|行踪|lives?\b|address|locate|track (?:a|his|her|my|this|down)|real name|whereabouts/iu,
  ],
  [
    "account",
    /盗.{0,4}号|别人|他人|其他(?:用户|客户)|老公|老婆|前[男女]友|前任|前妻|前夫|男朋友|女朋友|女友|男友|对象|同事|室友|隔壁|我女儿|我儿子|黑进|撞[库号]|another (?:customer|user|person)|someone else|somebody else|other people|\bex\b|wife|husband|girlfriend|boyfriend|roommate|colleague|hack/iu,
  ],
  [
    "software",
    /外挂|辅助|自瞄|透视|破解|注册机|算号|盗版|序列号|漏洞|白嫖|刷(?:点券|余额|钱|量|粉)|aimbot|wallhack|cheats?\b|crack|keygen|pirated?|exploit|generator/iu,
  ],
];

/** @returns the refusal, and after it the way that is open, when one is */
export function refuse(text: string, policy: Policy, language: Language): string {
  const way = WAYS.find(([, words]) => words.test(text.slice(0, 4000).normalize("NFKC")))?.[0];
  if (way === undefined) return policy.say("refuse_abuse", language);
  return `${policy.say("refuse.no", language)}${language === "en" ? " " : ""}${policy.say(`refuse.${way}`, language)}`;
}
