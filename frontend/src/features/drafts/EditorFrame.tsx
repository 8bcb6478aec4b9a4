import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { EntryFrame } from '@/features/compose';
import type { Doc } from '@/lib/backend';
import { Reading } from '@/features/documents';

type Props = Omit<ComponentProps<typeof EntryFrame>, 'dropText' | 'current'> & { doc?: Doc };

/** The entry screen for a draft: its present file stays readable until a new one is chosen. */
export function EditorFrame({ doc, ...props }: Props) {
  const { t } = useTranslation();
  const has = doc?.files.some((file) => file.newest);
  return <EntryFrame {...props} dropText={t('compose.draft.drop')} dropTitle={has ? t('compose.draft.replace') : undefined} current={has && doc ? <Reading doc={doc} /> : undefined} />;
}
