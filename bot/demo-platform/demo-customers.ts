/** Who the demo's customers are. The shop page offers them as sign-in buttons; their identity is signed on the server, never here. */

export interface DemoCustomer {
  readonly id: string;
  readonly name: string;
  readonly locale: "zh-CN" | "en";
  readonly tier: "standard" | "vip";
  /** E.164; from ranges that are not assigned to subscribers. */
  readonly phone?: string;
  readonly verified: boolean;
}

export const DEMO_CUSTOMERS: readonly DemoCustomer[] = [
  { id: "u1001", name: "林晓", locale: "zh-CN", tier: "standard", phone: "+8613800001001", verified: true },
  { id: "u1002", name: "Alex Tan", locale: "en", tier: "vip", phone: "+6580001002", verified: true },
  { id: "u1003", name: "周雨", locale: "zh-CN", tier: "standard", verified: false },
  { id: "u1004", name: "陈伟", locale: "zh-CN", tier: "standard", verified: true },
];
