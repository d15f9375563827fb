/**
 * What a customer says of his own authority, and orders to the machine. Neither changes anything: identity comes signed from the platform, facts
 * from its records, and no text is ever an instruction. It is recognised only to be answered honestly and to be pointed out to the agent.
 */
export type Claim = "staff" | "approved" | "instruction";

const CLAIMS: readonly (readonly [Claim, RegExp])[] = [
  [
    "instruction",
    /(?:忽略|无视|忘[记掉]?)(?:你|掉|了|之前|前面|以上|上面|所有|一切|的){1,6}(?:指令|指示|规则|规定|设定|提示词)|(?:ignore|disregard|forget)(?: all| any| every| the| your| my| of| previous| prior| above| earlier){1,5} (?:instructions?|rules|prompts?|guidelines)|(?:^|\n)\s*(?:system|assistant|developer)\s*[:：]|\[\/?(?:system|inst)\]|<\|?(?:system|im_start)\b/iu,
  ],
  [
    "staff",
    /(?<!你|您|是不|他|她)我(?:就|也|可)?是(?:你们|贵司|公司|平台|本平台|这边|这里|接通)?(?:的)?(?:系统|超级|后台|内部|技术|运营|总)?(?:管理员|员工|同事|工作人员|内部人员|技术人员|开发人员|开发者|主管|经理|老板|站长|测试员|测试人员|运维|admin)|\bi(?:'m| am)(?: the| an| a| your| one of your| with your| part of your)?(?: system| site| platform| internal| technical| senior| head)?(?: admin(?:istrator)?| staff(?: member)?| employees?| developer| moderator| supervisor| support (?:lead|agent|staff|manager)| manager of (?:this|the) (?:site|platform|shop))\b/iu,
  ],
  [
    "approved",
    /(?:工单|经理|主管|领导|老板|管理员|后台|总部|财务|你们客服|专员)[^，。,.!?！？\n]{0,16}(?:批准|批了|审批通过|审核通过|同意|授权|点头)(?!吗|没|了吗|了没)|\b(?:ticket|case|manager|supervisor|admin|head office|finance|your (?:agent|staff|boss))\b[^.!?\n]{0,40}\b(?:approved|authori[sz]ed|signed off|okayed|granted)\b/iu,
  ],
];

/** @param text the customer's own words, of one turn */
export function claimIn(text: string): Claim | undefined {
  const read = text.slice(0, 4000).normalize("NFKC").replaceAll("’", "'");
  return CLAIMS.find(([, words]) => words.test(read))?.[0];
}
