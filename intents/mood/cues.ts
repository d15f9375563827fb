/**
 * Small cues: none of them says anything alone, and none is shown. Two together do: praise beside failure is irony, a strong word
 * about somebody else or about oneself is no anger at the desk (the model weighs each two signals of a message as well).
 */
export const CUES = {
  address: /你们|贵司|贵平台|\byou(?:r|'re)?\b/u,
  service:
    /客服|平台|官方|机器人|系统|公司|网站|软件|商城|售后|\b(?:support|agents?|staff|company|app|site|website|bots?|services?|team|platform|you (?:guys|people|lot))\b/u,
  other:
    /卖家|商家|对方|骗子|[他她]|队友|对面|游戏|策划|骑手|快递|房东|老板|同事|朋友|老公|老婆|孩子|银行|移动|联通|运营商|上家|同行|别家|法院|警察|律师|\b(?:he|she|him|his|her|they|them|sellers?|scammers?|thief|teammates?|boss|landlord|ex|friends?|brother|sister|son|daughter|mum|mom|dad|mother|father|bank|courier|driver|police|officer|court|neighbou?rs?|game|level)\b/u,
  self: /我自己|怪我|怨我|我的错|是我(?:不|没|看|弄|写|输|点|记|搞|手)|手滑|手抖|手贱|眼花|笨|糊涂|没看清|不小心|不好意思|抱歉|打扰|哈哈|笑死|\b(?:my (?:fault|mistake|bad|own|typo|side|end)|by (?:accident|mistake)|accidentally|i (?:misread|mistyped|forgot|broke|confused|mixed)|silly me|i'm (?:such|so) (?:an? )?(?:idiot|dumb|stupid)|sorry|oops|haha|lol|embarrass\w*)\b/u,
  asks: /[吗么呢呀][?？。！!\s]*$|请问|请教|怎么(?:办|查|弄|退|改|关|开|填|申|投|举|绑|取|还款|充|用|算|写|看|买|换|导|才能)|如何|多少|哪里|哪儿|哪个|几点|多久|能不能|可不可以|可以.{0,8}[吗么不]|需要什么|求|^(?:can|could|may|is there|are there|do i|do you (?:have|sell|know)|does|how (?:do|can|long|much|many)|what(?:'s| is| are| do| does)|where|which|when|who)\b|\b(?:could|would) (?:you|someone|anyone)\b|\bhow (?:do|can) i\b/u,
  fails:
    /失败|没(?:有)?(?:到|收到|来|发|人|送)|不(?:到|了|动|回|接|理|能用|出来)|打不开|[卡崩错坏漏晚慢]|掉线|等了|\b(?:not working|(?:doesn't|don't|didn't|won't) work|stopped|broken?|fail(?:s|ed)?|missing|missed|down|late|crash(?:es|ed)?|lost|errors?|expired|wrong|wait(?:ing|ed)?|gone|dead|empty|rejected|refused|declined|closed)\b/u,
  lack: /[还都也](?:没|不)|\b(?:still|yet)\b/u,
  why: /怎么|为什么|为啥|凭|\bwhy\b|\bhow come\b/u,
  always: /又|一直|每次|总是|老是|反复|\b(?:again|always|every time|keeps?|never|nothing|nobody)\b/u,
  exclaims: /[!！]/u,
  span: /(?:\d|[一二两三四五六七八九十几好多])(?:多)?(?:个)?(?:小时|天|周|星期|月|年|次|遍)|\b(?:hours|days|weeks|months|years|times)\b/u,
  press: /必须|给我|马上|赶紧|赶快|立刻|\b(?:now|immediately|asap|need to|have to|must)\b/u,
  refusal: /(?:没|不)(?:用|行|管|理|回|解决|处理)|\b(?:not|n't|no|doesn't|don't|isn't|can't|won't|didn't)\b/u,
  // One or two words in quotation marks are seldom meant as they stand: "within 24 hours", “马上”.
  quoted: /["“”「][\p{L}\p{N} ]{1,20}["“”」]/u,
  trailing: /\.{3}|…|。{2,}/u,
} as const satisfies Readonly<Record<string, RegExp>>;

export type Cue = keyof typeof CUES;
export const CUE_NAMES = Object.keys(CUES) as readonly Cue[];
