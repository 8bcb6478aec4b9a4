/**
 * Gives a list that has just come the focus, unless somebody is writing: a form
 * that was opened while the list was on its way keeps it. So does a strip of tabs
 * on which somebody goes from list to list by the arrow keys.
 */
export function focusUnlessWriting(list: HTMLElement | null) {
  if (document.activeElement?.closest('form, search, [role="dialog"], [role="tablist"]')) return;
  list?.focus({ preventScroll: true });
}
