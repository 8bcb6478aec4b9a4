import {
  convertCssVariables,
  deepMerge,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core';
import { cssVariablesResolver, theme } from './theme';

/**
 * Puts the theme's variables on the page through a constructed style sheet.
 *
 * Mantine would write a <style> element with innerHTML, which our content
 * security policy (style-src 'self', Trusted Types) forbids. A constructed
 * sheet needs no exception in that policy.
 */
export function installThemeSheet(doc: Document = document): void {
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const variables = deepMerge(defaultCssVariablesResolver(merged), cssVariablesResolver(merged));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(convertCssVariables(variables, ':root'));
  doc.adoptedStyleSheets = [...doc.adoptedStyleSheets, sheet];
}
