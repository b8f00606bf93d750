import '@fontsource-variable/geist/wght.css';
import '@fontsource-variable/geist-mono/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { ColorSchemeScript, mantineHtmlProps } from '@mantine/core';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Mantine } from '#dashboard/ui/mantine.tsx';

export const metadata: Metadata = {
  title: { default: 'Zeropoint', template: '%s · Zeropoint' },
  description: 'Post-training quantization for teams.',
};

/** Reading the nonce makes every page dynamic: a page from a cache would carry someone else's. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" {...mantineHtmlProps}>
      <head>
        <ColorSchemeScript defaultColorScheme="auto" nonce={nonce} />
      </head>
      <body>
        <Mantine>{children}</Mantine>
      </body>
    </html>
  );
}
