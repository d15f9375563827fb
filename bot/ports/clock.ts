/** Time comes in by this port, so that a turn, a deadline or a whole evening can be replayed. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
}
