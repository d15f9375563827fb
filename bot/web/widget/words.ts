/** Everything the widget says itself. What the bot says comes from the server. */

import type { Locale } from "../parts/locale.ts";
import type { QueueNotice } from "../wire-format.ts";
import type { Line } from "./direct-line.ts";

interface QuickAction {
  readonly label: string;
  readonly say: string;
}

export interface WidgetWords {
  readonly title: string;
  readonly line: Readonly<Record<Line, string>>;
  readonly withAgent: (name: string) => string;
  readonly person: string;
  readonly personSay: string;
  readonly close: string;
  readonly log: string;
  readonly quickLabel: string;
  readonly quick: readonly QuickAction[];
  readonly suggestedLabel: string;
  readonly compose: string;
  readonly composeHint: string;
  readonly send: string;
  readonly attach: string;
  readonly dropHere: string;
  readonly tooLong: (over: number) => string;
  readonly you: string;
  readonly bot: string;
  readonly agent: string;
  readonly sources: string;
  readonly typing: string;
  readonly sending: string;
  readonly waitsForLine: string;
  readonly uploading: (percent: number) => string;
  readonly failed: string;
  readonly retry: string;
  readonly discard: string;
  readonly refusals: Readonly<Record<string, string>>;
  readonly refused: string;
  readonly fileTooBig: string;
  readonly fileKind: string;
  readonly identityRefused: string;
  readonly caseTitle: string;
  readonly caseConnected: string;
  readonly code: string;
  readonly copy: string;
  readonly copied: string;
  readonly codeHint: string;
  readonly place: (position: number) => string;
  readonly range: (low: number, high: number, around: string) => string;
  readonly record: (percent: number) => string;
  readonly told: (clock: string) => string;
  /** Why the place or the wait is worse than before. */
  readonly because: Readonly<Record<NonNullable<QueueNotice["because"]>, string>>;
  readonly addScreenshot: string;
  readonly showCase: string;
  readonly hideCase: string;
  readonly unread: (count: number) => string;
  readonly file: string;
  readonly newMessages: string;
}

const zhCN: WidgetWords = {
  title: "客服",
  line: { connecting: "正在连接", online: "在线 · 智能客服", reconnecting: "连接断了，正在重连" },
  withAgent: (name) => `${name} 正在和您对话`,
  person: "转人工",
  personSay: "转人工",
  close: "关闭对话",
  log: "对话记录",
  quickLabel: "常用",
  quick: [
    { label: "查订单", say: "查订单" },
    { label: "没到账", say: "充值没到账" },
    { label: "查余额", say: "查余额" },
    { label: "转人工", say: "转人工" },
  ],
  suggestedLabel: "可以这样回答",
  compose: "消息",
  composeHint: "说说遇到了什么",
  send: "发送",
  attach: "添加截图或 PDF",
  dropHere: "松开即可发送文件",
  tooLong: (over) => `超出 ${over} 字；一条最多 4000 字，可以分两条发。`,
  you: "您",
  bot: "智能客服",
  agent: "专员",
  sources: "来源",
  typing: "正在输入",
  sending: "发送中",
  waitsForLine: "恢复连接后自动发出",
  uploading: (percent) => `上传中 ${percent}%`,
  failed: "没有发出去",
  retry: "重试",
  discard: "删除",
  refusals: {
    message_too_long: "这条超过 4000 字，请分两条发。",
    too_many_messages: "一下子发得太多，等回复后再发。",
    body_too_large: "文件超过 10 MB，请压缩后再发。",
    media_type_unsupported: "只收图片、PDF 和文本文件。",
  },
  refused: "这条发不出去。",
  fileTooBig: "文件超过 10 MB，请压缩后再发。",
  fileKind: "只收图片、PDF 和文本文件。",
  identityRefused: "登录已失效，现在以访客身份对话。重新登录后可以查订单和余额。",
  caseTitle: "已转人工，正在排队",
  caseConnected: "专员已接起",
  code: "个案码",
  copy: "复制",
  copied: "已复制",
  codeHint: "打电话时按它，不用再说一遍",
  place: (position) => (position <= 1 ? "下一位就是您" : `前面还有 ${position - 1} 位`),
  range: (low, high, around) => `约 ${low}–${high} 分钟（${around} 前后）`,
  record: (percent) => `这样的预计有 ${percent}% 说中`,
  told: (clock) => `${clock} 更新`,
  because: { others_first: "有更急的客户先接，您已等的时间照算", slower: "前面的通话比预计的久" },
  addScreenshot: "补充截图",
  showCase: "展开",
  hideCase: "收起",
  unread: (count) => `${count} 条新消息`,
  file: "文件",
  newMessages: "看最新消息",
};

