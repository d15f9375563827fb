/** Words that say nothing about the matter of a question: who asks, politeness, grammar, times and counts in general. */

/** A Han question is cut at these; the longest that fits counts. */
export const HAN_STOPS: readonly string[] = [
  // asking
  ..."怎么样 怎么办 怎么弄 怎么搞 怎么回事 咋回事 怎么才能 怎么 怎样 咋样 咋弄 如何 什么 为什么 为何 为啥 干嘛 是不是 有没有 能不能 可不可以 行不行 好不好 会不会 要不要 哪个 哪些 哪里 哪儿 哪 啥 咋 谁 多少 几 吗 呢 么 嘛".split(
    " ",
  ),
  // politeness
  ..."请问 麻烦问下 麻烦 请教 问一下 问下 想问 谢谢 多谢 你好 您好 不好意思 打扰 帮我 帮忙 帮 教我 教一下 告诉 说一下 讲一下 给我 一下".split(
    " ",
  ),
  // persons and pointing
  ..."我们 你们 他们 您们 咱们 人家 别人 有人 对方 自己 大家 我妈 我爸 老公 老婆 朋友 这个 那个 这些 那些 这种 那种 这样 那样 这么 那么 这里 那里 这边 那边 这儿 那儿 你家 我 你 您 他 她 它 这 那".split(
    " ",
  ),
  // grammar
  ..."可以 能够 可能 应该 需要 想要 打算 准备好 知道 觉得 感觉 或者 还是 以及 因为 所以 但是 可是 不过 然后 接着 如果 要是 的话 虽然 就是 已经 一直 老是 总是 总说 突然 忽然 居然 竟然 到底 究竟 其实 好像 似乎 真的 非常 特别 比较 起来 出来 下来 过来 下去 上去 时候 之后 之前 以后 以前 之类 东西 事情 情况 问题 地方 办法 方式 一个 一种 一点 一些 一样 很多 好多 全部 全都 都 的 了 啊 吧 呀 哦 喔 嗯 哈 着 是 在 就 也 又 还 很 太 把 被 让 跟 和 与 及 或 而 但 若 则".split(
    " ",
  ),
  // time and number in general
  ..."今天 明天 昨天 昨晚 今晚 早上 中午 下午 晚上 刚刚 刚才 刚 现在 目前 最近 之间 半天 小时 分钟 周末 星期 礼拜 上午".split(" "),
];

/** Han characters that make words with others (用不了, 没到账) and say nothing alone. */
export const FAINT_HAN: ReadonlySet<string> = new Set(
  "一二两三四五六七八九十百千万块元次第天号年月日点地得过再才更最给从向对为以要想会能肯该说问讲叫做弄搞用没不别拿去来到有里上下后前中内外些个好多少大小几只种件张条回家人看".split(
    "",
  ),
);

export const LATIN_STOPS: ReadonlySet<string> = new Set(
  (
    "a an the is are was were be been being am i im ive ill id my me mine myself you youre your yours u ur we were our ours us it its they them their theirs he him his she her hers this that these those there here " +
    "of to in on at by for with from as into onto about around and or but if so than then too very just only also even ever any some all both each every other another such same more most much many few lot lots bit " +
    "can could do does did doing done dont doesnt didnt will would shall should may might must have has had having havent hasnt hadnt wont wouldnt cant cannot couldnt isnt arent wasnt werent " +
    "what whats which who whos whom whose when where wheres why how hows please pls plz kindly hi hello hey dear sir thanks thank thx sorry okay ok yes yeah no nope not never none nothing something anything everything someone somebody anyone anybody everyone " +
    "get gets got getting gotten give gives gave given giving go goes going gone went come comes came coming want wants wanted wanting wanna need needs needed gotta like let lets make makes made say says said saying tell tells told telling know knows think thinks thought really actually already still yet again now today tonight tomorrow yesterday later soon " +
    "up out off over down away back through while because since until till after before during between under within without per via first next last then well good right " +
    "use uses used using try tries tried trying put puts look looks looking see sees saw seen keep keeps kept take takes took taken taking seem seems happen happens happened " +
    "thing things way ways guy guys people person one two three day days time times bit s t re ve ll d m"
  ).split(" "),
);
