/** The agent in the customer's conversation: takes it over, writes in it, hands it back. */
import { newId } from "../parts/browser.ts";
import type { DeskApi } from "./api.ts";
import type { CaseReader } from "./case-reader.ts";
import { again } from "./doing.ts";

type Act = (work: () => Promise<void>) => Promise<void>;

export class ChatHand {
  readonly #api: DeskApi;
  readonly #act: Act;
  readonly #shown: () => CaseReader | undefined;

  /** @param act does what the agent pressed, one thing at a time; `shown` is the case before him */
  constructor(api: DeskApi, act: Act, shown: () => CaseReader | undefined) {
    this.#api = api;
    this.#act = act;
    this.#shown = shown;
  }

  takeOver(): Promise<void> {
    return this.#change((id) => this.#api.takeOver(id));
  }

  handBack(): Promise<void> {
    return this.#change((id) => this.#api.handBack(id));
  }

  /** @returns whether it was sent: what was not stays in the box */
  async speak(words: string): Promise<boolean> {
    let isSent = false;
    await this.#act(async () => {
      const reader = this.#shown();
      const conversationId = reader?.case.conversationId;
      if (!reader || conversationId === undefined) return;
      const key = newId();
      await again(() => this.#api.speak(conversationId, words, key));
      isSent = true;
      await reader.reread();
    });
    return isSent;
  }

  #change(work: (conversationId: string) => ReturnType<DeskApi["takeOver"]>): Promise<void> {
    return this.#act(async () => {
      const reader = this.#shown();
      const conversationId = reader?.case.conversationId;
      if (!reader || conversationId === undefined) return;
      reader.handling = await again(() => work(conversationId));
      await reader.reread();
    });
  }
}
