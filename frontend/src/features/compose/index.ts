import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { navigate, paths } from '@/lib/router';

export { booksFor } from './books';
export { ConflictView } from './ConflictView';
export { Duplicates } from './Duplicates';
export { EntryFrame } from './EntryFrame';
export { clashesIn, clashesOf, editOf, fieldsOf, filled, localFields, settle, type Clash, type Edit } from './fields';
export { FieldsForm } from './FieldsForm';
export { FileDrop, useDrop } from './FileDrop';
export { IncomingEntry } from './IncomingEntryScreen';
export { makeNotation, readFileName } from './fileName';
export { RecipientPicker } from './RecipientPicker';
export { ReplyTo } from './ReplyTo';
export { SecrecyField, SecrecyStop, type SecrecyLevel } from './Secrecy';
export { SignerPicker } from './SignerPicker';
export { firstSigner, signerOptions, type SignerChoice } from './signers';
export { useUploads, type Uploads } from './uploads';

export const feature: Feature = {
  id: 'compose',
  routes: [
    { path: paths.incomingNew, screen: lazy(() => import('./IncomingEntryScreen')) },
    { path: paths.outgoingNew, screen: lazy(() => import('./RegisterSendScreen')) },
  ],
  commands: [
    { id: 'compose.incoming', label: 'command.compose.incoming', group: 'create', hotkeys: ['c d'], run: () => navigate(paths.incomingNew) },
    { id: 'compose.send', label: 'command.compose.send', group: 'create', hotkeys: ['c i'], run: () => navigate(paths.outgoingNew) },
    { id: 'compose.draft', label: 'command.compose.draft', group: 'create', hotkeys: ['c t'], run: () => navigate(paths.draftNew) },
  ],
};
