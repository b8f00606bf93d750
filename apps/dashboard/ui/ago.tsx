'use client';

import { Text, type TextProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { formatAgo } from './format/time.ts';

/** A moment as people say it, with the exact time on hover; kept up to date. */
export function Ago({ date, ...text }: { date: string } & TextProps) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Text component="time" dateTime={date} title={new Date(date).toLocaleString()} inherit {...text}>
      {formatAgo(date, now)}
    </Text>
  );
}
