import { Button, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const cham: MantineColorsTuple = [
  '#eef6f6', '#dbebeb', '#b7d7d8', '#8cbfc1', '#5da1a5',
  '#3f868b', '#2b7079', '#1f5b62', '#174a51', '#0f383e',
];
const son: MantineColorsTuple = [
  '#fdf0ee', '#fadbd7', '#f3b3ac', '#eb877d', '#e15f53',
  '#d5443a', '#c9362d', '#b3201a', '#951712', '#74100c',
];
const paper: MantineColorsTuple = [
  '#f9f9f5', '#f1f1ec', '#e1e2da', '#d3d5cb', '#c6c9bf',
  '#9da39a', '#747d78', '#56605f', '#3a4547', '#1b2426',
];
const night: MantineColorsTuple = [
  '#e6ebe9', '#b9c4c4', '#97a5a6', '#6d7c80', '#3f4c50',
  '#2b3538', '#1e2629', '#1a2123', '#14191b', '#101517',
];

/** Controls read the same in both schemes; sizes are for a dense working screen. */
export const theme = createTheme({
  colors: { cham, son, gray: paper, dark: night, red: son },
  primaryColor: 'cham',
  primaryShade: { light: 7, dark: 6 },
  black: '#1b2426',
  fontFamily: 'var(--kg-font)',
  fontFamilyMonospace: 'var(--kg-font-mono)',
  headings: { fontFamily: 'var(--kg-font)', fontWeight: '600' },
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '18px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'sm' },
      // A lower button has no larger words.
      vars: (_theme, { size }) => ({ root: size === 'compact-md' ? { '--button-fz': 'var(--mantine-font-size-sm)' } : {} }),
    }),
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 30 } },
    Modal: { defaultProps: { lockScroll: false, centered: true, overlayProps: { blur: 0 }, transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { lockScroll: false, overlayProps: { blur: 0 }, transitionProps: { duration: 140 } } },
    Menu: { defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 350, withArrow: false, transitionProps: { duration: 80 } } },
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { shadow: 'md' } } },
    TextInput: { defaultProps: { size: 'sm' } },
    Textarea: { defaultProps: { size: 'sm' } },
  },
});

/** Ties Mantine's own variables to the palette of tokens.css. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const shared = {
    '--mantine-color-body': 'var(--kg-surface)',
    '--mantine-color-text': 'var(--kg-text)',
    '--mantine-color-dimmed': 'var(--kg-text-3)',
    '--mantine-color-placeholder': 'var(--kg-text-3)',
    '--mantine-color-anchor': 'var(--kg-accent-text)',
    '--mantine-color-default': 'var(--kg-surface)',
    '--mantine-color-default-hover': 'var(--kg-hover)',
    '--mantine-color-default-color': 'var(--kg-text)',
    '--mantine-color-default-border': 'var(--kg-border-strong)',
    '--mantine-color-error': 'var(--kg-bad)',
    '--mantine-primary-color-filled': 'var(--kg-accent)',
    '--mantine-primary-color-filled-hover': 'var(--kg-accent-hover)',
    '--mantine-primary-color-light': 'var(--kg-accent-soft)',
    '--mantine-primary-color-light-hover': 'var(--kg-selected)',
    '--mantine-primary-color-light-color': 'var(--kg-accent-text)',
    '--mantine-color-cham-filled': 'var(--kg-accent)',
    '--mantine-color-cham-filled-hover': 'var(--kg-accent-hover)',
    '--mantine-color-cham-light': 'var(--kg-accent-soft)',
    '--mantine-color-cham-light-hover': 'var(--kg-selected)',
    '--mantine-color-cham-light-color': 'var(--kg-accent-text)',
    '--mantine-color-cham-outline': 'var(--kg-accent-text)',
    '--mantine-color-cham-text': 'var(--kg-accent-text)',
    '--mantine-color-red-text': 'var(--kg-bad)',
    '--mantine-color-son-light': 'var(--kg-bad-soft)',
    '--mantine-color-son-light-hover': 'var(--kg-bad-soft)',
    '--mantine-color-son-light-color': 'var(--kg-bad)',
    '--mantine-color-gray-text': 'var(--kg-text-2)',
    '--mantine-color-gray-light-color': 'var(--kg-text-2)',
    '--mantine-shadow-sm': 'var(--kg-shadow-1)',
    '--mantine-shadow-md': 'var(--kg-shadow-2)',
  };
  return { variables: {}, light: shared, dark: shared };
};
