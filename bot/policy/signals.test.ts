import { describe, expect, it } from "vitest";
import { loadPolicy } from "./load-policy.ts";

const policy = loadPolicy("bot/policy");

/** What makes a signal true, and what sounds like it and must not. As customers type it. */
const PHRASES: Readonly<Record<string, { readonly yes: string; readonly no: string }>> = {
  money_leaving: {
    yes: `
      我的号被盗了,余额正在被转走 | 钱正在被转走快点 | 有人正在转走我的余额 | 有人在刷我的余额 | 有人一直在花我的钱 | 我的钱在一笔一笔被转走
      余额一直在减少 | 余额在不停地往下掉 | 卡密正在被提走 | 钱还在被划走 | 我账户的钱正在往外转 | 别人在用我的余额买东西
      盗号的还在刷我的卡密 | 账户里的钱在自己往外转 | 餘額正在被轉走 | 又被转走了一笔 | 眼看着余额越来越少 | 对方正在提现我的钱
      现在还在往外转钱 | 正被人盗刷 | 快冻结 有人在转我的钱 | 钱 正 在 被 转 走
      someone is moving my balance out right now | money is leaving my account | they are transferring my money out
      my balance is being drained | somebody keeps withdrawing from my account | someone is spending my balance right now
      my money is disappearing as we speak | the hacker is using my balance right now | my balance keeps dropping | they're draining my wallet
      someone’s buying stuff with my balance | my keys are being taken | funds are being moved out | he's cashing out my balance
      someone is stealing my money right now | SOMEONE IS TRANSFERRING MY MONEY | my wallet is being emptied
      我的钱包正在被清空 | 有人拿我余额在买点卡 | 正在被盗刷怎么办 | they keep taking money from my account`,
    no: `
      我的钱正在转账中怎么还没到 | 充值的钱正在处理 | 怎么把余额转出到银行卡 | 余额能提出来吗 | 提现正在处理 | 我昨天转走了200到支付宝
      我在用余额买东西付款失败 | 我正在转账给你们 | 订单正在处理还没到 | 退款一直在处理 | 我想把钱转出去 | 正在刷脸认证 | 我一直在刷新页面
      余额一直没变 | 钱还在路上吗 | 正在提卡 | 一直在转圈 | 有人在吗 | 我在转账的时候卡住了 | 正在转人工吗 | 余额被扣了怎么回事
      is my withdrawal being processed | where is my money | I'm moving my balance to my bank card, how | is there a fee for transferring out
      money is not in my account | I keep withdrawing but it fails | are you transferring me to an agent | the bot is transferring me to an agent
      I am spending too much on this game | he is moving to another server | my balance is going to be used for a game
      is my money being transferred to my bank now | the key is being delivered | someone is typing | can my friend use my balance | the money is being refunded
      卡密正在发货吗 | 余额减少了多少 | 我在用微信付钱 | are they using my money to pay the game company?`,
  },
  calls_us_cheats: {
    yes: `
      你们这帮骗子 | 你们就是骗子 | 你们平台就是骗钱的 | 骗子平台 | 什么黑心公司啊黑心平台 | 一群骗子 | 你們這幫騙子 | 这个网站是骗子吧 | 你们这些骗子还我钱
      你们都是骗子 | 你们真是一帮骗子 | 这破网站就是骗人的 | 贵司就是诈骗 | 你们一窝骗子 | 你们这群强盗 | 平台就是坑人 | 你们是一家黑店 | 一帮骗子
      诈骗平台 | 骗子公司 | 黑心商家 | 骗子客服 | 这家是骗子 | 这平台骗钱 | 你 们 是 骗 子 | 你们全是骗子
      you are all scammers | you're a bunch of thieves | this site is a scam | your company are crooks | bunch of liars | scammers, give it back
      YOU ARE SCAMMERS | you guys? pack of thieves | it's a scam | this platform is a fraud | your site is a rip-off | thieves | you are liars
      this company is nothing but a scam | you're crooks | lot of cheats | this shop is a scam | you’re all frauds`,
    no: `
      有人冒充你们客服骗我 | 骗子加我微信说是你们客服 | 我被骗子骗了500 | 那个人是不是骗子 | 他说他是你们的人，结果是骗子 | 遇到骗子了
      假客服骗我验证码 | 我妈被骗了 | 这个号码是骗子吗 | 对方是骗子 | 骗子用的是400开头的号 | 卖家是骗子 | 网上说有骗子 | 怎么防骗
      你们怎么防骗子 | 举报骗子 | 他骗我说退款 | 把钱转给骗子了 | 我差点被骗 | 怎么识别假客服 | 充值没到账 | 你们客服电话多少 | 骗子拉黑我了
      a scammer called me | someone pretending to be you cheated me | I was scammed by a fake agent | is this number a scam | the seller is a fraud
      he said he works for you and took my money | how do I spot a scammer | got a scam text | I gave a scammer my code | report a fake agent
      my money hasn't arrived | is this link a scam | some thief has my account | they lied about the price | a fraudster has my key
      can I trust this number | the caller was a crook | I fear a scam | is the sms from you`,
  },
  loss_happened: {
    yes: `
      我把卡密发给那个假客服了 | 验证码已经告诉他了 | 我给了他验证码 | 把验证码念给对方了 | 验证码我给了 | 他让我给验证码我就给了 | 已经转了3000
      转给他500块了 | 被骗了2000块 | 骗了我一千多 | 钱已经打过去了 | 我付了定金 | 交了押金三百 | 扫码付了钱 | 被骗走两张卡密 | 我把密码告诉客服了
      刚给骗子打了五百 | 损失了800 | 他让我转了3000 | 他把我的卡密骗走了 | 钱被骗了 | 我点了链接输了银行卡密码 | 我信了他，转了两笔 | 騙了我三千塊
      已经把钱给他了 | 卡号和密码都发过去了 | 收了钱就拉黑我 | 已经转账了才发现是假的 | 他让我报验证码，我报了
      he took my money and blocked me | I paid, no reply since | got tricked into reading out a gift card code | my savings are gone
      I gave them my code | told him my password | I sent the gift card pin | paid them 200 dollars | I transferred 3000 yuan
      scammed me out of $50 | lost 500 to a scammer | I already paid | I shared the otp with them | I read out the verification code
      I entered my card details on their page | wired him the money | I fell for it and sent the cash | they took 100 from me
      I’ve given them the key | I got scammed, I gave my card code to a fake support agent`,
    no: `
      有人冒充你们客服加我 | 让我给验证码我没给 | 他要我转钱我没转 | 他问我要卡密 | 说要我付500押金 | 幸好没给验证码 | 没被骗 | 差点转了钱
      我没有告诉他密码 | 收到一条短信说中奖 | 有个假网站 | 要我把卡密发给他 | 叫我转账500 | 是不是骗子 | 对方让我扫码付款 | 还没付钱 | 我没上当
      骗子让我把验证码发给他 | 没转账 | 要不要给他验证码 | 能不能把卡密发给客服 | 差一点就把密码说了 | 说付了500才能解冻 | 怕被骗钱 | 我已经报警了
      如果转了钱怎么办 | 已经打了110
      someone pretending to be you asked for my code | he wants me to send the card key | I didn't give them anything | I did not send the code
      they asked me to pay 500 | is this a scam | I almost sent the money | should I give them my code | I never paid | I haven't paid anything
      told me to transfer 3000 | they want my password | nearly paid 200 | he sent me a code | they sent a code to my phone | luckily I gave him nothing
      he told me his key was fake`,
  },
  charged_wrongly: {
    yes: `
      扣了两次款 | 同一笔扣了我两次款 | 重复扣款 | 多扣了一笔 | 扣了双份钱 | 付了两遍 | 一个订单扣了2次 | 刷了两笔 | 支付宝扣了钱但是没有订单
      钱扣了订单没有 | 扣款成功但查不到订单 | 没有订单却扣了钱 | 没下单就扣了我50 | 莫名其妙扣了我30 | 扣了三次 | 被扣了兩次 | 多收了我一次钱
      一笔订单付款两次 | 钱被多扣了 | 多付了一次 | 银行卡被扣了两笔一样的 | 无缘无故扣了我钱 | 没买过却被扣款 | 下单失败但是钱扣了
      扣钱了订单里什么都没有 | 同一单付了两次钱 | 扣了钱连个订单都没有 | 账单上有一笔68块我根本没买
      there's a charge from you I never made | deducted but order missing | I don't get this unknown charge
      I was charged twice | my card was charged two times | there's a double charge | you billed me twice | I was debited twice | duplicate payment
      two charges for one order | I paid twice by mistake | charged but there's no order | money was taken but I have no order
      I got charged without ordering | charged for something I didn't buy | you took the money twice | deducted two times | I see the same payment twice
      charged me again for the same order | my card was charged and I can't find any order | paid but no order was created`,
    no: `
      付不了款 | 支付失败 | 为什么要扣手续费 | 我充了两次都到了 | 一天能充几次 | 扣款失败 | 付款付了两分钟还没好 | 买了两份 | 双倍积分怎么领
      支付了还没到账 | 钱付了订单还在处理 | 我下了两笔订单 | 扣款顺序是什么 | 付款页面打不开 | 订单号在哪 | 没有扣款 | 没扣钱 | 刷新会不会重复扣款
      怕重复扣款 | 支持多种付款方式吗 | 试了两次都扣款失败 | 不要重复扣我钱 | 会扣两次钱吗 | 每月扣两次吗 | 下两单要付两次运费吗
      how are payments charged | what fees are charged | is it charged in USD | can I pay twice a month | payment declined
      I tried to pay two times and it failed | will I be charged twice if I refresh | I don't want to be charged twice | I was not charged twice
      I paid and the order is processing | is there a double xp event | why was I charged a fee | charged me a 2% fee without telling me
      I paid once but it is not delivered | charge my phone with 50 | does it charge again next month`,
  },
  many_contacts: {
    yes: `
      我都找你们第三次了 | 这是第四次联系你们了 | 问了你们好几遍了 | 找过你们三次了 | 我已经打了五次电话 | 催了好多次 | 说了多少遍了 | 问了无数次
      反馈过很多次了 | 我已经第5次问了 | 联系你们四五次了 | 找了客服七八回 | 打了十几个电话 | 投诉三次了 | 跟你们说过N遍了 | 第n次反映 | 問了三次了
      都问八百遍了 | 这个问题我第三次来问 | 找你们好几次都没人管 | 我反映了六次
      this is the third time I contact you | I contacted you three times | called five times already | I've asked you so many times
      fourth time asking | messaged support several times | how many times do I have to tell you | I keep contacting you | I've written to you 4 times
      asking for the 3rd time | umpteenth time I ask | I told you a hundred times | been in touch three times | I have called you guys six times
      third message about this | this is my third time contacting support | asked three times already | 已经是第五次来找你们了 | 催了四次还没动静 | 联系客服三次了`,
    no: `
      我第三次充值了 | 第一次来 | 充了三次都到了 | 登录试了好几次 | 试了三次验证码都不对 | 第二次买 | 刷新了很多次 | 这个游戏第三次活动 | 扣了三次
      一天可以提现几次 | 输错密码五次被锁 | 打了三次游戏 | 第三次输错密码 | 充了好几次了 | 朋友找我借了三次 | 骗子打了三次电话 | 多少次可以退款 | 第三方支付
      领了三次券 | 问一下充几次有优惠 | 找了三次都找不到订单入口
      third time buying here | I tried three times to log in | logged in 5 times | my third order | entered the code 4 times
      a scammer called me three times | how many times can I withdraw | first time here | charged three times | I've topped up many times
      third-party payment | second time contacting you | they called me several times | I asked once | paid for the third time this month | I bought from you many times
      你们发了三次短信 | 问三个问题 | 下了三次单 | 三倍价格`,
  },
  did_not_help: {
    yes: `
      没用 | 还是不行 | 不管用 | 没解决 | 试过了还是不行 | 答非所问 | 不是这个问题 | 你说的没用 | 按你说的做了还是不行 | 解决不了我的问题 | 这个没帮到我
      说了等于没说 | 都试了 不好使 | 没有用 | 没效果 | 我问的不是这个 | 这不是我要的 | 问题还在 | 还是一样 | 还是老样子 | 依然不行 | 仍然打不开 | 没啥用
      沒用 | 還是不行 | 试过了，还是没收到 | 没用啊 | 一点用都没有 | 完全没用
      that did not help | didn't help | it doesn't work | still not working | still doesn't work | it didn't work | not solved
      that's not what I asked | tried that already | no help at all | useless answer | not helpful | already tried that
      that doesn't answer my question | still the same problem | nope still broken | same error again | no luck | that's not my question
      I did that already | that wasn't helpful | That didn’t help | Tried that, still not there`,
    no: `
      没用过支付宝怎么充 | 没用完的余额能退吗 | 优惠券没用能退吗 | 卡密没用过 | 有用谢谢 | 解决了 | 已经解决 | 好了可以了 | 怎么解决 | 这个能解决吗
      不行的话怎么退款 | 还是支付宝方便 | 不是这个订单是另一个 | 不对，是500不是300 | 试过微信支付吗 | 没试过 | 密码不对还是账号不对 | 新卡还没用 | 问题解决了谢谢
      还是用微信付吧 | 我试过了可以 | 激活码没用掉怎么办
      how does it work | does it work on ps5 | it worked thanks | that helped | I still have 20 left, can I use it | do I still need to verify
      I still want to buy | no, thanks | I need help | can you help me | no help needed | I don't need help | I haven't tried that yet
      solved, thanks | no problem | I did not answer the phone | is there still a discount | still waiting for the code, one moment`,
  },
};

