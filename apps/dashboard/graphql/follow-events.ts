/**
 * Follows a numbered stream of events across broken connections: every attempt asks for what comes after the last
 * event that arrived, so nothing is missed and nothing comes twice. Returns the function that stops it.
 */
export function followEvents<Event>(options: FollowOptions<Event>): () => void {
  const { open, seqOf, onEvent, onState, random = Math.random } = options;
  let last = options.afterSeq;
  let failures = 0;
  let stopped = false;
  let close = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;

  function attempt() {
    let over = false;
    onState(failures === 0 ? 'connecting' : 'reconnecting');
    close = open(last, {
      opened() {
        if (over || stopped) return;
        failures = 0;
        onState('live');
      },
      next(event) {
        if (over || stopped || seqOf(event) <= last) return;
        last = seqOf(event);
        failures = 0;
        onState('live');
        onEvent(event);
      },
      ended() {
        if (over || stopped) return;
        over = true;
        failures += 1;
        onState('reconnecting');
        timer = setTimeout(attempt, reconnectDelayMs(failures, random()));
      },
    });
  }

  attempt();
  return () => {
    stopped = true;
    clearTimeout(timer);
    close();
  };
}

export type FollowState = 'connecting' | 'live' | 'reconnecting';

export type EventSink<Event> = {
  opened(): void;
  next(event: Event): void;
  ended(): void;
};

export type FollowOptions<Event> = {
  readonly afterSeq: number;
  /** Asks for the events after `seq`; returns the function that hangs up. */
  readonly open: (seq: number, sink: EventSink<Event>) => () => void;
  readonly seqOf: (event: Event) => number;
  readonly onEvent: (event: Event) => void;
  readonly onState: (state: FollowState) => void;
  readonly random?: () => number;
};

/** Doubles from half a second to fifteen, spread over its upper half so that a restart is not met by all at once. */
export function reconnectDelayMs(failures: number, random: number): number {
  const ceiling = Math.min(15_000, 500 * 2 ** (failures - 1));
  return ceiling * (0.5 + random / 2);
}
