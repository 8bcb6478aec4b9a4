import { useEffect, useState } from 'react';
import { asApiError } from './errors';

/** Words being written survive leaving the screen, on this machine and in this window only. */
export function useKept<T>(key: string, initial: T): [T, (next: T) => void, () => void] {
  const name = `khonggiay.writing.${key}`;
  const [value, setValue] = useState<T>(() => {
    const text = sessionStorage.getItem(name);
    if (text === null) return initial;
    try {
      return JSON.parse(text) as T;
    } catch {
      return initial;
    }
  });
  const [sent, setSent] = useState(false);
  useEffect(() => {
    if (sent || JSON.stringify(value) === JSON.stringify(initial)) sessionStorage.removeItem(name);
    else sessionStorage.setItem(name, JSON.stringify(value));
  }, [name, value, sent, initial]);
  const forget = () => {
    setSent(true);
    sessionStorage.removeItem(name);
  };
  return [value, setValue, forget];
}

/**
 * For a form's `onRefused`: what is refused as a state secret is not kept on
 * this machine a moment longer, nor what is typed in this form after it. The
 * words of the refusal are still shown.
 */
export function forgetSecret(forget: () => void): (error: unknown) => boolean {
  return (error) => {
    if (asApiError(error).reason === 'secrecy.refused') forget();
    return false;
  };
}
