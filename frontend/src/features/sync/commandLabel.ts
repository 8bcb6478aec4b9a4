import type { TFunction } from 'i18next';

/** What a command does, in words: "document.direct.1" → "Cho ý kiến chỉ đạo". A newer command has only its name. */
export function commandLabel(t: TFunction, name: string): string {
  const key = `did.${name.replace(/\.\d+$/, '')}`;
  return t(key, { defaultValue: name });
}
