import { MantineProvider } from '@mantine/core';
import { DatesProvider } from '@mantine/dates';
import { Notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';
import { theme } from './theme';

/** The one theme. No inline <style>: see sheet.ts. */
export function Theme({ children, locale }: { children: ReactNode; locale: string }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <DatesProvider settings={{ locale, firstDayOfWeek: 1, consistentWeeks: true }}>
        {/* In the middle: at the right stand the buttons of the forms. */}
        <Notifications position="bottom-center" limit={4} autoClose={5000} zIndex={400} />
        {children}
      </DatesProvider>
    </MantineProvider>
  );
}