const list = (text: string): string[] => text.split(/[|\n]/u).flatMap((phrase) => phrase.trim() || []);

describe.each(Object.entries(PHRASES))("signal %s", (name, { yes, no }) => {
  it("hears it", () => {
    const phrases = list(yes);
    expect(phrases.length).toBeGreaterThanOrEqual(40);
    expect(phrases.filter((phrase) => !policy.signal(name, phrase))).toEqual([]);
  });
  it("does not hear it in what only sounds like it", () => {
    const phrases = list(no);
    expect(phrases.length).toBeGreaterThanOrEqual(40);
    expect(phrases.filter((phrase) => policy.signal(name, phrase))).toEqual([]);
  });
});

it("knows every signal of the file, and none other is ever true", () => {
  expect([...policy.signals].sort()).toEqual(Object.keys(PHRASES).sort());
  expect(policy.signal("no_such_signal", "钱正在被转走")).toBe(false);
});

it("answers in time however the text is made", () => {
  const texts = [
    "转了".repeat(2000),
    "没".repeat(4000),
    "i gave ".repeat(600),
    `${"让我".repeat(1999)}转了3000`,
    "charged but no ".repeat(270),
    " ".repeat(4000),
    "a".repeat(100_000),
  ];
  const began = performance.now();
  for (const name of policy.signals) for (const text of texts) policy.signal(name, text);
  expect(performance.now() - began).toBeLessThan(1500);
});
