import {
  Badge,
  Button,
  Card,
  type CSSVariablesResolver,
  createTheme,
  type MantineColorsTuple,
  Modal,
  Table,
  Tabs,
} from '@mantine/core';

/** Petrol: the one accent. Green, amber and red are left to mean success, warning and failure. */
const petrol: MantineColorsTuple = [
  '#e7f6fb',
  '#d2ebf4',
  '#a6d8ea',
  '#75c4de',
  '#4cb2d2',
  '#2f9fc3',
  '#1689ae',
  '#0b7295',
  '#085d7b',
  '#064a63',
];

const dark: MantineColorsTuple = [
  '#dce4ea',
  '#b6c2cc',
  '#8d9ba7',
  '#687682',
  '#3a4753',
  '#2a3640',
  '#1a232b',
  '#11181e',
  '#0c1217',
  '#080d11',
];

const gray: MantineColorsTuple = [
  '#f7f9fa',
  '#eef2f4',
  '#e2e8ec',
  '#d2dbe1',
  '#b4c0c9',
  '#8f9da8',
  '#687783',
  '#4a5965',
  '#2e3b46',
  '#17222b',
];

const line = 'var(--mantine-color-default-border)';
const surface = 'light-dark(var(--mantine-color-white), var(--mantine-color-dark-6))';

export const theme = createTheme({
  colors: { petrol, dark, gray },
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  black: '#15202a',
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: "'Geist Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.75rem', lineHeight: '1.2' },
      h2: { fontSize: '1.25rem', lineHeight: '1.3' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    Badge: Badge.extend({
      defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 },
      styles: { root: { minWidth: 'max-content' } },
    }),
    Button: Button.extend({ defaultProps: { fw: 500 } }),
    Card: Card.extend({
      defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' },
      styles: { root: { '--paper-border-color': line } },
    }),
    Modal: Modal.extend({
      styles: {
        title: { fontWeight: 600 },
        content: { backgroundColor: surface },
        header: { backgroundColor: surface },
      },
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.35, blur: 2 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Table: Table.extend({
      defaultProps: { verticalSpacing: 'sm', highlightOnHover: true, borderColor: line },
      styles: { th: { fontWeight: 500, color: 'var(--mantine-color-dimmed)' } },
    }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
  },
});

/** Quieter lines than Mantine's own, and a page a shade off its cards. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fafbfc',
    '--mantine-color-default-border': '#dfe6ea',
    '--mantine-color-petrol-light': '#e4f2f8',
  },
  dark: {
    '--mantine-color-body': '#11181e',
    '--mantine-color-default-border': '#2c3843',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-gray-light': '#26313b',
    '--mantine-color-gray-light-color': '#b6c2cc',
    '--mantine-color-petrol-light': '#12323f',
    '--mantine-color-petrol-light-color': '#8ccfe5',
    '--mantine-color-petrol-outline': '#4cb2d2',
  },
});
