/**
 * Stops asking a model that does not answer.
 *
 *   closed ──(failures in a row)──▶ open ──(pause over)──▶ one try ──answered──▶ closed
 *                                     ▲───────────failed──────┘
 */

const MOST_FAILURES = 4;
const PAUSE_MS = 30_000;

export interface Breaker {
  /** Whether a call may be made now; who is told yes calls, and says how it went. */
  mayCall(now: number): boolean;
  /** @returns true when this failure opened it */
  failed(now: number): boolean;
  answered(): void;
}

export function createBreaker(mostFailures = MOST_FAILURES, pauseMs = PAUSE_MS): Breaker {
  let failures = 0;
  let openUntil = Number.NEGATIVE_INFINITY;
  return {
    mayCall: (now) => {
      if (failures < mostFailures) return true;
      // A clock that was put back must not keep it open for longer than the pause.
      if (now < openUntil && openUntil - now <= pauseMs) return false;
      // One try; the others wait for how it goes.
      openUntil = now + pauseMs;
      return true;
    },
    failed: (now) => {
      failures += 1;
      if (failures < mostFailures) return false;
      openUntil = now + pauseMs;
      return failures === mostFailures;
    },
    answered: () => {
      failures = 0;
    },
  };
}