const zhTW: WidgetWords = {
  title: "客服",
  line: { connecting: "正在連線", online: "線上 · 智慧客服", reconnecting: "連線中斷，正在重新連線" },
  withAgent: (name) => `${name} 正在與您對話`,
  person: "轉人工",
  personSay: "轉人工",
  close: "關閉對話",
  log: "對話紀錄",
  quickLabel: "常用",
  quick: [
    { label: "查訂單", say: "查訂單" },
    { label: "沒到帳", say: "儲值沒到帳" },
    { label: "查餘額", say: "查餘額" },
    { label: "轉人工", say: "轉人工" },
  ],
  suggestedLabel: "可以這樣回答",
  compose: "訊息",
  composeHint: "說說遇到了什麼",
  send: "傳送",
  attach: "加入截圖或 PDF",
  dropHere: "放開即可傳送檔案",
  tooLong: (over) => `超出 ${over} 字；一則最多 4000 字，可以分兩則傳。`,
  you: "您",
  bot: "智慧客服",
  agent: "專員",
  sources: "來源",
  typing: "正在輸入",
  sending: "傳送中",
  waitsForLine: "恢復連線後自動送出",
  uploading: (percent) => `上傳中 ${percent}%`,
  failed: "沒有送出",
  retry: "重試",
  discard: "刪除",
  refusals: {
    message_too_long: "這則超過 4000 字，請分兩則傳。",
    too_many_messages: "一下子傳得太多，等回覆後再傳。",
    body_too_large: "檔案超過 10 MB，請壓縮後再傳。",
    media_type_unsupported: "只收圖片、PDF 和文字檔。",
  },
  refused: "這則無法送出。",
  fileTooBig: "檔案超過 10 MB，請壓縮後再傳。",
  fileKind: "只收圖片、PDF 和文字檔。",
  identityRefused: "登入已失效，現在以訪客身分對話。重新登入後可以查訂單和餘額。",
  caseTitle: "已轉人工，正在排隊",
  caseConnected: "專員已接起",
  code: "個案碼",
  copy: "複製",
  copied: "已複製",
  codeHint: "打電話時按它，不用再說一遍",
  place: (position) => (position <= 1 ? "下一位就是您" : `前面還有 ${position - 1} 位`),
  range: (low, high, around) => `約 ${low}–${high} 分鐘（${around} 前後）`,
  record: (percent) => `這樣的預計有 ${percent}% 說中`,
  told: (clock) => `${clock} 更新`,
  because: { others_first: "有更急的客戶先接，您已等的時間照算", slower: "前面的通話比預計的久" },
  addScreenshot: "補充截圖",
  showCase: "展開",
  hideCase: "收合",
  unread: (count) => `${count} 則新訊息`,
  file: "檔案",
  newMessages: "看最新訊息",
};

const en: WidgetWords = {
  title: "Support",
  line: { connecting: "Connecting", online: "Online · support bot", reconnecting: "Connection lost, reconnecting" },
  withAgent: (name) => `You are talking with ${name}`,
  person: "Agent",
  personSay: "agent",
  close: "Close the chat",
  log: "Conversation",
  quickLabel: "Common questions",
  quick: [
    { label: "Order", say: "Check my order" },
    { label: "Not arrived", say: "My top-up hasn't arrived" },
    { label: "Balance", say: "Check my balance" },
    { label: "Agent", say: "agent" },
  ],
  suggestedLabel: "You could answer",
  compose: "Message",
  composeHint: "What happened?",
  send: "Send",
  attach: "Add a screenshot or PDF",
  dropHere: "Drop to send the file",
  tooLong: (over) => `${over} characters too many. One message takes 4,000; send it in two.`,
  you: "You",
  bot: "Support bot",
  agent: "Agent",
  sources: "Source",
  typing: "Typing",
  sending: "Sending",
  waitsForLine: "Goes out once reconnected",
  uploading: (percent) => `Uploading ${percent}%`,
  failed: "Not sent",
  retry: "Retry",
  discard: "Delete",
  refusals: {
    message_too_long: "This is over 4,000 characters. Please send it in two.",
    too_many_messages: "That was a lot at once. Please wait for the reply.",
    body_too_large: "The file is over 10 MB. Please make it smaller.",
    media_type_unsupported: "Only pictures, PDF and text files are taken.",
  },
  refused: "This can't be sent.",
  fileTooBig: "The file is over 10 MB. Please make it smaller.",
  fileKind: "Only pictures, PDF and text files are taken.",
  identityRefused: "Your sign-in has expired, so you are chatting as a guest. Sign in again to ask about orders and balance.",
  caseTitle: "Passed to an agent, in line",
  caseConnected: "An agent has your case",
  code: "Case code",
  copy: "Copy",
  copied: "Copied",
  codeHint: "key it in when you call",
  place: (position) => (position <= 1 ? "You are next" : `${position - 1} ahead of you`),
  range: (low, high, around) => `about ${low}–${high} min (around ${around})`,
  record: (percent) => `right ${percent}% of the time`,
  told: (clock) => `as of ${clock}`,
  because: {
    others_first: "Someone more urgent goes first; the time you have waited counts",
    slower: "The calls ahead are taking longer than expected",
  },
  addScreenshot: "Add screenshot",
  showCase: "Show",
  hideCase: "Hide",
  unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
  file: "File",
  newMessages: "Latest messages",
};

export const WORDS: Readonly<Record<Locale, WidgetWords>> = { "zh-CN": zhCN, "zh-TW": zhTW, en };
