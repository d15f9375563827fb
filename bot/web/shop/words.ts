import type { ShopLanguage } from "./products.ts";

interface CustomerWords {
  /** What there is to find out in this customer's account. */
  readonly story: string;
  readonly tries: readonly string[];
}

export interface ShopWords {
  readonly pageTitle: string;
  readonly name: string;
  readonly notice: string;
  readonly language: string;
  readonly headline: readonly [string, string];
  readonly lead: string;
  readonly openChat: string;
  readonly signInTitle: string;
  readonly signInHint: string;
  readonly signInFailed: string;
  readonly customersFailed: string;
  readonly retry: string;
  readonly signIn: (name: string) => string;
  readonly signedIn: string;
  readonly signOut: string;
  readonly guest: string;
  readonly tiers: Readonly<Record<string, string>>;
  readonly tryTitle: string;
  readonly tryHint: string;
  readonly guestTries: readonly string[];
  readonly customers: Readonly<Record<string, CustomerWords>>;
  readonly accountTitle: (name: string) => string;
  readonly accountHint: string;
  readonly account: readonly { readonly label: string; readonly ask: string }[];
  readonly askBot: string;
  readonly shelves: string;
  readonly ask: (what: string) => string;
  readonly deskTitle: string;
  readonly deskHint: string;
  readonly deskLink: string;
  readonly foot: string;
}

const zh: ShopWords = {
  pageTitle: "接通 · 演示商城",
  name: "演示商城",
  notice: "演示商城 · 不销售任何商品",
  language: "语言",
  headline: ["商品是假的，", "客服是真的。"],
  lead: "选一位演示客户登录，然后去问客服：查余额、查订单、催一笔没到账的充值，或者直接要人工。答得了的马上答，答不了的排进电话队列，坐席接起时已经知道来龙去脉。",
  openChat: "打开客服",
  signInTitle: "以谁的身份试用",
  signInHint: "演示客户，不需要密码。",
  signInFailed: "登录没有成功，服务器没有应答。再点一次试试。",
  customersFailed: "演示客户的名单没有读到。",
  retry: "再试一次",
  signIn: (name) => `以 ${name} 登录`,
  signedIn: "已登录",
  signOut: "退出登录",
  guest: "访客",
  tiers: { standard: "普通客户", vip: "VIP 客户" },
  tryTitle: "可以这样问",
  tryHint: "点一句，就会在客服窗口里发出去。",
  guestTries: ["怎么用支付宝充值", "查余额", "400-000-1243 是你们的电话吗", "充值一般多久到账", "转人工"],
  customers: {
    u1001: {
      story: "有一笔 3 小时前付款、到现在还没到账的点券",
      tries: [
        "我的余额是多少",
        "我三个小时前充的点券还没到账",
        "话费刚充，怎么还没到",
        "我的号被盗了，余额正在被转走",
        "查余额，顺便问一下提现多久到账",
        "再不处理我就打12315",
      ],
    },
    u1002: {
      story: "英文，VIP；同一笔软件授权被扣了两次款",
      tries: ["What's my balance?", "My card was charged twice for the licence", "Where is my licence key?", "Can I talk to a human"],
    },
    u1003: {
      story: "新账户，没有订单，还没有实名认证",
      tries: ["我的余额是多少", "怎么实名认证", "新用户有优惠吗", "转人工"],
    },
    u1004: {
      story: "付了 8,000 元买游戏道具，两天了卖家还没交货",
      tries: ["卖家收了我8000块不发货", "我的余额是多少", "交易纠纷怎么处理", "转人工"],
    },
  },
  accountTitle: (name) => `${name} 的账户`,
  accountHint: "这一页不显示任何数字。数字由客服从平台查出来。",
  account: [
    { label: "钱包余额", ask: "我的余额是多少" },
    { label: "最近订单", ask: "查一下我的订单" },
    { label: "提现进度", ask: "我的提现到哪一步了" },
  ],
  askBot: "问客服",
  shelves: "货架",
  ask: (what) => `问问${what}`,
  deskTitle: "从另一头看",
  deskHint: "客户转人工之后，个案会出现在坐席台的队列里。另开一个窗口，登录坐席台接下一位。",
  deskLink: "打开坐席台",
  foot: "这里的商品、价格和客户都是演示数据，不构成要约，也不会产生任何付款。",
};

const en: ShopWords = {
  pageTitle: "Jietong · demo shop",
  name: "Demo shop",
  notice: "Demo shop · nothing is for sale",
  language: "Language",
  headline: ["The goods are made up.", "The support desk is real."],
  lead: "Sign in as one of the demo customers and ask support: check a balance, find an order, chase a top-up that hasn't arrived, or ask for a person. What the bot can answer it answers; the rest joins the phone queue, and whoever picks up already knows the story.",
  openChat: "Open support",
  signInTitle: "Try it as",
  signInHint: "Demo customers, no password.",
  signInFailed: "Sign-in didn't work: the server did not answer. Press again.",
  customersFailed: "The list of demo customers could not be read.",
  retry: "Try again",
  signIn: (name) => `Sign in as ${name}`,
  signedIn: "Signed in",
  signOut: "Sign out",
  guest: "Guest",
  tiers: { standard: "Standard", vip: "VIP" },
  tryTitle: "Things to ask",
  tryHint: "Press a line and it is sent in the support chat.",
  guestTries: [
    "How do I top up with Alipay?",
    "Check my balance",
    "Is 400-000-1243 your number?",
    "How long does a top-up take?",
    "I want to talk to a person",
  ],
  customers: {
    u1001: {
      story: "paid for game points 3 hours ago; they still haven't arrived",
      tries: [
        "What's my balance?",
        "I bought game points three hours ago and they haven't arrived",
        "My phone credit hasn't arrived yet",
        "My account was hacked and the balance is being moved",
        "Check my balance, and how long does a withdrawal take?",
        "Fix this or I'm filing a complaint with the regulator",
      ],
    },
    u1002: {
      story: "English, VIP; charged twice for one software licence",
      tries: ["What's my balance?", "My card was charged twice for the licence", "Where is my licence key?", "Can I talk to a human"],
    },
    u1003: {
      story: "new account, no orders, identity not verified",
      tries: ["What's my balance?", "How do I verify my identity?", "Any discounts for new users?", "I want to talk to a person"],
    },
    u1004: {
      story: "paid ¥8,000 for a game item two days ago; the seller hasn't delivered",
      tries: [
        "The seller took my 8000 yuan and won't deliver",
        "What's my balance?",
        "How are trade disputes handled?",
        "I want to talk to a person",
      ],
    },
  },
  accountTitle: (name) => `${name}'s account`,
  accountHint: "This page shows no figures. The bot looks them up on the platform.",
  account: [
    { label: "Wallet balance", ask: "What's my balance?" },
    { label: "Recent orders", ask: "Show my orders" },
    { label: "Withdrawals", ask: "Where is my withdrawal?" },
  ],
  askBot: "Ask support",
  shelves: "Shelves",
  ask: (what) => `Ask about ${what.toLowerCase()}`,
  deskTitle: "From the other side",
  deskHint:
    "Once a customer is passed to a person, the case is in the agents' queue. Open the desk in another window and claim the next one.",
  deskLink: "Open the agent desk",
  foot: "Goods, prices and customers here are demo data. Nothing is offered and no payment is made.",
};

export const WORDS: Readonly<Record<ShopLanguage, ShopWords>> = { zh, en };
