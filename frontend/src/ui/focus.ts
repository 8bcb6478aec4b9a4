/**
 * Gives a list that has just come the focus, unless somebody is writing: a form
 * that was opened while the list was on its way keeps it.
 */
export function focusUnlessWriting(list: HTMLElement | null) {
  if (document.activeElement?.closest('form, search, [role="dialog"]')) return;
  list?.focus({ preventScroll: true });
}
