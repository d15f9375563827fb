/** The shelves of the demo shop. Generic goods, no brands; delivery times as the default policy has them. */

export type ShopLanguage = "zh" | "en";
type Said = Readonly<Record<ShopLanguage, string>>;

export interface Product {
  /** The large figure on the card. */
  readonly size: Said;
  readonly unit: Said;
  readonly price: string;
}

export interface Shelf {
  readonly id: string;
  readonly title: Said;
  readonly delivery: Said;
  /** Opens in the chat's message field, ready to send. */
  readonly question: Said;
  readonly products: readonly Product[];
}

const same = (text: string): Said => ({ zh: text, en: text });

export const SHELVES: readonly Shelf[] = [
  {
    id: "points",
    title: { zh: "游戏点券", en: "Game points" },
    delivery: { zh: "直充 · 5–30 分钟", en: "Direct top-up · 5–30 min" },
    question: { zh: "游戏点券怎么充值？", en: "How do I top up game points?" },
    products: [
      { size: same("60"), unit: { zh: "点", en: "points" }, price: "¥6.00" },
      { size: same("300"), unit: { zh: "点", en: "points" }, price: "¥30.00" },
      { size: same("980"), unit: { zh: "点", en: "points" }, price: "¥98.00" },
      { size: same("5000"), unit: { zh: "点", en: "points" }, price: "¥500.00" },
    ],
  },
  {
    id: "phone",
    title: { zh: "话费", en: "Phone credit" },
    delivery: { zh: "直充 · 5–30 分钟", en: "Direct top-up · 5–30 min" },
    question: { zh: "话费一般多久到账？", en: "How long does phone credit take?" },
    products: [
      { size: same("30"), unit: { zh: "元", en: "yuan" }, price: "¥30.00" },
      { size: same("50"), unit: { zh: "元", en: "yuan" }, price: "¥50.00" },
      { size: same("100"), unit: { zh: "元", en: "yuan" }, price: "¥100.00" },
      { size: same("200"), unit: { zh: "元", en: "yuan" }, price: "¥200.00" },
    ],
  },
  {
    id: "memberships",
    title: { zh: "会员", en: "Memberships" },
    delivery: { zh: "直充 · 5–30 分钟", en: "Direct top-up · 5–30 min" },
    question: { zh: "视频会员怎么取消自动续费？", en: "How do I cancel a membership's auto-renewal?" },
    products: [
      { size: { zh: "月卡", en: "Month" }, unit: { zh: "视频会员", en: "video" }, price: "¥25.00" },
      { size: { zh: "季卡", en: "Quarter" }, unit: { zh: "视频会员", en: "video" }, price: "¥68.00" },
      { size: { zh: "年卡", en: "Year" }, unit: { zh: "视频会员", en: "video" }, price: "¥238.00" },
      { size: { zh: "月卡", en: "Month" }, unit: { zh: "音乐会员", en: "music" }, price: "¥15.00" },
    ],
  },
  {
    id: "licences",
    title: { zh: "软件授权", en: "Software licences" },
    delivery: { zh: "卡密 · 付款后即发", en: "Card key · at once" },
    question: { zh: "软件授权可以换电脑吗？", en: "Can I move a software licence to another computer?" },
    products: [
      { size: { zh: "1 年", en: "1 year" }, unit: { zh: "笔记软件", en: "note-taking" }, price: "¥128.00" },
      { size: { zh: "1 年", en: "1 year" }, unit: { zh: "绘图软件", en: "drawing" }, price: "¥368.00" },
      { size: { zh: "3 台", en: "3 seats" }, unit: { zh: "安全软件 · 1 年", en: "security, 1 year" }, price: "¥199.00" },
      { size: { zh: "永久", en: "For life" }, unit: { zh: "办公软件", en: "office" }, price: "¥699.00" },
    ],
  },
];
