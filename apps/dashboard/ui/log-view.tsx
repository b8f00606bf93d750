'use client';

import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { formatClock } from './format/time.ts';
import classes from './log-view.module.css';

export type LogLine = { readonly seq: number; readonly at: string; readonly level: string; readonly line: string };

/** A log that follows its end until someone scrolls up, and follows again when they come back down. */
export function LogView({ lines, label }: { lines: readonly LogLine[]; label: string }) {
  const scroll = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => 21,
    overscan: 20,
  });
  const size = virtualizer.getTotalSize();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new line or a measured one moves the end
  useEffect(() => {
    if (following && scroll.current) scroll.current.scrollTop = scroll.current.scrollHeight;
  }, [following, lines.length, size]);

  function onScroll() {
    const element = scroll.current;
    if (element) setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < 24);
  }

  return (
    <div className={classes.frame}>
      <div
        ref={scroll}
        className={classes.scroll}
        onScroll={onScroll}
        role="log"
        aria-label={label}
        data-testid="run-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        <div className={classes.lines} style={{ height: size }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const line = lines[index];
            return line ? (
              <div
                key={line.seq}
                ref={virtualizer.measureElement}
                data-index={index}
                data-level={line.level}
                className={classes.line}
                style={{ transform: `translateY(${start}px)` }}
              >
                <span className={classes.time}>{formatClock(line.at)}</span>
                <span>{line.line}</span>
              </div>
            ) : null;
          })}
        </div>
      </div>
      {following ? null : (
        <Button
          className={classes.jump}
          size="compact-sm"
          variant="default"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => setFollowing(true)}
        >
          Follow
        </Button>
      )}
    </div>
  );
}
